// Keeps one conversation's line up: hello and resume, backoff, heartbeat, holes, resending what is not acknowledged.
// Knows no DOM: sockets, session, clock and chance are handed in, so tests play the server with a script.

/** @import { Frame, Session } from './wire' */
/** @import { Transcript } from './transcript.js' */

/**
 * @typedef {{readyState: number, send: (text: string) => void, close: (code?: number) => void, onopen: any, onmessage: any, onclose: any}} Socket
 * @typedef {'idle' | 'connecting' | 'online' | 'waiting' | 'refused'} State
 * @typedef {object} Line
 * @property {Transcript} transcript
 * @property {(fresh: boolean) => Promise<Session>} session  asks for a token; `fresh` when the last one was turned down
 * @property {() => Socket} open
 * @property {(frame?: Frame) => void} [changed]  after each frame taken in and each change of state
 * @property {() => number} [now]
 * @property {() => number} [random]
 * @property {(run: () => void, ms: number) => any} [later]
 * @property {(timer: any) => void} [never]
 */

const PING = 25_000
const SILENCE = 10_000
const UNHEARD = 10_000
const GIVE_UP = 30_000
/** Errors that sending again can't mend. */
const FINAL = new Set(['bad_frame', 'too_long', 'not_found'])
/** Answers of the session that stay the same until someone changes the settings or the page. */
const REFUSALS = new Set(['origin_not_allowed', 'not_found', 'unauthorized'])

export class Connection {
  /** @type {State} */ state = 'idle'
  /** The refusal's code, once `state` is 'refused'. */ refusal = ''
  /** @type {Socket | null} */ #socket = null
  #tries = 0
  #fresh = false
  #resume = true
  #run = 0
  /** @type {Map<string, any>} */ #timers = new Map()
  /** The hole we last asked about. */ #hole = ''
  #line

  /** @param {Line} line */
  constructor(line) {
    this.#line = {
      changed: () => {}, now: Date.now, random: Math.random,
      later: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
      never: (/** @type {any} */ timer) => clearTimeout(timer), ...line,
    }
  }

  async connect() {
    if (this.state === 'connecting' || this.state === 'online') return
    const run = ++this.#run
    this.#cancel('again')
    this.#become('connecting')
    try {
      const { token } = await this.#line.session(this.#fresh)
      if (run !== this.#run) return
      this.#fresh = false
      this.#open(token)
    } catch (error) {
      if (run !== this.#run) return
      const { code, retry_after } = /** @type {{code?: string, retry_after?: number}} */ (error)
      if (code && REFUSALS.has(code)) this.#refuse(code)
      else this.#again(retry_after)
    }
  }

  /** The page woke up or the network is back: don't wait for the next try, and make sure that the line is alive. */
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
    if (this.send({ type: 'say', client_id, text: own.text })) this.#after('say:' + client_id, UNHEARD, () => this.say(client_id))
    this.#once('late:' + client_id, GIVE_UP, () => {
      this.#line.transcript.fail(client_id)
      this.#line.changed()
    })
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
    this.#after('silence', SILENCE, () => this.#closed(0))
  }

  /** @param {Frame} frame */
  #take(frame) {
    const { transcript, changed } = this.#line
    this.#cancel('silence')
    const conversation = transcript.conversation
    transcript.apply(frame)
    if (frame.type === 'welcome') {
      this.#welcomed()
      if (conversation && conversation !== transcript.conversation && transcript.hole) this.#sync() // we said hello for another one
    }
    if (frame.type === 'ack') this.#settle(frame.client_id)
    if (frame.type === 'message' && frame.client_id) this.#settle(frame.client_id)
    if (frame.type === 'error') this.#wrong(frame)
    this.#mend(frame.type === 'pong')
    changed(frame)
  }

  #welcomed() {
    const { transcript } = this.#line
    this.#tries = 0
    this.#resume = true
    this.#hole = ''
    this.#become('online')
    this.#after('ping', PING, () => this.#ping())
    for (const { client_id, conversation, state, error } of [...transcript.unsent.values()]) {
      if (state === 'sent') continue
      if (conversation !== transcript.conversation) transcript.fail(client_id) // it may be stored in the old one: let the person decide
      else if (!error) {
        transcript.retry(client_id)
        this.say(client_id)
      }
    }
  }

  /** @param {Frame & {type: 'error'}} error */
  #wrong({ code, message, client_id, retry_after }) {
    const { transcript } = this.#line
    if (code === 'unauthorized') return this.#closed(4401)
    if (!client_id) return
    this.#settle(client_id)
    if (code === 'closed') this.begin()
    else if (FINAL.has(code)) transcript.fail(client_id, message)
    else this.#after('say:' + client_id, 1000 * (retry_after ?? 2), () => this.say(client_id))
  }

  /** Ask for what is missing: at once when a later event is here, else after a moment (it may be on its way). @param {boolean} beat */
  #mend(beat) {
    const { transcript } = this.#line
    if (!transcript.hole) return this.#cancel('sync')
    if (beat) this.#sync()
    else if (transcript.torn) this.#look()
    else this.#once('sync', 2000, () => this.#look())
  }

  #look() {
    const { transcript } = this.#line
    if (transcript.hole && this.#hole !== `${transcript.seq}:${transcript.newest}`) this.#sync()
  }

  #sync() {
    const { transcript } = this.#line
    this.#hole = `${transcript.seq}:${transcript.newest}`
    transcript.asked()
    this.send({ type: 'sync', after: transcript.seq })
  }

  #ping() {
    if (!this.send({ type: 'ping' })) return
    this.#once('silence', SILENCE, () => this.#closed(0))
    this.#after('ping', PING, () => this.#ping())
  }

  /** @param {number} code 0 when we found the line dead ourselves */
  #closed(code) {
    this.#drop()
    if (code === 4403) return this.#refuse('origin_not_allowed')
    if (code === 4401) this.#fresh = true
    if (code === 4401 && !this.#tries++) return void this.connect()
    this.#again(code === 4408 || code === 4429 ? 30 : undefined)
  }

  /** Jittered 1–2, 2–4 … 15–30 s, so that a restart is not met by a stampede. @param {number} [seconds] the server's wish */
  #again(seconds) {
    const { random } = this.#line
    this.#become('waiting')
    const wait = seconds ? seconds * (1 + random()) : Math.min(30, 2 ** ++this.#tries) * (0.5 + random() / 2)
    this.#after('again', wait * 1000, () => this.connect())
  }

  /** @param {string} code */
  #refuse(code) {
    this.refusal = code
    this.#become('refused')
  }

  #drop() {
    const socket = this.#socket
    this.#socket = null
    this.#run++
    for (const name of [...this.#timers.keys()]) if (!name.startsWith('late:')) this.#cancel(name)
    if (socket && socket.readyState < 2) socket.close(1000)
    if (this.state !== 'idle') this.state = 'waiting'
  }

  /** @param {string} client_id */
  #settle(client_id) {
    this.#cancel('say:' + client_id)
    this.#cancel('late:' + client_id)
  }

  /** @param {State} state */
  #become(state) {
    if (this.state === state) return
    this.state = state
    this.#line.changed()
  }

  /** @param {string} name @param {number} ms @param {() => void} run */
  #after(name, ms, run) {
    this.#cancel(name)
    this.#timers.set(name, this.#line.later(() => { this.#timers.delete(name); run() }, ms))
  }

  /** @param {string} name @param {number} ms @param {() => void} run */
  #once(name, ms, run) {
    if (!this.#timers.has(name)) this.#after(name, ms, run)
  }

  /** @param {string} name */
  #cancel(name) {
    this.#line.never(this.#timers.get(name))
    this.#timers.delete(name)
  }
}
