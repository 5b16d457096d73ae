// Numbered events in order: what comes twice is dropped, what comes early waits for what is missing.

/** @import { Numbered } from './wire' */

export class Sequence {
  /** Everything up to here is held, in order. */ seq = 0
  /** The newest number anyone told us of. */ newest = 0
  /** Events beyond a hole. @type {Map<number, Numbered>} */ #early = new Map()
  /** Newest early event when `sync` was last asked. */ #asked = 0
  /** The hole that it asked about. */ #about = ''

  /** Something newer exists than what we hold. */
  get hole() {
    return this.newest > this.seq
  }

  /** An event beyond a missing one is already here, so the missing one won't come by itself. */
  get torn() {
    return this.#early.size > 0
  }

  /** There is a hole that nobody has asked about on this line. */
  get unasked() {
    return this.hole && this.#about !== `${this.seq}:${this.newest}`
  }

  /** `sync` was asked: its answer repeats what is early, which proves that the numbers between are not for us. */
  asked() {
    this.#about = `${this.seq}:${this.newest}`
    this.#asked = Math.max(0, ...this.#early.keys())
  }

  /** @param {number} seq exists */
  tell(seq) {
    this.newest = Math.max(this.newest, seq)
  }

  /** On a new line nothing is asked yet. */
  anew() {
    this.#about = ''
  }

  reset() {
    this.seq = this.newest = this.#asked = 0
    this.#early.clear()
  }

  /** @param {Numbered} event @returns {Numbered[]} those whose turn has come */
  receive(event) {
    this.tell(event.seq)
    if (event.seq <= this.seq) return []
    const passed = event.seq <= this.#asked && this.#early.has(event.seq)
    this.#early.set(event.seq, event)
    /** @type {Numbered[]} */ const due = []
    while (this.#early.has(this.seq + 1) || passed && this.seq < event.seq) {
      const next = this.#early.get(++this.seq)
      if (next) due.push(next)
      this.#early.delete(this.seq)
    }
    return due
  }
}
