// Everything an agent can do, by name: buttons, keys and the palette all end here.

import { Choosing } from './choosing.js'
import { pick, sheet, sure } from '../elements/dialogs.js'
import { narrows } from './filter.js'
import { VIEWS } from './inbox.js'
import { MAC } from '../elements/parts.js'
import { Leading, LEADING, serves } from './leading.js'
import { called } from './people.js'
import { keyOf } from './shortcuts.js'
import { Tools } from './tools.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from './desk.js' */
/** @import { Filter, Mode, View } from '../wire' */
/**
 * @typedef {object} Page  what commands may reach for besides the desk
 * @property {Desk} desk @property {() => Words} words
 * @property {(mode: Mode) => void} write @property {(text: string, files?: import('../wire').Kept['attachments']) => void} insert @property {() => string} written  what stands in the composer @property {() => void} find
 * @property {(text: string, undo?: () => void) => void} tell
 * @property {(view: View, filter?: Filter, saved?: number) => void} look @property {(filter: Filter) => void} narrow @property {(pane: 'inbox' | 'conversation' | 'customer') => void} pane
 * @property {(pressed?: boolean) => void} aside @property {() => void} alerts @property {() => void} redraw
 */

/** Commands that want a conversation. */
const ON_ONE = ['reply', 'note', 'claim', 'transfer', 'resolve', 'reopen', 'snooze', 'macro', 'canned', 'suggest', 'rewrite', 'understand', 'whisper', 'tags', 'priority', 'wrong', 'teach', 'ticket', 'card', 'merge', 'mark', 'block', 'customer', ...LEADING]
const ALWAYS = ['search', 'filter', 'save_view', 'drop_view', 'bulk', 'next', 'previous', ...VIEWS, 'presence', 'alerts', 'sheet', 'decisions']
/** Of those, what needs a detail that only a button gives. */
const NO_PALETTE = ['merge']

export class Commands {
  #page
  #choosing
  #leading
  #tools

  /** @param {Page} page */
  constructor(page) {
    const out = (/** @type {boolean} */ sent) => this.#out(sent)
    this.#page = page
    this.#choosing = new Choosing(page, out)
    this.#leading = new Leading(page, out)
    this.#tools = new Tools(page, out)
  }

  /** @param {string} name @param {any} [detail] @returns {any} */
  run(name, detail) {
    const { desk, write, find, pane, aside, look, alerts, narrow } = this.#page
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
      case 'send_resolve': return this.#sendAndResolve(detail)
      case 'mail': return detail.on ? this.#out(desk.act('mail', { seq: detail.seq })) : desk.current?.cover(detail.seq)
      case 'original': return detail.on ? this.#out(desk.act('original', { seq: detail.seq })) : desk.current?.cover(detail.seq)
      case 'back_to_text': return this.#backToText(detail)
      case 'retry': return desk.retry(detail)
      case 'claim': return this.#out(desk.claim({ conversation: desk.selected }))
      case 'accept': return this.#accept(detail)
      case 'decline': return this.#decline(detail)
      case 'resolve': return this.#resolve()
      case 'reopen': return this.#out(desk.act('reopen'))
      case 'suggest': return this.#out(desk.act('suggest'))
      case 'unsuggest': if (desk.current) desk.current.suggestion = null; return
      case 'wrong': return this.#wrong(detail)
      case 'block': return void this.#block()
      case 'decisions': return this.#decision(desk.decisions.next(desk.selected)?.decision)
      case 'decision': return this.#decision(detail)
      case 'decide': return this.#out(desk.asked.ask(desk.out, { type: 'decide', ...detail }))
      case 'be': return desk.be(detail)
      case 'presence': return this.run('be', desk.presence === 'online' ? 'away' : 'online')
      case 'alerts': return alerts()
      case 'sheet': return sheet(this.#page.words())
      case 'mark': return mark(desk.marked, detail ?? desk.selected)
      case 'unmark': return desk.marked.clear()
      case 'point': return desk.steady.point(detail && !desk.found, desk.rows)
      case 'narrow': return narrow(detail)
      case 'saved': return look(detail.view, detail.filter, detail.id)
      case 'unrewrite': return desk.current?.unrewrite()
      case 'more': return this.#palette(ON_ONE.filter((one) => !['reply', 'note', 'customer'].includes(one)))
      case 'palette': return this.#palette()
      default: return this.#choosing.run(name) ?? this.#leading.run(name, detail) ?? this.#tools.run(name, detail)
    }
  }

  /** @param {boolean} sent */
  #out(sent) { if (!sent) this.#page.tell(this.#page.words()('not_sent')); return sent }

  get #name() {
    return called(this.#page.desk.row?.visitor, this.#page.words())
  }

  /** @param {{text: string, kind: Mode, files?: import('../wire').Kept['attachments']}} said */
  #send({ text, kind, files }) {
    const { desk } = this.#page
    const client_id = desk.say(text, kind, files)
    desk.draft(kind, '')
    desk.current?.unrewrite()
    if (desk.current) desk.current.suggestion = null
    return client_id
  }

  /** A conversation ends with its last word once that is there: a rule may have held it up. @param {{text: string, files?: import('../wire').Kept['attachments']}} said */
  #sendAndResolve(said) {
    const { current } = this.#page.desk, client_id = this.#send({ ...said, kind: 'say' })
    current?.then.set(client_id, () => this.#resolve(current.conversation))
    return client_id
  }

  /** What a rule did not let go, into the composer again. @param {string} client_id */
  #backToText(client_id) {
    const { desk, insert } = this.#page, kept = desk.current?.back(client_id)
    if (!kept) return
    desk.keep()
    this.#page.write(kept.kind)
    insert(kept.text, kept.attachments)
  }

  /** The question, its conversation and the keyboard on it. @param {string} [decision] */
  #decision(decision) {
    const { desk, words, tell } = this.#page, asked = desk.decisions.open.find((one) => one.decision === decision)
    if (!asked) return tell(words()('no_decisions'))
    desk.decisions.reach = asked.decision
    this.run('select', asked.conversation)
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

  #resolve(conversation = this.#page.desk.selected) {
    const { desk, words, tell } = this.#page
    if (this.#out(desk.out.send({ type: 'resolve', conversation }))) tell(words()('done_resolve', { name: this.#name }), () => desk.out.send({ type: 'reopen', conversation }))
  }

  /** @param {number} [seq] the bot's answer; without one, its newest */
  #wrong(seq = this.#page.desk.current?.answered) {
    const { desk, words, tell } = this.#page
    if (seq === undefined) return tell(words()('no_wrong'))
    if (!this.#out(desk.act('wrong', { seq }))) return
    desk.current?.wrong.add(seq)
    tell(words()('done_wrong'))
  }

  async #block() {
    const { desk, words, tell } = this.#page, visitor = desk.row?.visitor, name = this.#name
    if (!visitor || !visitor.blocked && !(await sure({ title: words()('sure_block', { name }), text: [words()('block_what')], submit: words()('block') }, words())) || !this.#out(desk.out.send({ type: 'block', visitor: visitor.id, on: !visitor.blocked }))) return
    tell(words()(visitor.blocked ? 'done_unblock' : 'done_block', { name }), () => desk.out.send({ type: 'block', visitor: visitor.id, on: visitor.blocked }))
  }

  /** Whether a command has something to work on right now. @param {string} name */
  #serves(name) {
    const { desk } = this.#page
    if (name === 'save_view') return narrows(desk.filter)
    if (name === 'drop_view') return desk.saved !== null
    if (name === 'decisions') return desk.decisions.open.length > 0
    if (name === 'bulk') return desk.marked.size > 0
    if (LEADING.includes(name)) return serves(name, desk)
    return !NO_PALETTE.includes(name)
  }

  /** @param {string[]} [only] */
  async #palette(only) {
    const { desk } = this.#page, words = this.#page.words(), conversation = desk.selected
    const fits = (/** @type {string} */ name) => (name === 'reopen') === (desk.row?.state === 'resolved') || name !== 'reopen' && name !== 'resolve'
    const commands = (only ?? [...(desk.row ? ON_ONE : []), ...ALWAYS]).filter((name) => fits(name) && !(name === 'claim' && desk.row?.mine) && this.#serves(name))
      .map((name) => ({ label: words(name === 'block' && desk.row?.visitor.blocked ? 'unblock' : name), key: keyOf(name, MAC), value: { command: name } }))
    const people = only ? [] : desk.inbox.rows.slice(0, 200).map((row) => ({ label: called(row.visitor, words), hint: (row.asked ?? row.last)?.text.slice(0, 60) ?? '', value: { command: 'select', detail: row.conversation } }))
    const macros = only || !desk.row ? [] : desk.macros.map(({ id, title, shortcut }) => ({ label: title, hint: words('macro'), key: `/${shortcut}`, value: { command: 'macro', detail: id } }))
    const views = only ? [] : desk.views.map((view) => ({ label: view.name, hint: words('saved_view'), value: { command: 'saved', detail: view } }))
    const picked = await pick({ title: words(only ? 'more' : 'palette'), items: [...commands, ...macros, ...views, ...people] }, words)
    if (!picked) return
    if (ON_ONE.includes(picked.value.command)) desk.select(conversation) // another may have come to the front meanwhile
    this.run(picked.value.command, picked.value.detail)
    this.#page.redraw()
  }
}

/** Chosen for one verb on many, or not any more. @param {Set<string>} marked @param {string} conversation */
function mark(marked, conversation) {
  if (!marked.delete(conversation)) marked.add(conversation)
}
