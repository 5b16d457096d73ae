// What an agent must hear of: a new offer, who took it, a customer's words, errors. And whether the agent is still there.

import { calls, unread } from './inbox.js'
import { called } from './people.js'
import { plainly } from '../elements/parts.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Alerts } from '../elements/alerts.js' */
/** @import { Desk } from './desk.js' */
/** @import { AgentFrame, Refusal } from '../wire' */
/** @typedef {{tell: (text: string, back?: {label: string, run: () => void}) => void, select: (conversation: string) => void, write: () => void, explain: (refused: Refusal[]) => void}} Page */

const AWAY_AFTER = 10 * 60_000

export class Watch {
  #desk
  #alerts
  #page
  #touched = Date.now()
  /** We said "away", not the agent. */ #rested = false
  /** Offers that rang, by handover: until when each stood. @type {Map<unknown, string>} */ #rung = new Map()
  /** Newest message told of, by conversation. @type {Map<string, number>} */ #told = new Map()

  /** @param {Desk} desk @param {Alerts} alerts @param {Page} page */
  constructor(desk, alerts, page) {
    this.#desk = desk
    this.#alerts = alerts
    this.#page = page
  }

  /** What waits for this agent: offers, and own conversations with unread words. */
  get count() {
    return this.#desk.offers.size + this.#desk.decisions.open.length + this.#desk.inbox.rows.filter((row) => calls(row) || row.mine && row.state === 'open' && unread(row)).length
  }

  /** @param {AgentFrame} frame @param {Words} words @param {boolean} looking the page has the agent's eyes */
  take(frame, words, looking) {
    const desk = this.#desk
    switch (frame.type) {
      case 'welcome': for (const row of frame.rows) this.#told.set(row.conversation, row.seq); return
      case 'me': return this.#page.tell(words('new_role', { role: words(`role_${frame.me.role}`) }))
      case 'offer': return this.#offered(frame, words)
      case 'claimed': return this.#claimed(frame, words)
      case 'withdrawn': if (desk.dropped) this.#page.tell(words('passed_on')); return
      case 'decisions': return this.#asked(words)
      case 'mention': return this.#mentioned(frame, words)
      case 'taught': return this.#page.tell(words('done_teach'))
      case 'inbox': for (const row of frame.rows) this.#came(row, words, looking); return
      case 'error': return this.#refused(frame, words)
      case 'macro_done': return this.#page.tell(words('done_macro', { name: frame.title, did: frame.did.map((step) => words(`did_${step}`)).join(words('comma')) }))
      case 'bulk_done': return this.#many(frame, words)
      case 'merged': return this.#page.tell(words('done_merge', { n: frame.moved.length }))
      case 'presence': if (frame.member === desk.me.id && frame.state !== 'away') this.#rested = false
    }
  }

  /** A key, a click. @param {number} now */
  active(now) {
    this.#touched = now
    if (!this.#rested) return
    this.#rested = false
    this.#desk.be('online')
  }

  /** @param {number} now @returns {boolean} whether the agent has just been set away */
  rest(now) {
    if (this.#desk.presence !== 'online' || now - this.#touched < AWAY_AFTER) return false
    this.#rested = true
    this.#desk.be('away')
    return true
  }

  /** @param {AgentFrame & {type: 'offer'}} offer @param {Words} words */
  #offered({ conversation, summary, handover, expires_at }, words) {
    if (this.#rung.get(handover) === expires_at) return // it came again with the line
    this.#rung.set(handover, expires_at)
    const row = this.#desk.inbox.get(conversation), title = words('offer', { name: called(row?.visitor, words) })
    this.#alerts.beep(true)
    this.#alerts.notify(title, plainly(summary?.asked) || row?.last?.text || '', conversation, () => this.#page.select(conversation))
  }

  /** A macro whose reply a rule warns about may go all the same. @param {AgentFrame & {type: 'error'}} frame @param {Words} words */
  #refused({ code, client_id, message }, words) {
    const { asked, out } = this.#desk, question = asked.settle(client_id)
    if (client_id && !question || !message) return
    this.#page.tell(message, code === 'confirm' && question ? { label: words('send_anyway'), run: () => void asked.ask(out, { ...question, confirmed: true }) } : undefined)
  }

  /** A flow asks something, or has no need to any more. @param {Words} words */
  #asked(words) {
    const { news, ended } = this.#desk.decisions, [first] = news
    for (const { how, by, question } of ended.slice(0, 1)) this.#page.tell(words(how === 'answered' && by === this.#desk.me.name ? 'done_decide' : `decided_${how}`, { name: by, question }))
    if (!first) return
    const text = news.length > 1 ? words('asked_many', { n: news.length }) : words('asked_one', { name: first.visitor || words('visitor'), question: first.question })
    if (this.#desk.presence === 'online') this.#alerts.beep(true)
    this.#alerts.notify(text, '', first.conversation, () => this.#page.select(first.conversation))
    this.#page.tell(text, this.#desk.selected === first.conversation ? undefined : { label: words('open_it'), run: () => this.#page.select(first.conversation) })
  }

  /** @param {AgentFrame & {type: 'claimed'}} claimed @param {Words} words */
  #claimed({ by, conversation, handover, from }, words) {
    const { me, wanted, dropped } = this.#desk
    if (from?.id === me.id && by.id !== me.id) return this.#lost(conversation, by.name, words)
    if (by.id !== me.id) return dropped ? this.#page.tell(words('taken', { name: by.name })) : undefined
    if (!wanted.delete(conversation) && !wanted.delete(handover)) return this.#given(conversation, words)
    this.#page.select(conversation)
    this.#page.write()
  }

  /** A colleague who supervises took it out of our hands; what we were writing stays where it is. @param {string} conversation @param {string} name @param {Words} words */
  #lost(conversation, name, words) {
    const text = words('taken_over', { name, who: called(this.#desk.inbox.get(conversation)?.visitor, words) }), open = () => this.#page.select(conversation)
    this.#alerts.beep()
    this.#alerts.notify(text, '', conversation, open)
    this.#page.tell(text, this.#desk.selected === conversation ? undefined : { label: words('open_it'), run: open })
  }

  /** @param {AgentFrame & {type: 'bulk_done'}} told @param {Words} words */
  #many({ verb, done, refused }, words) {
    const text = words(`done_bulk_${verb}`, { n: done.length })
    const { asked, out } = this.#desk, undo = verb === 'block' && done.length ? { label: words('undo'), run: () => void asked.ask(out, { type: 'bulk', verb: 'unblock', conversations: done }) } : undefined
    if (!refused.length) return this.#page.tell(text, undo)
    this.#page.tell(`${text} ${words('not_done', { n: refused.length })}`, { label: words('why'), run: () => this.#page.explain(refused) })
  }

  /** A colleague passed it on to us: say so, but leave the hands where they are. @param {string} conversation @param {Words} words */
  #given(conversation, words) {
    if (this.#desk.selected === conversation) return
    const text = words('given', { name: called(this.#desk.inbox.get(conversation)?.visitor, words) }), open = () => this.#page.select(conversation)
    this.#alerts.beep(true)
    this.#alerts.notify(text, '', conversation, open)
    this.#page.tell(text, { label: words('open_it'), run: open })
  }

  /** @param {AgentFrame & {type: 'mention'}} mention @param {Words} words */
  #mentioned({ conversation, by, text }, words) {
    const said = words('mentioned', { name: by.name }), open = () => this.#page.select(conversation)
    this.#alerts.beep()
    this.#alerts.notify(said, text, conversation, open)
    if (this.#desk.selected !== conversation) this.#page.tell(`${said}${words('colon')}${text}`, { label: words('open_it'), run: open })
  }

  /** @param {import('../wire').Row} row @param {Words} words @param {boolean} looking */
  #came(row, words, looking) {
    const told = this.#told.get(row.conversation) ?? 0
    this.#told.set(row.conversation, Math.max(told, row.seq))
    if (!row.mine || row.seq <= told || row.last?.author !== 'visitor' || looking && this.#desk.selected === row.conversation) return
    this.#alerts.beep()
    this.#alerts.notify(words('new_message', { name: called(row.visitor, words) }), row.last.text, row.conversation, () => this.#page.select(row.conversation))
  }
}
