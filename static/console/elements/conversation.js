// <desk-conversation>: the middle column. Header, the card at handover, the thread, what the customer is typing, the composer.

import '../../chat/thread.js'
import { h } from '../../chat/dom.js'
import { Brief } from './brief.js'
import { DecisionCard } from './decisions.js'
import { Head } from './head.js'
import { called } from '../model/people.js'
import { Once, keyHint, say } from './parts.js'
import './reply.js'

/** @import { Words } from '../../chat/wire' */
/** @import { ChatThread } from '../../chat/thread.js' */
/** @import { Desk } from '../model/desk.js' */
/** @import { DeskReply } from './reply.js' */

export class DeskConversation extends HTMLElement {
  reply = /** @type {DeskReply} */ (document.createElement('desk-reply'))
  #head = new Head()
  #brief = new Brief()
  #decision = new DecisionCard()
  #place = h('div.place')
  /** @type {ChatThread | null} */ #thread = null
  #typing = h('p.typing', { hidden: true })
  #stage = h('div.stage', { hidden: true })
  #empty = h('div.nothing')
  #once = new Once()
  #of = ''
  /** What had been said when we came: newer is news. */ #since = Infinity

  connectedCallback() {
    if (this.firstChild) return
    this.#stage.append(this.#head.node, this.#decision.node, this.#brief.node, this.#place, this.#typing, this.reply)
    this.append(this.#stage, this.#empty)
    this.#place.addEventListener('chat-rate', (/** @type {Event} */ event) => {
      const { seq, score } = /** @type {CustomEvent} */ (event).detail
      if (score < 0) say(this, 'wrong', seq)
    })
    this.#place.addEventListener('chat-retry', (/** @type {Event} */ event) => say(this, 'retry', /** @type {CustomEvent} */ (event).detail))
    this.#place.addEventListener('chat-back', (/** @type {Event} */ event) => say(this, 'back_to_text', /** @type {CustomEvent} */ (event).detail.client_id))
    this.#place.addEventListener('chat-mail', (/** @type {Event} */ event) => say(this, 'mail', /** @type {CustomEvent} */ (event).detail))
    this.#place.addEventListener('chat-original', (/** @type {Event} */ event) => say(this, 'original', /** @type {CustomEvent} */ (event).detail))
    this.#place.addEventListener('chat-seen', () => say(this, 'seen'))
  }

  /** Whether the reader stands at the last message. */
  get atEnd() {
    return this.#thread?.atEnd ?? false
  }

  /** @param {Desk} desk @param {Words} words */
  show(desk, words) {
    const { current, row } = desk
    this.#stage.hidden = !current
    this.#empty.hidden = !!current
    if (!current) return this.#once.draw('empty', words.locale, () => this.#empty.replaceChildren(h('p', {}, words('choose')), h('p.keys', {}, ...keyHint(words, ['next', 'previous', 'palette', 'sheet']))))
    if (this.#of !== current.conversation) this.#begin(current.conversation, words)
    if (current.opened && this.#since === Infinity && !current.transcript.hole) this.#since = current.transcript.seq
    this.#head.show(desk, words)
    this.#decision.show(desk, words)
    this.#brief.show(current, row?.reason ?? '', words)
    this.#thread?.show({ entries: current.entries(desk.me, { note: words('note_label'), visitor: called(desk.row?.visitor, words) }), words, me: 'agent', name: desk.site.name, since: this.#since, typing: current.transcript.turn && !current.transcript.turn.text ? desk.site.name : '' })
    this.#place.classList.toggle('loading', !current.opened)
    this.reply.show(desk, words)
    this.#once.draw('typing', [current.typing, words.locale], () => this.#drawTyping(desk, words))
  }

  /** Only the clocks. @param {Desk} desk @param {Words} words */
  tick(desk, words) {
    this.#decision.tick(desk.decisions.of(desk.selected), words)
    if (!desk.current || desk.current.seen.here) return
    this.#head.show(desk, words)
    this.reply.show(desk, words)
  }

  /** @param {string} conversation @param {Words} words */
  #begin(conversation, words) {
    this.#of = conversation
    this.#since = Infinity
    this.#thread = /** @type {ChatThread} */ (document.createElement('chat-thread'))
    this.#place.replaceChildren(this.#thread)
    this.#thread.prepare(words)
  }

  /** @param {Desk} desk @param {Words} words */
  #drawTyping({ current, row }, words) {
    const typing = current?.typing
    this.#typing.hidden = !typing
    if (!typing) return
    const name = typing.name || (typing.who === 'visitor' ? called(row?.visitor, words) : words(`by_${typing.who}`))
    this.#typing.replaceChildren(h('i'), h('span.who', {}, words('writing', { name })), ...(typing.draft ? [h('span.text', { dir: 'auto' }, typing.draft)] : []))
  }
}

customElements.define('desk-conversation', DeskConversation)
