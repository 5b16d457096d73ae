// The conversations whose transcripts are at hand: those looked at last, and those in which something of ours is on its way.

import { Talk } from './talk.js'

/** @import { Kept } from '../wire' */

/** Conversations whose transcripts are kept when one looks elsewhere. */
const KEPT = 40

export class Talks {
  /** @type {Map<string, Talk>} */ #talks = new Map()

  /** @param {string} conversation @returns {Talk} */
  get(conversation) {
    let talk = this.#talks.get(conversation)
    if (!talk) this.#talks.set(conversation, (talk = new Talk(conversation)))
    return talk
  }

  /** The one last looked at is forgotten last. @param {string} conversation */
  look(conversation) {
    const talk = this.get(conversation)
    this.#talks.delete(conversation)
    this.#talks.set(conversation, talk)
    for (const [id, old] of this.#talks) if (this.#talks.size > KEPT && id !== conversation && !old.unsent.length) this.#talks.delete(id)
  }

  /** @returns {Kept[]} */
  get unsent() {
    return [...this.#talks.values()].flatMap((talk) => talk.unsent)
  }
}
