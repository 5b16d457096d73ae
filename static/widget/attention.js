// Telling a person who looks elsewhere: a peek of the message, the page's title, a sound if they want it.

import { h, icon } from '../chat/dom.js'
import { bare } from '../chat/markdown.js'
import { line } from '../chat/words.js'

/** @import { MessageEvent, Words } from '../chat/wire' */

export class Attention {
  #open
  /** @type {any} */ #blinking
  #title = ''
  #peek = h('div.peek.chat', { hidden: true })

  /** @param {ShadowRoot} root @param {() => void} open */
  constructor(root, open) {
    this.#open = open
    root.append(this.#peek)
    document.addEventListener('visibilitychange', () => document.hidden || this.#still())
  }

  /** @param {string} name @param {MessageEvent} message @param {Words} words @param {boolean} closed the panel, so that a peek is needed */
  tell(name, message, words, closed) {
    if (document.hidden) this.#blink(words)
    if (!closed) return
    this.#peek.lang = words.locale
    this.#peek.replaceChildren(
      h('button.peeked', { type: 'button', onclick: this.#open }, h('strong', {}, name), h('span', { dir: 'auto' }, message.author.kind === 'bot' ? bare(message.text).replace(/\s*\[\d+\]/g, '') : line({ ...message, kind: 'message', key: '' }, words))),
      h('button.tool', { type: 'button', 'aria-label': words('close'), onclick: () => (this.#peek.hidden = true) }, icon('close')))
    this.#peek.hidden = false
  }

  /** All is read. */
  calm() {
    this.#peek.hidden = true
    this.#still()
  }

  /** Two short tones, made here: nothing to download. */
  chime() {
    try {
      const audio = new AudioContext(), gain = audio.createGain()
      gain.connect(audio.destination)
      gain.gain.setValueAtTime(0.08, audio.currentTime)
      gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.4)
      for (const [n, pitch] of [660, 880].entries()) {
        const tone = new OscillatorNode(audio, { frequency: pitch })
        tone.connect(gain)
        tone.start(audio.currentTime + n * 0.12)
        tone.stop(audio.currentTime + 0.4)
      }
      setTimeout(() => audio.close(), 1000)
    } catch {} // the browser wants a click on the page first
  }

  /** @param {Words} words */
  #blink(words) {
    if (this.#blinking) return
    this.#title = document.title
    const news = words('fresh', { n: 1 })
    this.#blinking = setInterval(() => {
      if (document.title !== news) this.#title = document.title // the page may have become another
      document.title = document.title === news ? this.#title : news
    }, 1200)
  }

  #still() {
    if (!this.#blinking) return
    clearInterval(this.#blinking)
    this.#blinking = undefined
    document.title = this.#title
  }
}
