// Our own messages on their way: one at a time, so that they arrive in the order in which they were said, each until it is acknowledged.

/** @import { Line } from './wire' */

const UNHEARD = 10_000
const GIVE_UP = 30_000

export class Outbox {
  /** The message on its way. */ #flying = ''
  #timers
  /** When to give a message up: goes on while the line is down. */ #late
  #line
  #send

  /** @param {Line} line @param {(frame: {type: string} & Record<string, unknown>) => boolean} send */
  constructor(line, send) {
    this.#line = line
    this.#send = send
    this.#timers = new Timers(line.later, line.never)
    this.#late = new Timers(line.later, line.never)
  }

  /** Send what is next, unless something is on its way. */
  flush() {
    if (this.#timers.has('say')) return
    const own = [...this.#line.transcript.unsent.values()].find(({ state }) => state === 'sending')
    if (!own) return
    const { client_id, text, attachments, form, values, reply_to } = own
    if (!this.#send(values ? { type: 'submit', client_id, form: form?.id, values } : { type: 'say', client_id, text, attachments: attachments?.map(({ id }) => id), reply_to })) return
    this.#flying = client_id
    this.wait(UNHEARD)
    this.expect(client_id)
  }

  /** @param {string} client_id given up when nothing is heard of it for long */
  expect(client_id) {
    this.#late.once(client_id, GIVE_UP, () => {
      this.#line.transcript.fail(client_id)
      this.#line.changed?.()
    })
  }

  /** @param {string} client_id the server has answered to it */
  settle(client_id) {
    this.#late.cancel(client_id)
    if (client_id === this.#flying) this.#timers.cancel('say')
    this.flush()
  }

  /** They wait because the server wishes it. @param {number} seconds */
  obey(seconds) {
    this.#late.clear()
    this.wait(1000 * seconds)
  }

  /** @param {number} ms */
  wait(ms) {
    this.#timers.after('say', ms, () => this.flush())
  }

  /** The line is gone. */
  stop() {
    this.#timers.clear()
  }
}

/** Timers by name, one a name, on a clock that tests move. */
export class Timers {
  /** @type {Map<string, any>} */ #running = new Map()
  #later
  #never

  /** @param {(run: () => void, ms: number) => any} [later] @param {(timer: any) => void} [never] */
  constructor(later = (run, ms) => setTimeout(run, ms), never = (timer) => clearTimeout(timer)) {
    this.#later = later
    this.#never = never
  }

  /** @param {string} name */
  has(name) {
    return this.#running.has(name)
  }

  /** @param {string} name @param {number} ms @param {() => void} run */
  after(name, ms, run) {
    this.cancel(name)
    this.#running.set(name, this.#later(() => {
      this.#running.delete(name)
      run()
    }, ms))
  }

  /** @param {string} name @param {number} ms @param {() => void} run unless it is waiting already */
  once(name, ms, run) {
    if (!this.has(name)) this.after(name, ms, run)
  }

  /** @param {string} name */
  cancel(name) {
    this.#never(this.#running.get(name))
    this.#running.delete(name)
  }

  /** @param {(name: string) => boolean} [which] all by default */
  clear(which = () => true) {
    for (const name of [...this.#running.keys()]) if (which(name)) this.cancel(name)
  }
}
