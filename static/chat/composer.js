// <chat-composer>: where a message is written. Events: chat-send {text}, chat-stop, chat-draft {text}.

import { h, icon } from './dom.js'

/** @import { Words } from './wire' */

const LIMIT = 10_000
const WARN = 9_000
/** Something a reader could see: not only spaces, controls and zero-width characters. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Z}]/u

export class ChatComposer extends HTMLElement {
  #field = h('textarea', { rows: 1, enterKeyHint: 'send', dir: 'auto', autocomplete: 'off' })
  #count = h('span.count', { role: 'status' })
  #send = h('button.send', { type: 'button' })
  /** @type {Words | null} */ #words = null
  #busy = false
  #face = ''

  connectedCallback() {
    if (this.firstChild) return
    this.append(h('div.box', {}, this.#field, this.#send), this.#count)
    this.#field.addEventListener('input', () => this.#changed())
    this.#field.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      // An input method uses Enter to take a word; Safari says so only by the key code.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
      event.preventDefault()
      this.#go()
    })
    this.#send.addEventListener('click', () => (this.#face === 'stop' ? this.#emit('chat-stop', {}) : this.#go()))
  }

  get text() {
    return this.#field.value
  }

  set text(text) {
    this.#field.value = text
    this.#refresh()
  }

  focus() {
    this.#field.focus({ preventScroll: true })
  }

  /** @param {{words: Words, busy: boolean}} view */
  show({ words, busy }) {
    this.#words = words
    this.#busy = busy
    this.#refresh()
  }

  #go() {
    const { length } = [...this.text]
    if (!VISIBLE.test(this.text) || length > LIMIT) return
    const text = this.text.trim()
    this.text = ''
    this.#emit('chat-send', { text })
    this.#emit('chat-draft', { text: '' })
  }

  #changed() {
    this.#refresh()
    this.#emit('chat-draft', { text: this.text })
  }

  #refresh() {
    const words = this.#words
    if (!words) return
    const { length } = this.text.length > WARN ? [...this.text] : this.text
    const visible = VISIBLE.test(this.text)
    this.#field.placeholder = words('write')
    this.#field.setAttribute('aria-label', words('write'))
    this.#count.textContent = length > LIMIT ? words('over', { n: length - LIMIT }) : length > WARN ? words('left', { n: LIMIT - length }) : ''
    this.classList.toggle('over', length > LIMIT)
    this.#wear(this.#busy && !visible ? 'stop' : 'send', words)
    this.#send.disabled = this.#face === 'send' && (!visible || length > LIMIT)
    if (!CSS.supports('field-sizing', 'content')) {
      this.#field.style.height = 'auto'
      this.#field.style.height = `${this.#field.scrollHeight}px`
    }
  }

  /** @param {'send' | 'stop'} face @param {Words} words */
  #wear(face, words) {
    const label = words(face)
    if (this.#face === face && this.#send.title === label) return
    this.#face = face
    this.#send.title = label
    this.#send.setAttribute('aria-label', label)
    this.#send.replaceChildren(icon(face))
  }

  /** @param {string} type @param {object} detail */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }))
  }
}

if (!customElements.get('chat-composer')) customElements.define('chat-composer', ChatComposer)
