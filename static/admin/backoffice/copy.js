// <copy-text data-copy data-copied>: text with a button that copies it.

import { h } from '../../chat/dom.js'

class CopyText extends HTMLElement {
  connectedCallback() {
    if (this.querySelector('button')) return
    const text = this.textContent.trim()
    const { copy = '', copied = '' } = this.dataset
    const said = h('span', { role: 'status' })
    const button = h('button.yingda-button.small', { type: 'button', onclick: () => this.#copy(text, said, copied) }, copy)
    this.append(button, said)
  }

  /** @param {string} text @param {HTMLElement} said @param {string} copied */
  async #copy(text, said, copied) {
    try {
      await navigator.clipboard.writeText(text)
      said.textContent = copied
      setTimeout(() => (said.textContent = ''), 2000)
    } catch {
      // No clipboard without https: the text is selected, so that one key copies it.
      const code = this.querySelector('code')
      if (code) getSelection()?.selectAllChildren(code)
    }
  }
}

customElements.define('copy-text', CopyText)
