// What is wanted now and then: earlier conversations, this one as a file or a mail, a sound. Fetched when it is opened for the first time.

import { h, icon } from '../chat/dom.js'
import { download } from '../chat/keepsake.js'

/** @import { Words } from '../chat/wire' */
/** @import { Talk } from './talk.js' */

const SPEAKER = 'M4 8v4h2.5l4 3.5v-11L6.5 8z'
const CLOCK = 'M10 17a7 7 0 100-14 7 7 0 00-6.5 4.5M3 4v3.5h3.5M10 6.5v4l2.5 1.5'
const LETTER = 'M3.5 5.5h13v9h-13zM3.5 6l6.5 5 6.5-5'
const SAVE = 'M10 3.5v9M6 9l4 4 4-4M4 16.5h12'

export class Menu {
  #node = h('div.menu', { hidden: true })
  #button
  #talk
  #chime

  /** @param {HTMLElement} button opens it @param {Talk} talk @param {() => void} chime */
  constructor(button, talk, chime) {
    this.#button = button
    this.#talk = talk
    this.#chime = chime
    button.after(this.#node)
    this.#node.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Escape') return
      event.stopPropagation() // which would close the chat
      this.#show(false)
    })
    button.getRootNode().addEventListener('click', (event) => this.#node.hidden || event.composedPath().includes(button) || this.#show(false))
  }

  /** @param {Words} words */
  toggle(words) {
    const { store, transcript, name, config } = this.#talk, sound = store.get('sound', true)
    this.#node.replaceChildren(
      item(CLOCK, words('earlier'), () => this.#past(words)),
      transcript.seq ? item(SAVE, words('download'), () => download(transcript.entries, words, name)) : '',
      transcript.seq && config?.leave === 'email' ? item(LETTER, words('mail_send'), () => this.#mail(words)) : '',
      item(SPEAKER + (sound ? 'M13.5 8l4 4M17.5 8l-4 4' : 'M13.5 7.5a3.5 3.5 0 010 5'), words(sound ? 'sound_off' : 'sound_on'), () => {
        store.set('sound', sound ? null : true)
        if (!sound) this.#chime()
      }))
    this.#show(this.#node.hidden)
  }

  /** @param {Words} words */
  async #past(words) {
    const { Past } = await import('./past.js')
    new Past(/** @type {HTMLElement} */ (this.#button.closest('.panel')), this.#button, this.#talk, words)
  }

  /** @param {Words} words */
  async #mail(words) {
    const { mail } = await import('./slip.js')
    await mail(/** @type {HTMLElement} */ (this.#button.closest('.panel')), this.#button, this.#talk, words)
  }

  /** @param {boolean} open */
  #show(open) {
    const held = this.#node.contains(this.#node.getRootNode().activeElement)
    this.#node.hidden = !open
    this.#button.setAttribute('aria-expanded', String(open))
    if (open) this.#node.querySelector('button').focus()
    else if (held) this.#button.focus()
  }
}

/** @param {string} drawing @param {string} label @param {() => void} onclick */
const item = (drawing, label, onclick) => h('button', { type: 'button', onclick }, icon('item', drawing), label)
