// Timers by name, one a name, on a clock that tests move.

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
