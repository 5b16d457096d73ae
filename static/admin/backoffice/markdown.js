// <markdown-editor>: a text area with a toolbar, keyboard shortcuts and a live preview. The preview is drawn by the chat's own
// thread and Markdown renderer, so it shows what customers see.

import '../../chat/thread.js'
import { accents } from '../../chat/contrast.js'
import { h } from '../../chat/dom.js'
import { blocks, draw } from '../../chat/markdown.js'
import { words } from '../../chat/words.js'
import { Edit } from './markdown-edit.js'

/** @import { MessageEntry, Words } from '../../chat/wire' */

/** Name of the face (backoffice.css) and of the label in data-*, shortcut's key, what it does. @type {[string, string, (edit: Edit) => void][]} */
const TOOLS = [
  ['bold', 'b', (edit) => edit.wrap('**')],
  ['italic', 'i', (edit) => edit.wrap('*')],
  ['link', 'k', (edit) => edit.link()],
  ['list', 'u', (edit) => edit.prefix('- ')],
  ['numbered', 'o', (edit) => edit.prefix('1. ')],
  ['heading', 'h', (edit) => edit.prefix('## ')],
  ['quote', 'q', (edit) => edit.prefix('> ')],
  ['code', 'e', (edit) => edit.wrap('`')],
]
const MAC = /Mac|iPhone|iPad/.test(navigator.platform)

class MarkdownEditor extends HTMLElement {
  /** @type {HTMLTextAreaElement | null} */ #area = null
  #thread = h('chat-thread')
  #page = h('div.yingda-prose')
  #preview = h('div.yingda-preview')
  /** @type {Words | undefined} */ #words
  #frame = 0

  async connectedCallback() {
    const area = (this.#area = this.querySelector('textarea'))
    if (!area || this.contains(this.#preview)) return
    const { seen = '', preview = '', write = '' } = this.dataset
    const edit = new Edit(area)
    const toggle = h('button.yingda-button.small.yingda-toggle', { type: 'button', 'aria-pressed': 'false', onclick: () => this.#toggle(toggle, write, preview) }, preview)
    const bar = h('div.yingda-toolbar', { role: 'toolbar', 'aria-label': 'Markdown' }, ...TOOLS.map((tool) => this.#tool(tool, edit)), toggle)
    this.#preview.append(h('p.yingda-quiet', {}, seen), this.#thread, this.#page)
    area.before(bar)
    this.append(this.#preview)
    area.addEventListener('keydown', (event) => this.#key(event, edit))
    area.addEventListener('input', () => this.#later())
    this.#around().forEach((field) => field.addEventListener('input', () => this.#later()))
    this.#dress()
    this.#words = await words(this.#language)
    this.#draw()
  }

  #dress() {
    const { light, dark, onLight, onDark } = accents(this.dataset.accent)
    for (const [name, value] of Object.entries({ '--accent-light': light, '--accent-dark': dark, '--on-light': onLight, '--on-dark': onDark }))
      this.#preview.style.setProperty(name, value)
  }

  /** @param {(typeof TOOLS)[number]} tool @param {Edit} edit */
  #tool([name, key, run], edit) {
    const label = `${this.dataset[name]} (${MAC ? '⌘' : 'Ctrl+'}${key.toUpperCase()})`
    return h(`button.yingda-tool-${name}`, { type: 'button', title: label, 'aria-label': label, onclick: () => run(edit) })
  }

  /** @param {KeyboardEvent} event @param {Edit} edit */
  #key(event, edit) {
    if (event.isComposing) return
    if (event.key === 'Enter' && edit.continueList()) return event.preventDefault()
    if (!(MAC ? event.metaKey : event.ctrlKey) || event.altKey || event.shiftKey) return
    const tool = TOOLS.find(([, key]) => key === event.key.toLowerCase())
    if (!tool) return
    event.preventDefault()
    tool[2](edit)
  }

  /** On small screens one of the two is shown. @param {HTMLElement} button @param {string} write @param {string} preview */
  #toggle(button, write, preview) {
    const on = this.classList.toggle('previewing')
    button.setAttribute('aria-pressed', String(on))
    button.textContent = on ? write : preview
  }

  /** The other fields that the preview shows. */
  #around() {
    const form = this.#area?.form
    return /** @type {HTMLElement[]} */ ([...(form?.querySelectorAll('[name="title"], [name="kind"], [name="language"]') ?? [])])
  }

  /** @param {string} name */
  #value(name) {
    const field = this.#area?.form?.elements.namedItem(name)
    return field && 'value' in field ? String(field.value) : ''
  }

  get #language() {
    return this.#value('language') || document.documentElement.lang
  }

  #later() {
    this.#frame ||= requestAnimationFrame(async () => {
      this.#frame = 0
      if (this.#words?.locale !== (await words(this.#language)).locale) this.#words = await words(this.#language)
      this.#draw()
    })
  }

  #draw() {
    if (!this.#words || !this.#area) return
    const text = this.#area.value.trim()
    const whole = this.#value('kind') === 'article'
    this.#thread.hidden = whole
    this.#page.hidden = !whole
    if (whole) this.#page.replaceChildren(h('p.heading', {}, this.#value('title')), ...blocks(text).map((block) => draw(block)))
    else this.#thread.show({ entries: this.#entries(text), words: this.#words, name: this.dataset.bot })
  }

  /** @param {string} text @returns {MessageEntry[]} */
  #entries(text) {
    const { asks = '', empty = '' } = this.dataset
    const said = (/** @type {string} */ key, /** @type {'visitor' | 'bot'} */ kind, /** @type {string} */ words) =>
      /** @type {MessageEntry} */ ({ kind: 'message', key, at: '', author: { kind, name: '' }, text: words })
    return [said('asked', 'visitor', this.#value('title') || asks), said('answer', 'bot', text || empty)]
  }
}

customElements.define('markdown-editor', MarkdownEditor)
