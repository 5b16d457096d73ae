// One sentence at a time at the bottom of the page, with a way back where there is one.

import { h } from '../../chat/dom.js'

const STAYS = 7_000

export class Toasts {
  #text = h('span')
  #undo = h('button.link', { type: 'button', hidden: true })
  #box = h('div.toast', { hidden: true }, this.#text, this.#undo)
  /** The page's live region stands from the start, so that readers notice what comes into it. */
  node = h('div.toasts', { role: 'status' }, this.#box)
  #timer = 0

  /** @param {string} text @param {{label: string, run: () => void}} [back] */
  tell(text, back) {
    if (!text) return
    clearTimeout(this.#timer)
    this.#text.textContent = text
    this.#undo.hidden = !back
    this.#undo.textContent = back?.label ?? ''
    this.#undo.onclick = () => {
      back?.run()
      this.#box.hidden = true
    }
    this.#box.hidden = false
    this.#timer = Number(setTimeout(() => (this.#box.hidden = true), STAYS))
  }
}
