// <line-list>: a text area with one entry a line becomes a list of inputs. Enter adds one, Backspace in an empty one removes
// it, pasting many lines makes many. The text area stays the form's field, so without this module nothing is lost.

import { h } from '../../chat/dom.js'

class LineList extends HTMLElement {
  /** @type {HTMLTextAreaElement | null} */ #area = null
  #list = h('ol')
  #add = h('button.yingda-button.small', { type: 'button', onclick: () => this.#insert(null, '').focus() })
  #count = h('span.yingda-quiet')

  connectedCallback() {
    this.#area = this.querySelector('textarea')
    if (!this.#area || this.contains(this.#list)) return
    this.#area.hidden = true
    this.#add.append(this.dataset.add ?? '+')
    this.append(this.#list, h('div.yingda-line-foot', {}, this.#add, this.#count))
    if (!this.#area.disabled) this.#area.form?.addEventListener('reset', () => setTimeout(() => this.#read()))
    this.#read()
  }

  get #most() {
    return Number(this.dataset.most ?? 0)
  }

  #read() {
    this.#list.replaceChildren()
    const lines = this.#area?.value.split('\n').filter((line) => line.trim()) ?? []
    for (const line of lines.length || !this.#area?.required ? lines : ['']) this.#insert(null, line)
    this.#tell()
  }

  /** @param {Element | null} before @param {string} text @returns {HTMLInputElement} */
  #insert(before, text) {
    const label = this.#area?.labels[0]?.textContent?.trim().replace(/\s*\*$/, '') ?? ''
    const input = h('input', { type: 'text', value: text, 'aria-label': label, oninput: () => this.#write() })
    if (this.dataset.offered) input.setAttribute('list', this.dataset.offered)
    const remove = h('button', { type: 'button', title: this.dataset.remove, 'aria-label': this.dataset.remove, onclick: () => this.#remove(row) }, '×')
    const row = h('li', {}, input, remove)
    input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.#key(event, row, input))
    input.addEventListener('paste', (/** @type {ClipboardEvent} */ event) => this.#paste(event, row, input))
    this.#list.insertBefore(row, before)
    this.#tell()
    return input
  }

  /** @param {HTMLElement} row */
  #remove(row) {
    const near = row.previousElementSibling ?? row.nextElementSibling
    row.remove()
    this.#write()
    const next = /** @type {HTMLElement | null} */ (near?.querySelector('input') ?? this.#add)
    next?.focus()
  }

  /** @param {KeyboardEvent} event @param {HTMLElement} row @param {HTMLInputElement} input */
  #key(event, row, input) {
    if (event.isComposing) return // an input method is at work: its Enter chooses a word
    if (event.key === 'Enter') {
      event.preventDefault()
      if (input.value.trim() && !this.#add.disabled) this.#insert(row.nextElementSibling, '').focus()
    } else if (event.key === 'Backspace' && !input.value) {
      event.preventDefault()
      this.#remove(row)
    }
  }

  /** @param {ClipboardEvent} event @param {HTMLElement} row @param {HTMLInputElement} input */
  #paste(event, row, input) {
    const lines = (event.clipboardData?.getData('text') ?? '').split(/\r?\n/).map((line) => line.trim()).filter(Boolean)
    if (lines.length < 2) return
    event.preventDefault()
    input.setRangeText(lines[0], input.selectionStart ?? 0, input.selectionEnd ?? 0, 'end')
    let before = row.nextElementSibling
    for (const line of lines.slice(1)) before = this.#insert(before, line).parentElement?.nextElementSibling ?? null
    this.#write()
  }

  #write() {
    if (!this.#area) return
    const inputs = /** @type {HTMLInputElement[]} */ ([...this.#list.querySelectorAll('input')])
    this.#area.value = inputs.map((input) => input.value.trim()).filter(Boolean).join('\n')
    this.#area.dispatchEvent(new Event('input', { bubbles: true }))
    this.#tell()
  }

  #tell() {
    const n = this.#list.childElementCount
    if (this.#most) {
      this.#add.disabled = n >= this.#most
      this.#count.textContent = (this.dataset.count ?? '').replace('{n}', String(n)).replace('{most}', String(this.#most))
    }
    this.#list.hidden = n === 0
  }
}

customElements.define('line-list', LineList)
