// The server's check of a text that is being written: asked once the writing pauses, and only the last answer counts.

/** @import { Checked } from './types' */

const PAUSE = 300 // milliseconds

export class Checking {
  #timer = 0
  /** @type {AbortController | undefined} */ #asked
  #url
  #about
  #token
  #told

  /** @param {string} url @param {Record<string, string>} about what is sent beside the text @param {string} token @param {(checked: Checked | null, text: string) => void} told null when it could not be checked */
  constructor(url, about, token, told) {
    this.#url = url
    this.#about = about
    this.#token = token
    this.#told = told
  }

  /** @param {string} text */
  later(text) {
    clearTimeout(this.#timer)
    this.#asked?.abort()
    this.#timer = Number(setTimeout(() => this.now(text), PAUSE))
  }

  /** @param {string} text */
  async now(text) {
    const asked = (this.#asked = new AbortController())
    try {
      const answer = await fetch(this.#url, { method: 'POST', body: new URLSearchParams({ ...this.#about, text }), headers: { 'X-CSRFToken': this.#token }, signal: asked.signal })
      if (!answer.ok) throw new Error(String(answer.status))
      this.#told(await answer.json(), text)
    } catch {
      if (!asked.signal.aborted) this.#told(null, text)
    }
  }
}
