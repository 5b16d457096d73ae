// Keeps one conversation's line up: hello and resume, backoff, heartbeat, holes, resending what is not acknowledged.
// Knows no DOM: sockets, session, clock and chance are handed in, so tests play the server with a script.

import { Outbox, Timers } from './outbox.js'

/** @import { Frame, Line, LineState, Socket } from './wire' */

const PING = 25_000
const SILENCE = 10_000
/** Errors that sending again can't mend. */
const FINAL = new Set(['bad_frame', 'too_long', 'not_found'])
/** Answers of the session that stay the same until someone changes the settings or the page. */
const REFUSALS = new Set(['origin_not_allowed', 'not_found', 'unauthorized'])

export class Connection {
  /** @type {LineState} */ state = 'idle'
  /** The refusal's code, once `state` is 'refused'. */ refusal = ''
  /** The server's own words for it, if it gave any. */ sentence = ''
  /** @type {Socket | null} */ #socket = null
  #tries = 0
  #fresh = false
  #resume = true
  #run = 0
  #timers
  #outbox
  #line

  /** @param {Line} line */
  constructor(line) {
    this.#line = { changed: () => {}, random: Math.random, ...line }
    this.#timers = new Timers(line.later, line.never)
    this.#outbox = new Outbox(this.#line, (frame) => this.send(frame))
  }

  async connect() {
    if (this.state === 'connecting' || this.state === 'online') return
    const run = ++this.#run
    this.#timers.cancel('again')
    this.#become('connecting')
    try {
      const { token } = await this.#line.session(this.#fresh)
      if (run !== this.#run) return
      this.#fresh = false
      this.#open(token)
    } catch (error) {
      if (run !== this.#run) return
      const { code = '', message = '', retry_after } = /** @type {{code?: string, message?: string, retry_after?: number}} */ (error)
      this.sentence = code === 'too_fast' ? message : ''
      if (REFUSALS.has(code)) this.#become('refused', code)
      else this.#again(retry_after)
    }
  }

  /** The page woke up or the network is back: don't wait for the next try, make sure that the line is alive. */
  wake() {
    if (this.state === 'waiting') {
      this.#tries = 0
      this.connect()
    } else if (this.state === 'online' && !this.#timers.has('silence')) this.#ping()
  }

  /** @param {{type: string} & Record<string, unknown>} frame @returns {boolean} whether it went out */
  send(frame) {
    if (this.state !== 'online') return false
    this.#socket?.send(JSON.stringify(frame))
    return true
  }

  /** @param {string} client_id */
  say(client_id) {
    const own = this.#line.transcript.unsent.get(client_id)
    if (!own || own.state === 'sent') return
    if (this.state === 'idle') this.connect()
    else if (this.state === 'waiting') this.wake()
    this.#outbox.expect(client_id)
    this.#outbox.flush()
  }

  /** Leave this conversation; what is unsent goes into the new one. */
  begin() {
    this.#drop()
    this.#line.transcript.reset()
    for (const own of this.#line.transcript.unsent.values()) own.conversation = ''
    this.#resume = false
    return this.connect()
  }

  close() {
    this.#drop()
    this.#become('idle')
  }

  /** @param {string} token */
  #open(token) {
    const { transcript, open } = this.#line
    const socket = (this.#socket = open())
    const conversation = this.#resume && transcript.conversation
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', token, ...(conversation && { conversation }), after: transcript.seq }))
    socket.onmessage = (/** @type {{data: string}} */ { data }) => socket === this.#socket && this.#take(JSON.parse(data))
    socket.onclose = (/** @type {{code: number}} */ { code }) => socket === this.#socket && this.#closed(code)
    this.#timers.after('silence', SILENCE, () => this.#closed(0))
  }

  /** @param {Frame} frame */
  #take(frame) {
    const { transcript, changed } = this.#line, { conversation } = transcript
    this.#timers.cancel('silence')
    transcript.apply(frame)
    if (frame.type === 'welcome') {
      this.#welcomed()
      if (conversation && conversation !== transcript.conversation && transcript.hole) this.#sync() // we said hello for another one
    }
    if ((frame.type === 'ack' || frame.type === 'message') && frame.client_id) this.#outbox.settle(frame.client_id)
    if (frame.type === 'error') this.#wrong(frame)
    this.#mend(frame.type === 'pong')
    changed(frame)
  }

  #welcomed() {
    const { transcript } = this.#line
    this.#tries = 0
    this.#resume = true
    this.sentence = ''
    this.#become('online')
    this.#timers.after('ping', PING, () => this.#ping())
    transcript.resume()
    this.#outbox.flush()
  }

  /** @param {Frame & {type: 'error'}} error */
  #wrong({ code, message, client_id, retry_after }) {
    const { transcript } = this.#line
    if (code === 'unauthorized') return this.#closed(4401)
    if (!client_id) return void (this.sentence = message)
    if (code === 'closed') this.begin()
    else if (FINAL.has(code)) {
      transcript.fail(client_id, message)
      this.#outbox.settle(client_id)
    } else this.#outbox.obey(retry_after ?? 2)
  }

  /** Ask for what is missing: at once when a later event is here, else after a moment (it may be on its way). @param {boolean} beat */
  #mend(beat) {
    const { transcript } = this.#line
    if (!transcript.hole) this.#timers.cancel('sync')
    else if (beat || transcript.torn && transcript.unasked) this.#sync()
    else if (!transcript.torn) this.#timers.once('sync', 2000, () => transcript.unasked && this.#sync())
  }

  #sync() {
    this.#line.transcript.asked()
    this.send({ type: 'sync', after: this.#line.transcript.seq })
  }

  #ping() {
    if (!this.send({ type: 'ping' })) return
    this.#timers.once('silence', SILENCE, () => this.#closed(0))
    this.#timers.after('ping', PING, () => this.#ping())
  }

  /** @param {number} code 0 when we found the line dead ourselves */
  #closed(code) {
    this.#drop()
    if (code === 4403) return this.#become('refused', 'forbidden')
    this.sentence = ''
    if (code === 4401) this.#fresh = true
    if (code === 4401 && !this.#tries++) return void this.connect()
    this.#again(code === 4408 || code === 4429 ? 30 : undefined)
  }

  /** Jittered 1–2, 2–4 … 15–30 s, so that a restart is not met by a stampede. @param {number} [seconds] the server's wish */
  #again(seconds) {
    const { random } = this.#line
    this.#become('waiting')
    const wait = seconds ? seconds * (1 + random()) : Math.min(30, 2 ** ++this.#tries) * (0.5 + random() / 2)
    this.#timers.after('again', wait * 1000, () => this.connect())
  }

  #drop() {
    const socket = this.#socket
    this.#socket = null
    this.#run++
    this.#timers.clear()
    this.#outbox.stop()
    if (socket && socket.readyState < 2) socket.close(1000)
    if (this.state !== 'idle') this.state = 'waiting'
  }

  /** @param {LineState} state @param {string} [refusal] */
  #become(state, refusal = '') {
    if (this.state === state) return
    Object.assign(this, { state, refusal })
    this.#line.changed()
  }
}
