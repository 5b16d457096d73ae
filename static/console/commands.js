// Everything an agent can do, by name: buttons, keys and the palette all end here.

import { expand, values } from './canned.js'
import { ask, pick, sheet } from './dialogs.js'
import { VIEWS } from './inbox.js'
import { MAC } from './parts.js'
import { keyOf } from './shortcuts.js'
import { later, moment } from './time.js'

/** @import { Words } from '../chat/wire' */
/** @import { Desk } from './desk.js' */
/** @import { Mode, View } from './wire' */
/**
 * @typedef {object} Page  what commands may reach for besides the desk
 * @property {Desk} desk @property {() => Words} words
 * @property {(mode: Mode) => void} write @property {(text: string) => void} insert @property {() => void} find
 * @property {(text: string, undo?: () => void) => void} tell
 * @property {(view: View) => void} look @property {(pane: 'inbox' | 'conversation' | 'customer') => void} pane
 * @property {(pressed?: boolean) => void} aside @property {() => void} alerts @property {() => void} redraw
 */

/** Commands that want a conversation. */
const ON_ONE = ['reply', 'note', 'claim', 'transfer', 'resolve', 'reopen', 'snooze', 'canned', 'suggest', 'tags', 'priority', 'wrong', 'teach', 'ticket', 'block', 'customer']
const ALWAYS = ['search', 'next', 'previous', ...VIEWS, 'presence', 'alerts', 'sheet']

export class Commands {
  #page

  /** @param {Page} page */
  constructor(page) {
    this.#page = page
  }

  /** @param {string} name @param {any} [detail] @returns {any} */
  run(name, detail) {
    const { desk, write, find, pane, aside, look, alerts, insert } = this.#page
    if (VIEWS.includes(/** @type {View} */ (name))) return look(/** @type {View} */ (name))
    if (ON_ONE.includes(name) && !desk.row) return
    switch (name) {
      case 'next': return desk.step(1)
      case 'previous': return desk.step(-1)
      case 'select': desk.select(detail); return pane('conversation')
      case 'back': return pane('inbox')
      case 'customer': return aside()
      case 'close_customer': return aside(false)
      case 'search': return find()
      case 'reply': return write('say')
      case 'note': return write('note')
      case 'send': return void this.#send(detail)
      case 'send_resolve': this.#send({ ...detail, kind: 'say' }); return this.#resolve()
      case 'retry': return desk.retry(detail)
      case 'claim': return this.#out(desk.claim({ conversation: desk.selected }))
      case 'accept': return this.#accept(detail)
      case 'decline': return this.#decline(detail)
      case 'resolve': return this.#resolve()
      case 'reopen': return this.#out(desk.act('reopen'))
      case 'suggest': return this.#out(desk.act('suggest'))
      case 'unsuggest': if (desk.current) desk.current.suggestion = null; return
      case 'wrong': return this.#wrong(detail)
      case 'block': return this.#block()
      case 'be': return desk.be(detail)
      case 'presence': return this.run('be', desk.presence === 'online' ? 'away' : 'online')
      case 'alerts': return alerts()
      case 'sheet': return sheet(this.#page.words())
      case 'transfer': return this.#transfer()
      case 'snooze': return this.#snooze()
      case 'tags': return this.#tags()
      case 'priority': return this.#priority()
      case 'teach': return this.#teach()
      case 'ticket': return this.#ticket()
      case 'canned': return this.#canned(insert)
      case 'more': return this.#palette(ON_ONE.filter((one) => !['reply', 'note', 'customer'].includes(one)))
      case 'palette': return this.#palette()
    }
  }

  /** @param {boolean} sent */
  #out(sent) {
    if (!sent) this.#page.tell(this.#page.words()('not_sent'))
    return sent
  }

  get #name() {
    return this.#page.desk.row?.visitor.name || this.#page.words()('visitor')
  }

  /** @param {{text: string, kind: Mode, files?: import('./wire').Kept['attachments']}} said */
  #send({ text, kind, files }) {
    const { desk } = this.#page
    desk.draft(kind, '')
    desk.say(text, kind, files)
    if (desk.current) desk.current.suggestion = null
  }

  /** @param {string | number} [handover] */
  #accept(handover = this.#page.desk.offers.keys().next().value) {
    if (handover !== undefined) this.#out(this.#page.desk.claim({ handover }))
  }

  /** @param {string | number} [handover] */
  #decline(handover = this.#page.desk.offers.keys().next().value) {
    const { desk } = this.#page
    if (handover !== undefined && this.#out(desk.out.send({ type: 'decline', handover }))) desk.offers.delete(handover)
  }

  #resolve() {
    const { desk, words, tell } = this.#page, conversation = desk.selected
    if (this.#out(desk.act('resolve'))) tell(words()('done_resolve', { name: this.#name }), () => desk.out.send({ type: 'reopen', conversation }))
  }

  /** @param {number} [seq] the bot's answer; without one, its newest */
  #wrong(seq = this.#page.desk.current?.answered) {
    const { desk, words, tell } = this.#page
    if (seq === undefined) return tell(words()('no_wrong'))
    if (!this.#out(desk.act('wrong', { seq }))) return
    desk.current?.wrong.add(seq)
    tell(words()('done_wrong'))
  }

  #block() {
    const { desk, words, tell } = this.#page, visitor = desk.row?.visitor
    if (!visitor || !this.#out(desk.out.send({ type: 'block', visitor: visitor.id, on: !visitor.blocked }))) return
    tell(words()(visitor.blocked ? 'done_unblock' : 'done_block', { name: this.#name }), () => desk.out.send({ type: 'block', visitor: visitor.id, on: visitor.blocked }))
  }

  async #transfer() {
    const { desk, tell } = this.#page, words = this.#page.words(), order = { online: 0, away: 1, offline: 2 }
    const items = [
      ...desk.members.filter(({ id }) => id !== desk.me.id).sort((a, b) => order[a.presence] - order[b.presence]).map(({ id, name, presence }) => ({ label: name, hint: words(presence === 'offline' ? 'offline_me' : presence), value: { agent: id } })),
      ...desk.teams.map(({ id, name }) => ({ label: name, hint: words('team'), value: { team: id } })),
      { label: words('the_bot'), hint: '', value: { bot: true } },
    ]
    const picked = await pick({ title: words('transfer_to'), items, note: words('transfer_note') }, words)
    if (!picked) return
    const to = items.find(({ value }) => value === picked.value)?.label ?? ''
    if (this.#out(desk.act('transfer', { to: picked.value, ...(picked.note && { note: picked.note }) }))) tell(words('done_transfer', { name: to }))
  }

  async #snooze() {
    const { desk, tell } = this.#page, words = this.#page.words(), conversation = desk.selected
    const picked = await pick({ title: words('snooze_until'), items: later(new Date()).map(({ key, at }) => ({ label: words(key), hint: dated(at, words), value: at.toISOString() })) }, words)
    if (picked && this.#out(desk.act('snooze', { until: picked.value }))) tell(words('done_snooze', { at: moment(picked.value, words.locale) }), () => desk.out.send({ type: 'reopen', conversation }))
  }

  async #tags() {
    const { desk } = this.#page, words = this.#page.words(), own = desk.row?.tags ?? []
    const known = [...new Set([...own, ...desk.inbox.rows.flatMap(({ tags }) => tags)])].sort((a, b) => a.localeCompare(b, words.locale))
    const picked = await pick({
      title: words('tags_title'), many: true, items: known.map((tag) => ({ label: tag, value: tag, checked: own.includes(tag) })),
      create: (tag) => ({ label: words('new_tag', { name: tag }), value: tag }),
    }, words)
    if (picked && String(picked.value) !== String(own)) this.#out(desk.act('tag', { tags: picked.value }))
  }

  async #priority() {
    const { desk } = this.#page, words = this.#page.words()
    const picked = await pick({ title: words('priority_title'), items: [3, 2, 1, 0].map((value) => ({ label: words(`priority_${value}`), value, hint: desk.row?.priority === value ? '✓' : '' })) }, words)
    if (picked) this.#out(desk.act('priority', { priority: picked.value }))
  }

  async #teach() {
    const { desk, tell } = this.#page, words = this.#page.words(), { question, answer } = desk.current?.lesson(desk.me.name) ?? { question: '', answer: '' }
    if (!answer) return tell(words('nothing_to_teach'))
    const said = await ask({ title: words('teach'), hint: words('teach_hint'), submit: words('teach_do'), fields: [
      { name: 'question', label: words('question'), value: question, lines: 2 }, { name: 'answer', label: words('answer'), value: answer, lines: 6 }] }, words)
    if (said) this.#out(desk.act('teach', said))
  }

  async #ticket() {
    const { desk, tell } = this.#page, words = this.#page.words(), subject = desk.row?.last?.text.slice(0, 120) ?? ''
    const said = await ask({ title: words('ticket'), hint: words('ticket_hint'), submit: words('ticket_do'), fields: [{ name: 'subject', label: words('subject'), value: subject, lines: 2 }] }, words)
    if (said && this.#out(desk.act('ticket', { ...said, client_id: crypto.randomUUID() }))) tell(words('done_ticket'))
  }

  /** @param {(text: string) => void} insert */
  async #canned(insert) {
    const { desk } = this.#page, words = this.#page.words(), filled = values(desk.current?.customer, desk.me, desk.site.name)
    const picked = await pick({ title: words('canned_title'), items: desk.canned.map(({ shortcut, title, text }) => ({ label: title || text, key: `/${shortcut.replace(/^\//, '')}`, value: text })) }, words)
    if (picked) insert(expand(picked.value, filled))
  }

  /** @param {string[]} [only] */
  async #palette(only) {
    const { desk } = this.#page, words = this.#page.words()
    const fits = (/** @type {string} */ name) => (name === 'reopen') === (desk.row?.state === 'resolved') || name !== 'reopen' && name !== 'resolve'
    const commands = (only ?? [...(desk.row ? ON_ONE : []), ...ALWAYS]).filter((name) => fits(name) && !(name === 'claim' && desk.row?.mine))
      .map((name) => ({ label: words(name === 'block' && desk.row?.visitor.blocked ? 'unblock' : name), key: keyOf(name, MAC), value: { command: name } }))
    const people = only ? [] : desk.inbox.rows.slice(0, 200).map((row) => ({ label: row.visitor.name || row.visitor.email || words('visitor'), hint: row.last?.text.slice(0, 60) ?? '', value: { command: 'select', detail: row.conversation } }))
    const picked = await pick({ title: words(only ? 'more' : 'palette'), items: [...commands, ...people] }, words)
    if (!picked) return
    this.run(picked.value.command, picked.value.detail)
    this.#page.redraw()
  }
}

/** @param {Date} at @param {Words} words */
const dated = (at, words) => new Intl.DateTimeFormat(words.locale, { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
