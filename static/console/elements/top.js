// <desk-top>: the bar above. Whose desk, whether you are there, whether the line is up, alerts, palette, help.

import { h } from '../../chat/dom.js'
import { question } from './account.js'
import { Once, face, say, tool } from './parts.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */
/** @import { Presence } from '../wire' */

/** @type {Presence[]} */
const STATES = ['online', 'away', 'offline']

export class DeskTop extends HTMLElement {
  #site = h('h1.site')
  #presence = h('div.presence', { role: 'radiogroup' })
  #colleagues = h('p.colleagues')
  #tools = h('div.tools')
  #ask = h('div.ask-sound', { hidden: true, role: 'group' })
  #notice = h('p.notice', { role: 'status' })
  #once = new Once()

  connectedCallback() {
    if (!this.firstChild) this.append(h('div.bar', {}, this.#site, this.#presence, this.#colleagues, this.#tools), this.#ask, this.#notice)
    this.#presence.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
      const now = [...this.#presence.children].indexOf(/** @type {Element} */ (event.target))
      if (!step || now < 0) return
      event.preventDefault()
      say(this, 'be', STATES[(now + step + STATES.length) % STATES.length])
    })
  }

  /** @param {Desk} desk @param {Words} words @param {{line: string, reason: string}} state */
  show(desk, words, { line, reason }) {
    this.#once.draw('site', desk.site.name, () => (this.#site.textContent = desk.site.name || this.dataset.site || ''))
    this.#once.draw('presence', [desk.presence, words.locale], () => this.#drawPresence(desk.presence, words))
    const there = desk.members.filter(({ id, presence }) => id !== desk.me.id && presence === 'online')
    this.#once.draw('colleagues', [there, words.locale], () => {
      this.#colleagues.textContent = there.length ? words('colleagues', { n: there.length }) : words('alone')
      this.#colleagues.title = there.map(({ name }) => name).join(', ')
    })
    const alerts = desk.sound === true
    this.#once.draw('tools', [alerts, desk.me.name, words.locale], () => {
      const held = this.#tools.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.command : ''
      this.#tools.replaceChildren(tool('alerts', words, alerts ? 'bell' : 'mute', { pressed: alerts, label: words(alerts ? 'alerts_on' : 'alerts_off') }), tool('palette', words, 'command'), tool('sheet', words, 'help'),
        h('button.tool.me', { type: 'button', 'data-command': 'account', 'aria-haspopup': 'dialog', title: words('account'), onclick: () => say(this, 'account') }, face(desk.me.name, desk.me.id), h('span', {}, desk.me.name)))
      if (held) /** @type {HTMLElement | null} */ (this.#tools.querySelector(`[data-command="${held}"]`))?.focus()
    })
    this.#once.draw('ask', [desk.ready && desk.sound === null, words.locale], () => {
      this.#ask.hidden = !desk.ready || desk.sound !== null
      this.#ask.replaceChildren(...question((on) => say(this, 'sound', on), words))
    })
    this.#once.draw('notice', [line, reason, desk.ready, words.locale], () => this.#tell(line, reason, desk.ready, words))
  }

  /** @param {Presence} presence @param {Words} words */
  #drawPresence(presence, words) {
    const inside = this.#presence.contains(document.activeElement)
    this.#presence.setAttribute('aria-label', words('presence'))
    this.#presence.replaceChildren(...STATES.map((state) => h(`button.${state}`, {
      type: 'button', role: 'radio', 'aria-checked': String(state === presence), tabIndex: state === presence ? 0 : -1, onclick: () => say(this, 'be', state),
    }, h('i', { 'aria-hidden': 'true' }), words(state === 'offline' ? 'offline_me' : state))))
    if (inside) /** @type {HTMLElement | null} */ (this.#presence.querySelector('[aria-checked="true"]'))?.focus()
  }

  /** @param {string} line @param {string} reason @param {boolean} ready @param {Words} words */
  #tell(line, reason, ready, words) {
    const lost = line === 'waiting' || line === 'connecting' && ready
    this.#notice.className = `notice ${line}`
    this.#notice.replaceChildren(...(line === 'refused' ? [reason || words('signed_out'), ' ', h('a', { href: `/admin/login/?next=${encodeURIComponent('/console/')}` }, words('sign_in'))] : lost ? [words('line_lost')] : []))
  }
}

customElements.define('desk-top', DeskTop)
