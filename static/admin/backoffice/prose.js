// <markdown-text>: its own text, drawn as Markdown by the chat's renderer. Without this module the text simply stays as written.

import { blocks, draw } from '../../chat/markdown.js'

class MarkdownText extends HTMLElement {
  connectedCallback() {
    if (!this.firstElementChild) this.replaceChildren(...blocks(this.textContent.trim()).map((block) => draw(block)))
  }
}

customElements.define('markdown-text', MarkdownText)
