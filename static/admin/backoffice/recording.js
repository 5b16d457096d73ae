// <chat-recording data-frames="id">: a stored conversation, or one that was only tried, drawn by the chat's own thread.

import '../../chat/thread.js'
import { accents } from '../../chat/contrast.js'
import { h } from '../../chat/dom.js'
import { entriesOf } from '../../chat/recorded.js'
import { words } from '../../chat/words.js'

/** @import { Numbered } from '../../chat/wire' */
/** @typedef {{locale: string, name: string, accent: string, at?: number, events: Numbered[]}} Frames */

class ChatRecording extends HTMLElement {
  connectedCallback() {
    const held = document.getElementById(this.dataset.frames ?? '')?.textContent
    if (held && !this.firstChild) this.#draw(JSON.parse(held))
  }

  /** @param {Frames} frames */
  async #draw({ locale, name, accent, at, events }) {
    const { light, dark, onLight, onDark } = accents(accent)
    for (const [property, value] of [['--accent-light', light], ['--accent-dark', dark], ['--on-light', onLight], ['--on-dark', onDark]])
      this.style.setProperty(property, value)
    const thread = h('chat-thread', { 'data-still': true })
    this.append(thread)
    const entries = entriesOf(events), speak = await words(locale)
    await thread.prepare(speak)
    thread.show({ entries, words: speak, name })
    // Only to be read: a thumb shows what the customer pressed, and no button does anything.
    for (const thumb of thread.querySelectorAll('.thumb[aria-pressed="false"]')) thumb.remove()
    for (const button of thread.querySelectorAll('.thumb, .buttons button')) button.disabled = true
    const seq = events.findIndex((event) => event.seq === at) + 1
    const drawn = entries.filter((entry) => entry.kind === 'message' && entry.author.kind !== 'system') // those that have a row of their own
    const row = seq > 0 && thread.querySelectorAll('li.row')[drawn.findIndex((entry) => entry.seq === seq)]
    if (!row) return
    row.classList.add('pointed')
    row.setAttribute('aria-current', 'true')
    row.scrollIntoView({ block: 'center' })
  }
}

customElements.define('chat-recording', ChatRecording)
