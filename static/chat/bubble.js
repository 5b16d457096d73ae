// One message of the thread: text, sources, thumbs, buttons, time and mark. Redraws only what changed.

import { h, icon } from './dom.js'
import { blocks, draw, link, plain } from './markdown.js'

/** @import { MessageEntry, Source, Words } from './wire' */
/** @typedef {{words: Words, me: string, emit: (name: string, detail: object) => void}} Desk */
/** @typedef {{first: boolean, last: boolean, latest: boolean, name: string}} Place  within its author's group, and in all */

export class Bubble {
  node = h('li.row')
  #who = h('p.who')
  #text = h('div.bubble', { dir: 'auto' })
  #side = h('span.side')
  #under = h('div.under')
  /** @type {string[]} */ #blocks = []
  #drawn = { who: '', under: '', side: '' }
  /** @type {Source[]} */ #sourced = []
  #open = -1
  #desk

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk
    this.node.append(this.#who, h('div.line', {}, this.#text, this.#side), this.#under)
    this.#text.addEventListener('click', () => this.node.classList.toggle('timed'))
  }

  /** @param {MessageEntry} entry @param {Place} place */
  update(entry, place) {
    const { me } = this.#desk, { kind } = entry.author
    const mine = kind === me
    this.node.className = ['row', kind, mine ? 'mine' : 'theirs', place.first && 'first', place.last && 'last', place.latest && 'latest',
      entry.streaming && 'streaming', entry.mark].concat(this.node.classList.contains('timed') ? 'timed' : []).filter(Boolean).join(' ')
    this.#once('who', [place.name, kind], () => this.#who.replaceChildren(...this.#author(place.name, kind, mine)))
    this.#write(entry)
    this.#once('side', [entry.at, entry.mark], () => this.#side.replaceChildren(...this.#aside(entry)))
    this.#once('under', [entry.sources, entry.score, entry.mark === 'failed', entry.error, place.latest && entry.buttons, entry.streaming, entry.seq],
      () => this.#dress(entry, place.latest))
  }

  /** @param {'who' | 'under' | 'side'} part @param {unknown[]} state @param {() => void} draw */
  #once(part, state, draw) {
    const now = JSON.stringify([state, this.#desk.words.locale])
    if (this.#drawn[part] === now) return
    this.#drawn[part] = now
    draw()
  }

  /** @param {string} name @param {string} kind @param {boolean} mine */
  #author(name, kind, mine) {
    const { words } = this.#desk
    if (mine) return [h('span.unseen', {}, words('you'))]
    if (kind === 'bot') return [name, h('span.tag', {}, words('bot'))]
    return [name || (kind === 'agent' ? words('agent') : '')]
  }

  /** Blocks that did not change keep their nodes: a streaming answer neither flickers nor loses a selection. @param {MessageEntry} entry */
  #write({ author, text, sources, streaming }) {
    const cut = author.kind === 'visitor' ? [text] : blocks(text)
    cut.forEach((block, n) => {
      const state = /\[\d/.test(block) && !streaming ? `${block}\n${sources?.length ?? 0}` : block // the numbers open sources once these are known
      if (this.#blocks[n] === state) return
      const node = author.kind === 'visitor' ? plain(block) : draw(block, (number) => this.#cite(number, sources, streaming))
      this.#text.childNodes[n] ? this.#text.childNodes[n].replaceWith(node) : this.#text.append(node)
      this.#blocks[n] = state
    })
    this.#blocks.length = cut.length
    while (this.#text.childNodes.length > cut.length) this.#text.lastChild?.remove()
  }

  /** @param {number} number @param {Source[]} [sources] @param {boolean} [streaming] */
  #cite(number, sources, streaming) {
    const source = sources?.[number - 1]
    if (streaming) return h('sup.cite', {}, String(number))
    if (!source) return null
    const label = this.#desk.words('source', { n: number, title: source.title })
    return h('button.cite', { type: 'button', 'aria-label': label, title: source.title, onclick: () => this.#show(number - 1) }, String(number))
  }

  /** @param {MessageEntry} entry */
  #aside({ at, mark }) {
    const { words } = this.#desk
    const clock = at && h('time', { dateTime: at }, new Intl.DateTimeFormat(words.locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at)))
    const sign = mark === 'sending' ? 'clock' : mark
    return [clock, sign && h('span.mark', { title: words(/** @type {string} */ (mark)) }, icon(sign), h('span.unseen', {}, words(/** @type {string} */ (mark))))].filter(Boolean)
  }

  /** @param {MessageEntry} entry @param {boolean} latest */
  #dress(entry, latest) {
    const open = this.#open
    this.#open = -1
    this.#sourced = entry.sources ?? []
    this.#under.replaceChildren(...this.#extras(entry, latest))
    if (open >= 0) this.#show(open) // a thumb doesn't close what is being read
  }

  /** @param {MessageEntry} entry @param {boolean} latest */
  #extras(entry, latest) {
    const { words, emit } = this.#desk
    const { sources, buttons, mark, error, client_id, turn, seq, streaming, author } = entry
    const parts = []
    if (mark === 'failed') parts.push(h('p.trouble', {}, error || words('failed'), h('button.link', { type: 'button', onclick: () => emit('chat-retry', { client_id }) }, words('retry'))))
    if (streaming) return parts
    const thumbs = author.kind === 'bot' && turn && seq
    if (sources?.length || thumbs)
      parts.push(h('div.after', {}, sources?.length ? this.#sources(sources) : null, thumbs ? this.#thumbs(seq, entry.score) : null), h('div.passage', { hidden: true }))
    if (latest && buttons?.length)
      parts.push(h('div.buttons', {}, ...buttons.map(({ label, say }) => h('button', { type: 'button', onclick: () => emit('chat-say', { text: say }) }, label))))
    return parts
  }

  /** @param {Source[]} sources */
  #sources(sources) {
    const face = (/** @type {Source} */ { title }, /** @type {number} */ n) => [h('span.number', {}, String(n + 1)), h('span.title', {}, title)]
    return h('ol.sources', { 'aria-label': this.#desk.words('sources') }, ...sources.map((source, n) => h('li', {}, source.text
      ? h('button', { type: 'button', 'aria-expanded': 'false', onclick: () => this.#show(n) }, ...face(source, n))
      : h('span', {}, ...link(source.url ?? '', face(source, n))))))
  }

  /** Opens a source's passage in place, or closes it. @param {number} n */
  #show(n) {
    const source = this.#sourced[n], card = this.#under.querySelector('.passage')
    if (!card || !source) return
    this.#open = this.#open === n ? -1 : n
    this.#under.querySelectorAll('.sources button').forEach((/** @type {Element} */ button, /** @type {number} */ at) => button.setAttribute('aria-expanded', String(at === this.#open)))
    card.hidden = this.#open < 0
    card.replaceChildren(h('p.title', {}, source.title), ...blocks(source.text ?? '').map((block) => draw(block)),
      ...(source.url ? link(source.url, [this.#desk.words('page')]) : []))
    if (!card.hidden) card.scrollIntoView({ block: 'nearest' })
  }

  /** @param {number} seq @param {number} [score] */
  #thumbs(seq, score) {
    const { words, emit } = this.#desk
    const thumb = (/** @type {number} */ value, /** @type {string} */ label) => h('button.thumb' + (value < 0 ? '.down' : ''), {
      type: 'button', 'aria-label': words(label), title: words(label), 'aria-pressed': String(score === value), onclick: () => emit('chat-rate', { seq, score: value }),
    }, icon('up'))
    return h('span.thumbs', {}, thumb(1, 'helpful'), thumb(-1, 'unhelpful'))
  }
}
