// What the console knows of one conversation: the shared transcript, and what only agents see beside it. Pure.

import { Transcript } from '../../chat/transcript.js'

/** @import { Entry, MessageEntry } from '../../chat/wire' */
/** @import { AgentFrame, Customer, FlowCard, Kept, Mailed, Mode, Opened, Person, Rewritten, Seen, Suggestion, Summary, TurnTrace } from '../wire' */

export class Talk {
  transcript = new Transcript('agent')
  /** The server has told us all of it at least once. */ opened = false
  /** @type {Customer | undefined} */ customer
  /** @type {Summary | null} */ summary = null
  /** @type {TurnTrace[]} */ turns = []
  /** Where the conversation stands in a flow. @type {FlowCard | null} */ flow = null
  /** Sensitive values that we asked to see, by slot, for as long as we look. @type {Record<string, string>} */ revealed = {}
  /** Masked messages that we asked to see, by seq, for as long as we look. @type {Record<number, string>} */ originals = {}
  /** What is to be done once a message of ours is there, by client_id. @type {Map<string, () => void>} */ then = new Map()
  /** Messages of which less is shown than they came with, or more. @type {Map<number, Pick<MessageEntry, 'text' | 'masked'>>} */ #amended = new Map()
  /** @type {Person[]} */ viewers = []
  /** Whether the customer is there, and when they were last. @type {Seen} */ seen = { here: true, at: null }
  /** Where mail reaches them; '' where it does not. */ mail = ''
  /** What became of replies that went by mail, by their numbers. @type {Map<number, NonNullable<MessageEntry['carried']>>} */ #mailed = new Map()
  /** Who types right now, ourselves not. @type {{who: string, name: string, draft: string} | null} */ typing = null
  /** @type {Suggestion | null} */ suggestion = null
  /** What a model made of the composer's text, and what stood there before. @type {(Rewritten & {original: string}) | null} */ rewritten = null
  /** Answers of the bot that somebody here called wrong, by seq. */ wrong = new Set()
  /** Ours that are notes, by client_id. */ #notes = new Set()
  /** @type {WeakMap<Entry, {state: string, shown: Entry}>} */ #shown = new WeakMap()

  /** @param {string} conversation */
  constructor(conversation) {
    this.conversation = this.transcript.conversation = conversation
  }

  /** @param {AgentFrame} frame @param {Person} me */
  apply(frame, me) {
    switch (frame.type) {
      case 'opened': return this.#open(frame, me)
      case 'viewing': this.viewers = frame.who.filter(({ id }) => id !== me.id); return
      case 'seen': this.seen = { here: frame.here, at: frame.at }; return
      case 'mailed': this.#mail(frame); return
      case 'suggestion': this.suggestion = frame; return
      case 'typing': return this.#type(frame, me)
      case 'flow': Object.assign(this, { flow: { flows: this.flow?.flows ?? [], at: frame.at, tickets: frame.tickets }, revealed: {} }); return
      case 'revealed': this.revealed = { ...this.revealed, [frame.slot]: frame.shown }; return
      case 'original': this.originals = { ...this.originals, [frame.seq]: frame.text }; return
      case 'amended': this.#amended.set(frame.seq, { text: frame.text, masked: frame.masked.length ? frame.masked : undefined }); return
      case 'ack': this.#sent(frame.client_id); break
      case 'customer': this.customer = frame.customer; return
      case 'whereabouts': this.customer = { ...this.customer, page: frame.page, device: frame.device, claims: frame.claims }; return
      case 'message':
      case 'note':
        if (this.typing?.who === frame.author.kind) this.typing = null
        if ('client_id' in frame && frame.client_id) {
          this.transcript.apply(/** @type {any} */ (frame))
          this.transcript.unsent.delete(frame.client_id)
          return
        }
    }
    this.transcript.apply(/** @type {any} */ (frame))
  }

  /** @param {Kept} kept ours, shown at once and sent until it is acknowledged */
  say({ client_id, text, at, kind, attachments }) {
    if (kind === 'note') this.#notes.add(client_id)
    this.transcript.say({ client_id, text, at, attachments })
  }

  /** @returns {Kept[]} */
  get unsent() {
    return [...this.transcript.unsent.values()].filter(({ state }) => state !== 'sent')
      .map(({ client_id, text, at, attachments }) => ({ client_id, text, at, attachments, conversation: this.conversation, kind: this.kind(client_id) }))
  }

  /** Takes back what did not go. @param {string} client_id @returns {Kept | undefined} */
  back(client_id) {
    const kept = this.unsent.find((own) => own.client_id === client_id)
    this.transcript.unsent.delete(client_id)
    this.then.delete(client_id)
    return kept
  }

  /** The masked words again. @param {number} seq */
  cover(seq) {
    const { [seq]: _gone, ...others } = this.originals
    this.originals = others
  }

  /** @param {string} client_id */
  #sent(client_id) {
    this.then.get(client_id)?.()
    this.then.delete(client_id)
  }

  /** @param {string} client_id @returns {Mode} */
  kind(client_id) {
    return this.#notes.has(client_id) ? 'note' : 'say'
  }

  /** What the customer asked last, and what we answered last: the makings of a piece of knowledge. @param {string} mine */
  lesson(mine) {
    const said = this.transcript.entries.filter((entry) => entry.kind === 'message')
    const answer = said.findLastIndex(({ author }) => author.kind === 'agent' && (!author.name || author.name === mine))
    const question = said.slice(0, answer < 0 ? undefined : answer).findLast(({ author }) => author.kind === 'visitor')
    return { question: question?.text ?? '', answer: answer < 0 ? '' : said[answer].text }
  }

  /** What was said at a number. @param {number | string} seq */
  at(seq) {
    const entry = this.transcript.entries.find((one) => one.kind === 'message' && one.seq === seq)
    return entry?.kind === 'message' ? entry.text : String(seq)
  }

  /** The customer's newest words. */
  get heard() {
    const entry = this.transcript.entries.findLast((one) => one.kind === 'message' && one.author.kind === 'visitor')
    return entry?.kind === 'message' ? entry.text : ''
  }

  unrewrite() {
    this.rewritten = null
  }

  /** The bot's newest answer, if it gave one. */
  get answered() {
    return this.transcript.entries.findLast((entry) => entry.kind === 'message' && entry.author.kind === 'bot' && entry.turn && entry.seq)?.seq
  }

  /** The rows as the thread is to show them: notes and colleagues are kinds of their own. @param {Person} me @param {{note?: string, visitor?: string}} [called] @returns {Entry[]} */
  entries(me, { note = '', visitor = '' } = {}) {
    return this.transcript.entries.map((entry) => {
      const amended = this.#amended.get(entry.seq ?? 0)
      const kind = this.#kindOf(entry, me), wrong = entry.seq !== undefined && this.wrong.has(entry.seq)
      const original = this.originals[entry.seq ?? 0], mailed = this.#mailed.get(entry.seq ?? 0), state = `${kind}:${wrong}:${visitor}:${original ?? ''}:${amended?.text ?? ''}:${mailed?.state ?? ''}`, held = this.#shown.get(entry)
      if (held?.state === state) return held.shown
      const carried = mailed && mailed.state !== 'needless' ? mailed : entry.kind === 'message' && entry.meanwhile ? { state: 'meanwhile' } : undefined
      const now = amended ? { ...entry, ...amended } : entry
      const dressed = kind || wrong || carried ? this.#dressed(now, kind, wrong, kind === 'note' ? note : visitor, carried) : now
      const shown = dressed.kind === 'message' && dressed.masked ? { ...dressed, opens: true, ...(original !== undefined && { opened: true, text: original }) } : dressed.kind === 'message' && carried?.cut && original !== undefined ? { ...dressed, opened: true, text: original } : dressed
      this.#shown.set(entry, { state, shown })
      return shown
    })
  }

  /** @param {Entry} entry @param {Person} me */
  #kindOf(entry, me) {
    if (entry.kind === 'note') return 'note'
    if (entry.kind === 'message' && entry.author.kind === 'visitor' && !entry.author.name) return 'visitor'
    if (entry.kind !== 'message' || entry.author.kind !== 'agent') return ''
    if (entry.client_id && this.#notes.has(entry.client_id)) return 'note'
    return entry.author.name && entry.author.name !== me.name ? 'colleague' : ''
  }

  /** @param {Entry} entry @param {string} kind @param {boolean} wrong @param {string} called what a note is, or a customer without a name @param {MessageEntry['carried']} [carried] @returns {Entry} */
  #dressed(entry, kind, wrong, called, carried) {
    const message = /** @type {MessageEntry} */ ({ ...entry, kind: 'message', ...(wrong && { score: -1 }), ...(carried && { carried }) })
    const name = kind === 'note' ? [message.author.name, called].filter(Boolean).join(' · ') : kind === 'visitor' ? called : message.author.name
    return kind ? /** @type {any} */ ({ ...message, author: { ...message.author, kind, name } }) : message
  }

  /** @param {Opened} frame @param {Person} me */
  #open({ seq, customer, summary, turns, viewers, partial, flow, seen, mail }, me) {
    this.opened = true
    if (partial) this.transcript.turn = { id: partial.turn, state: 'writing', text: partial.text, length: [...partial.text].length }
    this.transcript.apply({ type: 'pong', seq })
    if (seen) this.seen = seen
    this.mail = mail?.to ?? ''
    mail?.mailed.forEach((one) => this.#mail(one))
    Object.assign(this, { customer, summary, turns, flow: flow ?? null, revealed: {}, originals: {}, viewers: viewers.filter(({ id }) => id !== me.id) })
  }

  /** @param {Mailed} frame */
  #mail({ seqs, state, error, checks, cut }) {
    for (const seq of seqs) this.#mailed.set(seq, { state, error, checks, cut })
  }

  /** @param {AgentFrame & {type: 'typing'}} frame @param {Person} me */
  #type({ who, name = '', on, draft = '' }, me) {
    if (who === 'agent' && (!name || name === me.name)) return
    if (on) this.typing = { who, name, draft }
    else if (this.typing?.who === who) this.typing = null
  }
}
