// What a message holds beyond plain words: Markdown, links, files, time and mark, sources to open, thumbs. Fetched with the first message that wants it.

import { carriage, marked } from './carried.js'
import { clock } from './dates.js'
import { h, icon, wear } from './dom.js'
import { files } from './files.js'
import { link, plain } from './links.js'
import { blocks, draw } from './markdown.js'

export { dayName } from './dates.js'

/** @import { Context, MessageEntry, Source, Words } from './wire' */

const THUMB = 'M6.5 9v7.5H4V9zM6.5 9l3-6c1.5 0 2 1 1.7 2.5L10.7 8H15c1 0 1.6 1 1.3 2l-1.6 5.3c-.2.7-.8 1.2-1.5 1.2H6.5'
const ANSWER = 'M8 5L4 9l4 4M4 9h7.5a4.5 4.5 0 014.5 4.5V15'
/** @type {WeakSet<object>} */ const dressed = new WeakSet()

/** Its styles, once for a page or a shadow; and a customer's emoji. @param {any} root @param {Words} words */
export async function dress(root, words) {
  const composer = root.host && root.querySelector('chat-composer')
  if (composer) words.more().then(() => import('./emoji.js')).then(({ offer }) => offer(composer, words)).catch(() => {})
  if (!root.adoptedStyleSheets || dressed.has(root)) return
  await wear(root, 'body')
  dressed.add(root)
}

/** By its letters; a Latin script may be any language, so it is the reader's unless that is written otherwise. @param {string} text @param {string} locale */
const languageOf = (text, locale) => /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) ? 'ja' : /\p{Script=Hangul}/u.test(text) ? 'ko' : /\p{Script=Han}/u.test(text) ? 'zh-CN' : /^zh/.test(locale) ? 'en' : locale

export class Body {
  /** @type {string[]} */ #blocks = []
  /** @type {Source[]} */ #sources = []
  #open = -1
  #card = h('div.passage')
  #list = h('ol.sources')
  #form = h('div.asked')
  #masked = h('p.covered')
  #why = h('div.why')
  #quoted = h('div.in_reply')
  #thumb = h('span.thumbs')
  #context
  #text

  /** @param {Context} context @param {HTMLElement} text the bubble */
  constructor(context, text) {
    this.#context = context
    this.#text = text
  }

  /** Blocks that did not change keep their nodes: a streaming answer neither flickers nor loses a selection. @param {MessageEntry} entry */
  write({ author, text, sources, streaming, attachments = [], masked, opened }) {
    const places = opened ? undefined : masked
    this.#text.lang = languageOf(text, this.#context.words.locale)
    const typed = author.kind !== 'bot', cut = typed ? [text].filter(Boolean) : blocks(text), at = this.#text.childNodes
    const put = (/** @type {number} */ n, /** @type {string} */ state, /** @type {() => Node} */ make) => {
      if (this.#blocks[n] === state) return
      const node = make()
      at[n] ? at[n].replaceWith(node) : this.#text.append(node)
      this.#blocks[n] = state
    }
    cut.forEach((block, n) => {
      const state = /\[\d/.test(block) && !streaming ? `${block}\n${sources?.length ?? 0}` : places ? `${block}\n${JSON.stringify(places)}` : block // the numbers open sources once these are known
      put(n, state, () => (typed ? this.#typed(block, places) : draw(block, (number) => this.#cite(number, sources, streaming))))
    })
    const length = cut.length + Math.min(1, attachments.length)
    if (attachments.length) put(cut.length, `files ${attachments.map(({ url }) => url)}`, () => files(attachments, this.#context.words))
    this.#blocks.length = length
    while (at.length > length) this.#text.lastChild?.remove()
  }

  /** @param {string} text @param {MessageEntry['masked']} [masked] */
  #typed(text, masked) {
    const node = plain(text)
    if (masked) import('./masked.js').then(({ mark }) => mark(node, text, masked, this.#context.words.locale)).catch(() => {})
    return node
  }

  /** What stands under it besides and may change. @param {MessageEntry} entry */
  more({ ask, masked, opens, opened }) {
    return [ask, masked, opens, opened]
  }

  /** What a rule wants of a message that did not go. @param {MessageEntry} entry @returns {Node | undefined} */
  held(entry) {
    if (!entry.ask) return
    const node = h('span.held')
    import('./masked.js').then(({ held }) => held(node, entry, this.#context)).catch(() => {})
    return h('p.trouble', { role: 'alert' }, entry.error, node)
  }

  /** Time and mark. @param {MessageEntry} entry @returns {Node[]} */
  beside(entry) {
    const { at, mark, seq } = entry, { words, me } = this.#context
    return [...carriage(entry, this.#context), at && h('time', { dateTime: at }, clock(new Date(at), words)),
      me === 'visitor' && seq && h('button.answer', { type: 'button', 'aria-label': words('quote'), title: words('quote'), onclick: () => this.#answer(entry) }, icon('answer', ANSWER)),
      mark && marked(mark, words)].filter(Boolean)
  }

  /** What it answers, above it. @param {MessageEntry} entry */
  quote(entry) {
    const { words, me } = this.#context, { author: { kind, name }, seq } = entry
    if (this.#quoted.dataset.seq === String(seq)) return
    this.#quoted.dataset.seq = String(seq)
    this.#text.parentElement?.before(this.#quoted)
    import('./quote.js').then(({ quoted }) => this.#quoted.replaceChildren(quoted(entry, kind === me ? words('you') : name || words(kind), words))).catch(() => {})
  }

  /** @param {MessageEntry} entry */
  #answer(entry) {
    const { words, me } = this.#context, { kind, name } = entry.author, root = /** @type {ShadowRoot} */ (this.#text.getRootNode())
    const composer = /** @type {any} */ (root.querySelector('chat-composer'))
    import('./quote.js').then(({ Quote }) => new Quote(composer, entry, kind === me ? words('you') : name || words('bot'), words)).catch(() => {})
  }

  /** What stands under the bubble. @param {MessageEntry} entry @param {boolean} [asking] @returns {Node[]} */
  under(entry, asking) {
    return [...this.#after(entry), ...(entry.masked ? [this.#covered(entry)] : []), ...(entry.form?.fields || entry.progress ? [this.#asked(entry, asking)] : [])]
  }

  /** @param {MessageEntry} entry @returns {Node} */
  #covered(entry) {
    const node = this.#masked, focused = node.contains(document.activeElement) // before it is put there anew
    import('./masked.js').then(({ tell }) => tell(node, entry, this.#context, focused)).catch(() => {})
    return node
  }

  /** Its form, and how far the customer is, once they can be drawn. @param {MessageEntry} entry @param {boolean} [asking] @returns {Node} */
  #asked(entry, asking) {
    const node = this.#form
    import('./form.js').then(({ draw }) => draw(node, entry, !!asking, this.#context)).catch(() => {})
    return node
  }

  /** Sources and thumbs. @param {MessageEntry} entry @returns {Node[]} */
  #after({ sources = [], turn, seq, streaming, author, score, form, courtesy }) {
    const thumbs = author.kind === 'bot' && turn && seq && !form && !courtesy
    if (streaming || !sources.length && !thumbs) return []
    this.#sources = sources
    this.#list = sources.length ? this.#listed(sources) : null
    this.#unfold() // a thumb doesn't close what is being read
    return [h('div.after', {}, this.#list, thumbs ? this.#thumbs(seq, score) : null), this.#card, this.#why]
  }

  /** @param {number} number @param {Source[]} [sources] @param {boolean} [streaming] */
  #cite(number, sources, streaming) {
    const source = sources?.[number - 1]
    if (streaming) return h('sup.cite', {}, String(number))
    if (!source) return null
    const label = this.#context.words('source', { n: number, title: source.title })
    return h('button.cite', { type: 'button', 'aria-label': label, title: source.title, onclick: () => this.#show(number - 1) }, String(number))
  }

  /** @param {Source[]} sources */
  #listed(sources) {
    const face = (/** @type {Source} */ { title }, /** @type {number} */ n) => [h('span.number', {}, String(n + 1)), h('span.title', {}, title)]
    return h('ol.sources', { 'aria-label': this.#context.words('sources') }, ...sources.map((source, n) => h('li', {}, source.text
      ? h('button', { type: 'button', onclick: () => this.#show(n) }, ...face(source, n))
      : h('span', {}, ...link(source.url ?? '', face(source, n))))))
  }

  /** Opens a source's passage in place, or closes it. @param {number} n */
  #show(n) {
    this.#open = this.#open === n ? -1 : n
    this.#unfold()
    if (this.#open >= 0) this.#card.scrollIntoView({ block: 'nearest' })
  }

  #unfold() {
    const source = this.#sources[this.#open]
    this.#list?.childNodes.forEach((/** @type {any} */ { firstChild }, /** @type {number} */ n) => firstChild.setAttribute('aria-expanded', String(n === this.#open)))
    this.#card.hidden = !source
    if (source) this.#card.replaceChildren(h('p.title', {}, source.title), ...blocks(source.text ?? '').map((block) => draw(block)),
      ...(source.url ? link(source.url, [this.#context.words('page')]) : []))
  }

  /** @param {number} seq @param {number} [score] */
  #thumbs(seq, score) {
    const { words } = this.#context
    const thumb = (/** @type {number} */ value, /** @type {string} */ label) => h('button.thumb' + (value < 0 ? '.down' : ''), {
      type: 'button', 'aria-label': words(label), title: words(label), onclick: () => this.#rate(seq, value),
    }, icon('up', THUMB))
    if (!this.#thumb.firstChild) this.#thumb.append(thumb(1, 'helpful'), thumb(-1, 'unhelpful')) // kept, and the focus with them
    for (const [n, value] of [1, -1].entries()) this.#thumb.children[n].setAttribute('aria-pressed', String(score === value))
    return this.#thumb
  }

  /** @param {number} seq @param {number} score */
  #rate(seq, score) {
    const { emit, me } = this.#context
    emit('chat-rate', { seq, score })
    this.#why.replaceChildren()
    if (score < 0 && me === 'visitor') import('./why.js').then(({ ask }) => ask(this.#why, seq, this.#context)).catch(() => {})
  }
}
