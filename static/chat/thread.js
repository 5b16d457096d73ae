// <chat-thread>: the one renderer of a conversation, in the widget, the console and the admin. Hands out what people do as
// events: chat-say {text, form, values}, chat-rate {seq, score, reason, comment}, chat-person, chat-retry {client_id}, chat-seen.

import { Bubble } from './bubble.js'
import { h, icon } from './dom.js'
import { Scroll } from './scroll.js'
import { line } from './words.js'

/** @import { Entry, MessageEntry, Words } from './wire' */
/**
 * @typedef {object} View
 * @property {Entry[]} entries
 * @property {Words} words
 * @property {'visitor' | 'agent'} [me]
 * @property {string} [name]  the bot's, where a message doesn't say it
 * @property {string} [typing]  who is writing
 * @property {number} [since]  newer ones came while the reader was here: a screen reader is told of them
 * @typedef {{node: HTMLElement, update: (entry: any, place: any) => void, drawn?: unknown[]}} Row
 */

/** Text that Markdown may read as more than words. */
const MARKED = /[*_`#>|~[\\@\n]|:\/\/|^\s*[-+\d]/

export class ChatThread extends HTMLElement {
  /** Under the messages: what the page adds (a form, a question). */
  foot = h('div.foot')
  #list = h('ol', { role: 'list' })
  #dots = h('li.row.theirs.dots', { hidden: true }, h('div.bubble', {}, h('i'), h('i'), h('i')), h('span.unseen'))
  #scroller = h('div.scroller', { tabIndex: 0, role: 'region' }, this.#list, this.foot)
  #pill = h('button.pill', { type: 'button', hidden: true, onclick: () => this.toEnd(true) })
  #status = h('p.unseen', { role: 'status' })
  /** @type {Map<string, Row>} */ #rows = new Map()
  /** @type {View | null} */ #view = null
  #scroll = new Scroll(this.#scroller, () => this.#point())
  #fresh = 0
  #told = 0
  /** @type {import('./bubble.js').Kit | undefined} */ #kit
  /** @type {Promise<void> | undefined} */ #coming

  connectedCallback() {
    if (this.firstChild) return this.#scroll.back()
    this.#list.append(this.#dots)
    this.append(this.#scroller, this.#pill, this.#status)
    const grown = new ResizeObserver(() => this.settle())
    grown.observe(this.#scroller)
    grown.observe(this.foot)
  }

  /** The reader sees the last message. */
  get atEnd() {
    return this.#scroll.atEnd
  }

  /** Fetch what is more than plain words, and what is said about it. Where it can't come, messages stay as they were written, and it is tried again. @param {Words} words @returns {Promise<void>} */
  prepare(words) {
    return (this.#coming ??= import('./body.js').then(async (kit) => {
      await Promise.all([kit.dress(this.getRootNode(), words), words.more()])
      this.#kit = kit
      if (this.#view) this.show(this.#view)
    }).catch(() => void setTimeout(() => (this.#coming = undefined), 5000)))
  }

  /** @param {View} view */
  show(view) {
    const { entries, words, typing = '' } = view
    const first = !this.#view
    if (this.#view && this.#view.words.locale !== words.locale) this.#clear()
    this.#view = view
    this.#scroller.setAttribute('aria-label', words('conversation'))
    this.#dots.hidden = !typing
    this.#dots.lastChild.textContent = typing && words('writing', { name: typing })
    if (entries.some((entry) => entry.kind === 'message' && (entry.turn || entry.sources || entry.attachments || MARKED.test(entry.text)))) this.prepare(words)
    this.#draw(entries.filter(shown))
    this.#tell(entries)
    if (first) this.toEnd()
    else this.settle()
  }

  /** @param {boolean} [gently] */
  toEnd(gently) {
    this.#scroll.toEnd(gently)
    this.#point()
  }

  /** @param {Entry[]} entries */
  #draw(entries) {
    const { words, me = 'visitor', name = '', since = Infinity } = /** @type {View} */ (this.#view)
    const gone = new Set(this.#rows.keys())
    let cursor = this.#list.firstElementChild
    const place = (/** @type {string} */ key, /** @type {() => Row} */ make, /** @type {unknown} */ entry, /** @type {any} */ where) => {
      let row = this.#rows.get(key)
      const isNew = !row
      if (!row) this.#rows.set(key, (row = make()))
      gone.delete(key)
      const now = [entry, ...Object.values(where)]
      if (row.drawn?.length !== now.length || now.some((part, n) => part !== row.drawn?.[n])) row.update(entry, where)
      row.drawn = now
      if (row.node === cursor) cursor = cursor.nextElementSibling
      else this.#list.insertBefore(row.node, cursor)
      return isNew && row.node
    }
    const context = { words, me, emit: (/** @type {string} */ type, /** @type {object} */ detail) => this.#emit(type, detail) }
    // What the others said last is asked for as long as we only talked beside it.
    const asking = entries.findLastIndex((entry) => entry.kind === 'message' && (/bot|agent/.test(entry.author.kind) || entry.form && entry.mark !== 'failed'))
    let day = dayOf(new Date().toISOString())
    entries.forEach((entry, n) => {
      const today = entry.at ? dayOf(entry.at) : day, kit = this.#kit
      if (today !== day && kit) place('day:' + today, () => across(), kit.dayName(entry.at, words), {})
      day = today
      if (entry.kind !== 'message') return void place(entry.key, () => across(), line(entry, words), {})
      if (entry.author.kind === 'system') return void place(entry.key, () => across('.note'), entry.text, {})
      const where = { first: !together(entries[n - 1], entry), last: !together(entry, entries[n + 1]), latest: n === entries.length - 1, asking: n === asking, name: entry.author.name || name, kit, quote: entry.reply_to && entries.find(({ seq }) => seq === entry.reply_to) }
      const node = place(entry.key, () => new Bubble(context), entry, where)
      if (node) this.#arrived(entry, node, entry.author.kind === me, since)
    })
    for (const key of gone) {
      this.#rows.get(key)?.node.remove()
      this.#rows.delete(key)
    }
  }

  /** @param {MessageEntry} entry @param {HTMLElement} node @param {boolean} mine @param {number} since */
  #arrived(entry, node, mine, since) {
    if (mine && entry.mark === 'sending') this.#scroll.follow()
    else if (!mine && (entry.streaming || (entry.seq ?? 0) > since) && !this.#scroll.came(node)) this.#fresh++
  }

  /** Something has grown: stay with the reader, who follows no further than to this row. @param {HTMLElement} [row] */
  settle(row) {
    if (row) this.#scroll.came(row)
    this.#scroll.settle()
    this.#point()
  }

  /** The pill that leads to what is below, and the word that all has been seen. */
  #point() {
    const { words } = this.#view ?? {}
    if (!words || !this.#scroller.clientHeight) return
    const end = this.atEnd
    if (end) this.#fresh = 0
    this.#pill.hidden = end
    const label = this.#fresh ? words('fresh', { n: this.#fresh }) : words('latest')
    if (!end && this.#pill.title !== label) {
      this.#pill.title = label
      this.#pill.replaceChildren(icon('down'), h(this.#fresh ? 'span' : 'span.unseen', {}, label))
    }
    if (end) this.#emit('chat-seen', {})
  }

  /** @param {Entry[]} entries */
  #tell(entries) {
    const { words, me = 'visitor', since = Infinity, name = '' } = /** @type {View} */ (this.#view)
    const newest = Math.max(0, ...entries.map(({ seq = 0 }) => seq))
    if (newest < this.#told) this.#told = 0 // another conversation counts anew
    if (since === Infinity) return
    this.#told = Math.max(this.#told, since)
    const news = entries.filter((entry) => (entry.seq ?? 0) > this.#told && !(entry.kind === 'message' && entry.author.kind === me))
    this.#told = Math.max(this.#told, newest)
    if (news.length) this.#status.textContent = news.map((entry) => (entry.kind === 'message' ? `${entry.author.name || name}: ` : '') + line(entry, words)).join('\n')
  }

  #clear() {
    for (const { node } of this.#rows.values()) node.remove()
    this.#rows.clear()
    this.#kit = this.#coming = undefined
  }

  /** @param {string} type @param {object} detail */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }))
  }
}

/** A quiet line across the thread, or a note in its middle. @returns {Row} */
function across(kind = '') {
  const node = h('li.says' + kind, {}, h('span'))
  return { node, update: (/** @type {string} */ words) => void (node.firstChild.textContent = words) }
}

/** @param {Entry} entry */
function shown(entry) {
  if (entry.kind !== 'owner') return true
  return entry.owner === 'bot' ? entry.before === 'human' : entry.owner === 'human' || entry.online !== false // an absent team says so in a message
}

/** Whether two neighbours read as one person's run. @param {Entry} [one] @param {Entry} [next] */
function together(one, next) {
  if (one?.kind !== 'message' || next?.kind !== 'message') return false
  const gap = next.at && one.at ? Date.parse(next.at) - Date.parse(one.at) : 0
  return one.author.kind === next.author.kind && one.author.name === (next.author.name || one.author.name) && gap < 300_000 && dayOf(one.at) === dayOf(next.at || one.at)
}

/** @param {string} at */
const dayOf = (at) => (at ? new Date(at).toDateString() : '')

if (!customElements.get('chat-thread')) customElements.define('chat-thread', ChatThread)
