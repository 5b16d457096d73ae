// What was asked of the server under an id of our own and is not answered yet: asked again when the line is back. The server
// does nothing twice for one id.

import { uuid } from '../../chat/browser.js'

/** @typedef {{type: string, client_id: string} & Record<string, any>} Question */

export class Asked {
  /** @type {Map<string, Question>} */ #open = new Map()

  /** @param {{send: (frame: Question) => boolean}} out @param {{type: string} & Record<string, any>} frame @returns {boolean} whether it went out */
  ask(out, frame) {
    const client_id = uuid(), question = { ...frame, client_id }
    if (!out.send(question)) return false
    this.#open.set(client_id, question)
    return true
  }

  /** An answer or an error came. @param {string | undefined} client_id @returns {Question | undefined} what it answers */
  settle(client_id = '') {
    const question = this.#open.get(client_id)
    this.#open.delete(client_id)
    return question
  }

  /** Whether something of this kind is on its way. @param {string} type @param {string} conversation */
  waits(type, conversation) {
    return [...this.#open.values()].some((one) => one.type === type && one.conversation === conversation)
  }

  /** @param {{send: (frame: Question) => boolean}} out */
  again(out) {
    for (const question of this.#open.values()) out.send(question)
  }
}
