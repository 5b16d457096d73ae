// One message of the thread: text, buttons, time and mark. Redraws only what changed.

import { h } from './dom.js'
import { line } from './words.js'

/** @import { Context, MessageEntry } from './wire' */
/** @typedef {typeof import('./body.js')} Kit  draws what is more than plain words, once it has come */
/** @typedef {{first: boolean, last: boolean, latest: boolean, asking?: boolean, name: string, kit?: Kit, quote?: any}} Place  within its author's group, and in all; `asking`: its form waits for an answer */

export class Bubble {
  node = h('li.row')
  #who = h('p.who')
  #text = h('div.bubble', { dir: 'auto' })
  #side = h('span.side')
  #under = h('div.under')
  /** @type {Record<string, string>} */ #drawn = {}
  /** @type {import('./body.js').Body | undefined} */ #body
  #context

  /** @param {Context} context */
  constructor(context) {
    this.#context = context
    this.node.append(this.#who, h('div.line', {}, this.#text, this.#side), this.#under)
    this.#text.addEventListener('click', () => this.node.classList.toggle('timed'))
  }

  /** @param {MessageEntry} entry @param {Place} place */
  update(entry, { first, last, latest, asking, name, kit, quote }) {
    const { author: { kind }, at, mark, sources, score, error, streaming, seq } = entry
    const buttons = latest && entry.buttons, { node } = this
    if (kit) this.#body ??= new kit.Body(this.#context, this.#text)
    node.className = ['row', kind, kind === this.#context.me ? 'mine' : 'theirs', first && 'first', last && 'last', latest && 'latest',
      streaming && 'streaming', mark, node.classList.contains('timed') && 'timed'].filter(Boolean).join(' ')
    this.#once('who', [name, kind], () => this.#who.replaceChildren(...this.#author(name, kind)))
    this.#body ? this.#body.write(entry) : this.#once('text', line(entry, this.#context.words), () => this.#text.replaceChildren(h('p', {}, line(entry, this.#context.words))))
    if (quote) this.#body?.quote(quote)
    this.#once('side', [at, mark, entry.carried, entry.opened, seq, !kit], () => this.#side.replaceChildren(...this.#body?.beside(entry) ?? []))
    this.#once('under', [sources, score, mark === 'failed', error, buttons, streaming, seq, asking, !kit, this.#body?.more(entry)], () => this.#under.replaceChildren(
      ...(mark === 'failed' ? [this.#body?.held(entry) ?? this.#failed(entry)] : []), ...this.#body?.under(entry, asking) ?? [], ...(buttons && !streaming ? [this.#buttons(buttons)] : [])))
  }

  /** @param {string} part @param {unknown} state @param {() => void} draw */
  #once(part, state, draw) {
    const now = JSON.stringify(state)
    if (this.#drawn[part] === now) return
    this.#drawn[part] = now
    const focused = this.node.getRootNode().activeElement
    draw()
    if (focused?.isConnected) focused.focus() // it was put there anew
  }

  /** @param {string} name @param {string} kind */
  #author(name, kind) {
    const { words, me } = this.#context
    if (kind === me) return [h('span.unseen', {}, words('you'))]
    return kind === 'bot' ? [name, h('span.tag', {}, words('bot'))] : [name || words('agent')]
  }

  /** @param {MessageEntry} entry */
  #failed({ error, client_id }) {
    const { words, emit } = this.#context
    return h('p.trouble', {}, error || words('failed'), h('button.link', { type: 'button', onclick: () => emit('chat-retry', { client_id }) }, words('retry')))
  }

  /** @param {import('./wire').Button[]} buttons */
  #buttons(buttons) {
    return h('div.buttons', {}, ...buttons.map(({ label, say }) => h('button', { type: 'button', onclick: () => this.#context.emit('chat-say', { text: say }) }, label)))
  }
}
