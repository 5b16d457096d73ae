// The agent's one line to the server: kept up with backoff and a heartbeat; holes in the inbox or in a conversation are asked
// for again, messages of ours are sent until they are acknowledged. Knows no DOM; socket, clock and chance are handed in.

import { Timers } from '../../chat/outbox.js'

/** @import { Socket } from '../../chat/wire' */
/** @import { AgentFrame } from '../wire' */
/** @import { Desk } from './desk.js' */

/**
 * @typedef {'idle' | 'connecting' | 'online' | 'waiting' | 'refused'} State
 * @typedef {object} Parts
 * @property {Desk} desk  takes the frames in, knows what is unsent and how far we are
 * @property {() => Socket} open
 * @property {(frame?: AgentFrame) => void} [changed]
 * @property {() => number} [random]
 * @property {(run: () => void, ms: number) => any} [later]
 * @property {(timer: any) => void} [never]
 */

const PING = 20_000
const SILENCE = 10_000
const UNHEARD = 10_000
const GIVE_UP = 60_000
/** A hole may be filled by what is already on its way. */
const PATIENCE = 1_500
/** Errors that sending again can't mend. */
const FINAL = new Set(['bad_frame', 'too_long', 'closed', 'not_found', 'forbidden', 'not_yours'])

export class Line {
  /** @type {State} */ state = 'idle'
  /** @type {Socket | null} */ #socket = null
  /** Why the server closed for good, in its own words. */ reason = ''
  /** Refused once: the next try is a look whether the agent has logged in again. */ #refused = false
  #tries = 0
  #timers
  /** @type {Map<string, number>} */ #asked = new Map()
  #parts

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = { changed: () => {}, random: Math.random, ...parts }
    this.#timers = new Timers(parts.later, parts.never)
  }

  connect() {
    if (this.state === 'connecting' || this.state === 'online') return
    this.#timers.cancel('again')
    this.#become('connecting')
    const socket = (this.#socket = this.#parts.open())
    socket.onopen = () => {}
    socket.onmessage = (/** @type {{data: string}} */ { data }) => socket === this.#socket && this.#take(JSON.parse(data))
    socket.onclose = (/** @type {{code: number}} */ { code }) => socket === this.#socket && this.#closed(code)
    this.#timers.after('silence', SILENCE, () => this.#closed(0))
  }

  /** The page woke up or the network is back. */
  wake() {
    if (this.state === 'waiting' || this.state === 'refused') {
      this.#tries = 0
      this.connect()
    } else if (this.state === 'online' && !this.#timers.has('silence')) this.#ping()
  }

  close() {
    this.#drop()
    this.#become('idle')
  }

  /** @param {{type: string} & Record<string, unknown>} frame @returns {boolean} whether it went out */
  send(frame) {
    if (this.state !== 'online') return false
    this.#socket?.send(JSON.stringify(frame))
    return true
  }

  /** @param {string} conversation */
  open(conversation) {
    this.send({ type: 'open', conversation, after: this.#parts.desk.talk(conversation).transcript.seq })
  }

  /** Once said, a message is sent again until it is acknowledged. @param {string} conversation @param {string} client_id */
  say(conversation, client_id) {
    const talk = this.#parts.desk.talk(conversation), own = talk.transcript.unsent.get(client_id)
    if (!own || own.state === 'sent') return
    if (this.state === 'waiting') this.wake()
    if (this.send({ type: talk.kind(client_id), conversation, client_id, text: own.text, confirmed: own.confirmed, attachments: own.attachments?.map(({ id }) => id) })) this.#timers.after('say:' + client_id, UNHEARD, () => this.say(conversation, client_id))
    this.#timers.once('late:' + client_id, GIVE_UP, () => {
      talk.transcript.fail(client_id)
      this.#parts.changed()
    })
  }

  /** @param {AgentFrame} frame */
  #take(frame) {
    const { desk, changed } = this.#parts
    this.#timers.cancel('silence')
    const hole = desk.apply(frame)
    if (frame.type === 'welcome') this.#welcomed()
    else if (frame.type === 'ack' || frame.type === 'message' && frame.client_id || frame.type === 'note') this.#settle(/** @type {any} */ (frame).client_id)
    else if (frame.type === 'error' && frame.client_id) this.#wrong(/** @type {any} */ (frame))
    else if (frame.type === 'error') this.reason = frame.message
    if (hole) this.#ask(desk.inbox.n)
    else if (frame.type === 'inbox' && frame.whole) this.#asked.delete('')
    this.#mend()
    changed(frame)
  }

  #welcomed() {
    const { desk } = this.#parts
    this.#tries = 0
    this.#refused = false
    this.reason = ''
    this.#asked.clear()
    this.#become('online')
    this.#timers.after('ping', PING, () => this.#ping())
    if (desk.selected) this.open(desk.selected)
    for (const { conversation, client_id } of desk.unsent) this.say(conversation, client_id)
  }

  /** A conversation that we look at lacks something: ask, at once when later events are here, else after a moment. */
  #mend() {
    const { desk } = this.#parts
    const talk = desk.selected ? desk.talk(desk.selected) : null
    if (!talk?.opened || !talk.transcript.hole) return this.#timers.cancel('mend')
    const sync = () => {
      const { transcript, conversation } = talk
      if (!transcript.hole || this.#asked.get(conversation) === transcript.newest) return
      this.#asked.set(conversation, transcript.newest)
      transcript.asked()
      this.send({ type: 'sync', conversation, after: transcript.seq })
    }
    if (talk.transcript.torn) sync()
    else this.#timers.once('mend', PATIENCE, sync)
  }

  /** The inbox lacks what came after `n`: asked for once, and anew after a while. @param {number} n */
  #ask(n) {
    if (this.#asked.get('') === n) return
    this.#asked.set('', n)
    this.send({ type: 'sync' })
    this.#timers.after('asked', SILENCE, () => this.#asked.delete(''))
  }

  /** @param {{code: string, message: string, client_id: string, retry_after?: number}} error */
  #wrong({ code, message, client_id, retry_after }) {
    const kept = this.#parts.desk.unsent.find((own) => own.client_id === client_id)
    this.#settle(client_id)
    if (!kept) return
    if (retry_after || !FINAL.has(code) && code === 'unavailable') this.#timers.after('say:' + client_id, 1000 * (retry_after ?? 2), () => this.say(kept.conversation, client_id))
    else this.#parts.desk.talk(kept.conversation).transcript.fail(client_id, message, code === 'confirm' || code === 'filtered' ? code : undefined)
  }

  #ping() {
    if (!this.send({ type: 'ping' })) return
    this.#timers.once('silence', SILENCE, () => this.#closed(0))
    this.#timers.after('ping', PING, () => this.#ping())
  }

  /** @param {number} code 0 when we found the line dead ourselves */
  #closed(code) {
    this.#drop()
    if (code === 4403 || code === 4401 || this.#refused) {
      this.#refused = true
      return this.#become('refused')
    }
    this.reason = ''
    this.#become('waiting')
    const wait = code === 4429 ? 20_000 : Math.min(30_000, 1000 * 2 ** this.#tries++) * (0.5 + this.#parts.random() / 2)
    this.#timers.after('again', wait, () => this.connect())
  }

  #drop() {
    const socket = this.#socket
    this.#socket = null
    this.#timers.clear((name) => !name.startsWith('late:'))
    if (socket && socket.readyState < 2) socket.close(1000)
  }

  /** @param {string} client_id */
  #settle(client_id) {
    this.#timers.cancel('say:' + client_id)
    this.#timers.cancel('late:' + client_id)
  }

  /** @param {State} state */
  #become(state) {
    this.state = state
    this.#parts.changed()
  }
}
