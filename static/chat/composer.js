// <chat-composer>: where a message is written. Events: chat-send {text, files, reply_to}, chat-stop, chat-draft {text}. A listener that kept
// the message cancels `chat-send`; until then the text stays in the field.

import { h, icon, label } from './dom.js'

/** @import { Token, Words } from './wire' */
/** @import { Quote } from './quote.js' */
/** @import { Tray } from './tray.js' */

const LIMIT = 10_000
const WARN = 9_000
/** Something a reader could see: not only spaces, controls and zero-width characters. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Z}]/u

export class ChatComposer extends HTMLElement {
  #field = h('textarea', { rows: 1, enterKeyHint: 'send', dir: 'auto', autocomplete: 'off' })
  #count = h('span.count', { role: 'status' })
  #send = h('button.send', { type: 'button' })
  #chosen = h('input', { type: 'file', multiple: true, hidden: true, onchange: (/** @type {Event} */ event) => this.#hold(event) })
  #clip = h('button.clip', { type: 'button', onclick: () => Object.assign(this.#chosen, { value: '' }).click() }, icon('clip'))
  /** @type {Words | null} */ words = null
  /** Of the customer who sends files; an agent has a cookie. @type {Token | undefined} */ token
  /** Those that go with this message. @type {Tray | undefined} */ tray
  /** What it answers. @type {Quote | undefined} */ quote
  #busy = false
  #face = ''

  connectedCallback() {
    if (this.firstChild) return
    this.append(h('div.box', {}, this.#clip, this.#chosen, this.#field, this.#send), this.#count)
    this.#field.addEventListener('input', () => this.#changed())
    this.#field.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      // An input method uses Enter to take a word; Safari says so only by the key code.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
      event.preventDefault()
      this.go()
    })
    this.#send.addEventListener('click', () => (this.#face === 'stop' ? this.#emit('chat-stop', {}) : this.go()))
    for (const type of ['paste', 'dragover', 'drop']) this.getRootNode().addEventListener(type, (event) => this.#hold(event))
  }

  get text() {
    return this.#field.value
  }

  set text(text) {
    this.#field.value = text
    this.refresh()
  }

  focus() {
    this.#field.focus({ preventScroll: true })
  }

  /** @param {{words: Words, busy: boolean}} view */
  show({ words, busy }) {
    this.words = words
    this.#busy = busy
    this.refresh()
  }

  /** Send what is here, once its files have come up. */
  go() {
    if (!this.full || [...this.text].length > LIMIT || this.tray?.wait(() => this.go())) return
    if (this.#emit('chat-send', { text: this.text.trim(), files: this.tray?.ready, reply_to: this.quote?.seq })) return
    this.tray?.take()
    this.quote?.drop()
    this.text = ''
    this.#emit('chat-draft', { text: '' })
  }

  /** There is something to send. */
  get full() {
    return VISIBLE.test(this.text) || !!this.tray?.count
  }

  /** Files chosen, pasted or dropped; text that comes as a picture too stays text. @param {any} event */
  async #hold(event) {
    const { files, types } = event.clipboardData ?? event.dataTransfer ?? event.target, held = [...files]
    if (types && (/plain/.test(types) || !/Files/.test(types))) return
    event.preventDefault()
    event.stopPropagation()
    const { Tray } = await import('./tray.js');
    (this.tray ??= new Tray(this)).hold(held)
  }

  #changed() {
    this.refresh()
    this.#emit('chat-draft', { text: this.text })
  }

  refresh() {
    const { words } = this
    if (!words) return
    const { length } = this.text.length > WARN ? [...this.text] : this.text
    const { full } = this
    this.#field.placeholder = words('write')
    this.#field.setAttribute('aria-label', words('write'))
    label(this.#clip, words('attach'))
    this.#count.textContent = length > LIMIT ? words('over', { n: length - LIMIT }) : length > WARN ? words('left', { n: LIMIT - length }) : ''
    this.classList.toggle('over', length > LIMIT)
    this.#wear(this.#busy && !full ? 'stop' : 'send', words)
    this.#send.disabled = this.#face === 'send' && (!full || length > LIMIT)
    if (!CSS.supports('field-sizing', 'content')) {
      this.#field.style.height = 'auto'
      this.#field.style.height = `${this.#field.scrollHeight}px`
    }
  }

  /** @param {'send' | 'stop'} face @param {Words} words */
  #wear(face, words) {
    const text = words(face)
    if (this.#face === face && this.#send.title === text) return
    this.#face = face
    label(this.#send, text)
    this.#send.replaceChildren(icon(face))
  }

  /** @param {string} type @param {object} detail @returns {boolean} whether nobody took it */
  #emit(type, detail) {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }))
  }
}

if (!customElements.get('chat-composer')) customElements.define('chat-composer', ChatComposer)
