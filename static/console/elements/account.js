// Who is at this desk: their name and role, sound, language, and the way out. And the question about sound, asked once.

import { h } from '../../chat/dom.js'
import { open } from './dialogs.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */
/** @import { Alerts } from './alerts.js' */

const LANGUAGES = [['en', 'English'], ['zh-hans', '简体中文']]

export class Account {
  #desk
  #alerts
  #tell
  #token

  /** @param {Desk} desk @param {Alerts} alerts @param {(key: string) => void} tell says a word of the catalogue @param {string} [token] by which the page may log out */
  constructor(desk, alerts, tell, token = '') {
    this.#desk = desk
    this.#alerts = alerts
    this.#tell = tell
    this.#token = token
  }

  /** @param {string} command @param {any} detail @param {Words} words @returns {boolean} whether it was one of these */
  run(command, detail, words) {
    if (command === 'sound') void this.sound(detail)
    else if (command === 'language') this.#desk.out.send({ type: 'language', language: detail }) || this.#tell('not_sent')
    else if (command === 'account') this.#open(words)
    else return false
    return true
  }

  async sound(on = !this.#desk.sound) {
    const sent = this.#desk.out.send({ type: 'sound', on })
    if (sent) this.#desk.sound = on
    const notices = await this.#alerts.turn(on && sent)
    this.#tell(!sent ? 'not_sent' : on ? (notices ? 'alerts_told' : 'alerts_sound') : 'alerts_quiet')
  }

  /** @param {Words} words */
  #open(words) {
    const { me, site, sound } = this.#desk
    const bell = h('input', { type: 'checkbox', role: 'switch', checked: !!sound, onchange: () => void this.sound(bell.checked) })
    const tongue = h('select', { onchange: () => this.run('language', tongue.value, words) }, ...LANGUAGES.map(([code, name]) => h('option', { value: code, selected: words.locale.toLowerCase().startsWith(code.slice(0, 2)) }, name)))
    const out = h('form', { method: 'post', action: `/admin/logout/?next=${encodeURIComponent('/admin/login/?next=/console/')}` }, h('input', { type: 'hidden', name: 'csrfmiddlewaretoken', value: this.#token }), h('button.quiet', { type: 'submit' }, words('log_out')))
    const dialog = open('account', words('account'), h('h2', {}, me.name), h('p.hint', {}, `${words(`role_${me.role}`)} · ${site.name}`),
      h('label.check', {}, h('span', {}, words('alerts')), bell), h('p.hint', {}, words('sound_what')), h('label.check', {}, h('span', {}, words('language_mine')), tongue),
      h('div.do', {}, out, h('a.quiet', { href: '/admin/' }, words('admin')), h('button.quiet.close', { type: 'button', onclick: () => dialog.close() }, words('close_sheet'))))
  }
}

/** The bar that asks whether there shall be a sound; it stays until it is answered. @param {(on: boolean) => void} answer @param {Words} words */
export const question = (answer, words) => [
  h('span', {}, words('sound_ask')), h('button.quiet', { type: 'button', onclick: () => answer(true) }, words('sound_yes')), h('button.quiet', { type: 'button', onclick: () => answer(false) }, words('sound_no'))]
