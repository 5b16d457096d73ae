// One sentence at a time above what is being written, with a way back where there is one. It lies over no composer and no list.

import { h } from '../../chat/dom.js'

const STAYS = 7_000
const GAP = 8

export class Toasts {
  #text = h('span')
  #undo = h('button.link', { type: 'button', hidden: true })
  #box = h('div.toast', { hidden: true }, this.#text, this.#undo)
  /** The page's live region stands from the start, so that readers notice what comes into it. */
  node = h('div.toasts', { role: 'status' }, this.#box)
  #timer = 0
  #above

  /** @param {() => Element[]} above what must stay free; only what is seen counts */
  constructor(above) {
    this.#above = above
  }

  /** Listen for what moves the composer: its own lines, the window, a phone's keyboard. */
  listen() {
    const again = () => this.place(), sizes = new ResizeObserver(again)
    for (const each of this.#above()) sizes.observe(each)
    addEventListener('resize', again)
    globalThis.visualViewport?.addEventListener('resize', again)
  }

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
    this.place()
    this.#timer = Number(setTimeout(() => (this.#box.hidden = true), STAYS))
  }

  place() {
    if (this.#box.hidden) return
    const seen = this.#above().map((each) => each.getBoundingClientRect()).filter(({ height }) => height)
    const top = Math.min(innerHeight - GAP, ...seen.map((rect) => rect.top)), [{ left, right } = { left: 0, right: innerWidth }] = seen
    Object.assign(this.node.style, { bottom: `${innerHeight - top + GAP}px`, left: `${left}px`, right: `${innerWidth - right}px` })
  }
}
