// What we know of one conversation: its numbered events in order, our own messages on their way, the answer
// being written. Pure: no DOM, no socket, no clock, so the widget, the console and the tests share it.

import { Sequence } from './sequence.js'

/** @import { Entry, Frame, MessageEntry, Numbered, Own, Owner, OwnerEntry, Unsent } from './wire' */

const NUMBERED = new Set(['message', 'owner', 'closed', 'rated', 'note'])

export class Transcript extends Sequence {
  conversation = ''
  /** @type {Owner} */ owner = 'bot'
  online = true
  /** @type {OwnerEntry['agent']} */ agent
  closed = false
  /** The customer's score of the whole conversation. @type {number | undefined} */ score
  /** Who is typing, if anyone but us. */ typing = ''
  /** What the bot last spoke with the customer. @type {string | undefined} */ language
  /** @type {{id: string, state: string, text: string, length: number} | null} */ turn = null
  /** Ours, oldest first, until the server shows them. @type {Map<string, Unsent>} */ unsent = new Map()
  /** @type {Entry[]} */ #rows = []
  #readByThem = 0
  /** The owner the rows have told of so far. @type {Owner} */ #told = 'bot'
  #me

  /** @param {'visitor' | 'agent'} me */
  constructor(me = 'visitor') {
    super()
    this.#me = me
  }

  /** Rows in reading order. @returns {Entry[]} */
  get entries() {
    const rows = [...this.#rows]
    if (this.turn?.text) rows.push(this.#streaming(this.turn))
    for (const own of this.unsent.values()) rows.push(this.#waiting(own))
    return rows
  }

  /** The bot is thinking or writing. */
  get busy() {
    return this.turn !== null && this.turn.state !== 'done'
  }

  /** @param {Frame} frame */
  apply(frame) {
    if (NUMBERED.has(frame.type)) return this.receive(/** @type {Numbered} */ (frame)).forEach((event) => this.#commit(event))
    switch (frame.type) {
      case 'welcome': return this.#welcome(frame)
      case 'ack': return this.#acknowledge(frame)
      case 'pong': return this.tell(frame.seq)
      case 'turn': return this.#turned(frame)
      case 'delta': return this.#write(frame)
      case 'typing': this.typing = frame.on && frame.who !== this.#me ? frame.who : ''; break
      case 'read': if (frame.who !== this.#me) this.#readUpTo(frame.seq)
    }
  }

  /** Our own message, shown at once. @param {Own} said */
  say(said) {
    this.unsent.set(said.client_id, { ...said, conversation: this.conversation, state: 'sending' })
  }

  /** @param {string} client_id @param {string} [error] @param {Unsent['ask']} [ask] */
  fail(client_id, error, ask) {
    this.#change(client_id, { state: 'failed', error, ask })
  }

  /** @param {string} client_id @param {boolean} [confirmed] */
  retry(client_id, confirmed) {
    this.#change(client_id, { state: 'sending', error: undefined, confirmed, conversation: this.conversation })
  }

  /** On a new line ours are said again. What was meant for another conversation may be stored there: let the person decide. */
  resume() {
    for (const { client_id, conversation, state, error } of [...this.unsent.values()]) {
      if (state === 'sent') continue
      if (conversation !== this.conversation) this.fail(client_id)
      else if (!error) this.retry(client_id)
    }
  }

  /** Forget the conversation but not what is still to be said. */
  reset() {
    super.reset()
    Object.assign(this, { conversation: '', owner: 'bot', closed: false, score: undefined, left: undefined, turn: null })
    this.#rows = []
    this.#readByThem = 0
    this.#told = 'bot'
  }

  /** @param {Frame & {type: 'welcome'}} frame */
  #welcome({ conversation, seq, owner, partial }) {
    if (conversation !== this.conversation) {
      if (this.conversation) this.reset()
      this.conversation = conversation
      for (const own of this.unsent.values()) own.conversation ||= conversation
    }
    this.tell(seq)
    this.anew()
    this.owner = owner
    this.typing = ''
    this.turn = partial ? { id: partial.turn, state: 'writing', text: partial.text, length: [...partial.text].length } : null
  }

  /** @param {Numbered} event */
  #commit(event) {
    if (event.type === 'message') return this.#message(event)
    if (event.type === 'rated') return this.#rated(event)
    const { type: kind, ...rest } = event
    const row = /** @type {Entry} */ ({ ...rest, kind, key: `seq:${event.seq}` })
    if (event.type === 'closed') Object.assign(this, { closed: true, turn: null })
    if (row.kind === 'owner') {
      row.before = this.#told
      this.owner = this.#told = row.owner
      this.online = row.online ?? this.online
      /** The team has an address to answer to and need not ask for one. */ this.left = row.left
      this.agent = row.agent
      if (row.owner !== 'bot') this.turn = null
      const last = this.#rows.at(-1)
      if (last?.kind === 'owner' && last.owner === row.owner) {
        this.#rows.pop() // a new place in the queue replaces the old one
        Object.assign(row, { key: last.key, before: last.before })
      }
    }
    this.#rows.push(row)
  }

  /** @param {Frame & {type: 'message'}} event */
  #message({ type: kind, ...event }) {
    const taken = (/** @type {string} */ key) => this.#rows.some((row) => row.key === key)
    const wanted = event.client_id || (event.turn && `turn:${event.turn}`)
    const key = wanted && !taken(wanted) ? wanted : `seq:${event.seq}`
    /** @type {MessageEntry} */ const row = { ...event, kind, key }
    if (event.author.kind === this.#me) row.mark = event.seq <= this.#readByThem ? 'read' : 'sent'
    else this.typing = ''
    const own = this.unsent.get(event.client_id ?? '')
    if (own && /^•+$/.test(row.text)) row.text = own.text // sealed whole: it is shown to who wrote it, while this page lives
    this.unsent.delete(event.client_id ?? '')
    this.language = event.language ?? this.language
    if (event.turn && event.turn === this.turn?.id) this.turn = null
    this.#rows.push(row)
    if (event.author.kind !== this.#me && event.author.kind !== 'system') this.#readUpTo(event.seq)
  }

  /** @param {Frame & {type: 'rated'}} event */
  #rated({ of, score }) {
    if (of === undefined) this.score = score
    else this.#rows = this.#rows.map((row) => (row.kind === 'message' && row.seq === of ? { ...row, score } : row))
  }

  /** @param {{client_id: string, seq: number, at: string}} ack */
  #acknowledge({ client_id, seq, at }) {
    this.tell(seq)
    this.#change(client_id, { state: 'sent', at, error: undefined })
  }

  /** @param {Frame & {type: 'turn'}} frame */
  #turned({ turn: id, state }) {
    if (state === 'thinking' || state === 'writing') {
      if (this.#rows.some((row) => row.key === `turn:${id}`)) return
      this.turn = this.turn?.id === id ? { ...this.turn, state } : { id, state, text: '', length: 0 }
    } else if (this.turn?.id === id && (state !== 'done' || !this.turn.text)) this.turn = null
  }

  /** Offsets count Unicode characters, as the server's Python does. @param {Frame & {type: 'delta'}} frame */
  #write({ turn: id, at, text }) {
    if (this.turn?.id !== id) this.#turned({ type: 'turn', turn: id, state: 'writing' })
    const turn = this.turn
    if (turn?.id !== id || at > turn.length) return // a lost delta: the final message will say it all
    const before = at === turn.length ? turn.text : [...turn.text].slice(0, at).join('')
    this.turn = { id, state: 'writing', text: before + text, length: at + [...text].length }
  }

  /** @param {number} seq */
  #readUpTo(seq) {
    if (seq <= this.#readByThem) return
    this.#readByThem = seq
    this.#rows = this.#rows.map((row) =>
      row.kind === 'message' && row.mark === 'sent' && (row.seq ?? 0) <= seq ? { ...row, mark: 'read' } : row)
  }

  /** @param {string} client_id @param {Partial<Unsent>} change */
  #change(client_id, change) {
    const own = this.unsent.get(client_id)
    if (own) this.unsent.set(client_id, { ...own, ...change })
  }

  /** @param {Unsent} own @returns {MessageEntry} */
  #waiting(own) {
    return { ...own, kind: 'message', key: own.client_id, author: { kind: this.#me, name: '' }, mark: own.state }
  }

  /** @param {{id: string, text: string}} turn @returns {MessageEntry} */
  #streaming({ id, text }) {
    return { kind: 'message', key: `turn:${id}`, at: '', author: { kind: 'bot', name: '' }, text, turn: id, streaming: true }
  }
}
