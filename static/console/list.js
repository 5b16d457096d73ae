// <desk-inbox>: views with counts, search, and the rows. Keyed: a change redraws its own row and nothing else.

import { h } from '../chat/dom.js'
import { VIEWS, patience, unread } from './inbox.js'
import { Once, face, say, sign } from './parts.js'
import { KEYS } from './shortcuts.js'
import { duration, moment } from './time.js'
import { term } from './words.js'

/** @import { Words } from '../chat/wire' */
/** @import { Desk } from './desk.js' */
/** @import { Row } from './wire' */

export class DeskInbox extends HTMLElement {
  #views = h('div.views', { role: 'group' })
  #search = h('input.search', { type: 'search', autocomplete: 'off', enterKeyHint: 'search' })
  #list = h('ol.rows', { role: 'list' })
  #empty = h('p.empty', { hidden: true })
  #more = h('button.quiet.older', { type: 'button', hidden: true, onclick: () => say(this, 'older') })
  #once = new Once()
  /** @type {Map<string, InboxRow>} */ #rows = new Map()
  #timer = 0

  connectedCallback() {
    if (this.firstChild) return
    this.append(h('div.find', {}, sign('search'), this.#search), this.#views, h('div.scroll', {}, this.#list, this.#empty, this.#more))
    this.#search.addEventListener('input', () => {
      clearTimeout(this.#timer)
      this.#timer = Number(setTimeout(() => say(this, 'find', this.#search.value.trim()), 250))
    })
    this.#search.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Escape' || !this.#search.value) return
      event.stopPropagation()
      this.clear()
    })
    this.#list.addEventListener('click', (/** @type {MouseEvent} */ event) => {
      const row = /** @type {HTMLElement} */ (event.target).closest('li')
      if (row) say(this, 'select', row.dataset.id)
    })
    this.#list.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      const step = { ArrowDown: 'next', ArrowUp: 'previous' }[event.key]
      if (!step) return
      event.preventDefault()
      say(this, step)
    })
  }

  find() {
    this.#search.focus()
    this.#search.select()
  }

  clear() {
    this.#search.value = ''
    say(this, 'find', '')
  }

  /** The chosen row into sight, and under the keyboard if it was in the list. */
  follow() {
    const chosen = /** @type {HTMLElement | null} */ (this.#list.querySelector('[aria-current]'))
    chosen?.scrollIntoView({ block: 'nearest' })
    if (this.#list.contains(document.activeElement)) chosen?.focus({ preventScroll: true })
  }

  /** @param {Desk} desk @param {Words} words @param {{more: boolean, busy: boolean}} page */
  show(desk, words, { more, busy }) {
    const { rows, view, found, selected } = desk
    this.#once.draw('views', [desk.inbox.counts, found ? '' : view, words.locale], () => this.#drawViews(desk, words))
    this.#search.placeholder = words('search')
    this.#search.setAttribute('aria-label', words('search'))
    this.#draw(rows, desk, words)
    this.#empty.hidden = rows.length > 0
    this.#empty.textContent = !desk.ready || busy ? words('loading') : found ? words('nothing_found') : words(`empty_${view}`)
    this.#more.hidden = !more
    this.#more.textContent = words('older')
    this.#once.draw('selected', [selected, rows.length > 0], () => this.follow())
  }

  /** @param {Desk} desk @param {Words} words */
  #drawViews(desk, words) {
    const { counts } = desk.inbox
    const held = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.view
    this.#views.setAttribute('aria-label', words('views'))
    this.#views.replaceChildren(...VIEWS.map((view) => h('button.view', {
      type: 'button', 'data-view': view, 'data-tip': `${words(view)}  ${KEYS[view]}`, 'aria-pressed': String(!desk.found && desk.view === view), onclick: () => say(this, view),
    }, words(view), view !== 'resolved' && counts[view] ? h('span.count', {}, String(counts[view])) : null)))
    if (held) this.#views.querySelector(`[data-view="${held}"]`)?.focus()
  }

  /** @param {Row[]} rows @param {Desk} desk @param {Words} words */
  #draw(rows, desk, words) {
    const gone = new Set(this.#rows.keys()), now = Date.now()
    let cursor = this.#list.firstElementChild
    rows.forEach((row, n) => {
      let drawn = this.#rows.get(row.conversation)
      if (!drawn) this.#rows.set(row.conversation, (drawn = new InboxRow(row.conversation)))
      gone.delete(row.conversation)
      drawn.update(row, row.conversation === desk.selected, words)
      drawn.button.tabIndex = row.conversation === desk.selected || n === 0 && !rows.some((one) => one.conversation === desk.selected) ? 0 : -1
      drawn.tick(now, desk.settings.target_seconds, words)
      if (drawn.node === cursor) cursor = cursor.nextElementSibling
      else this.#list.insertBefore(drawn.node, cursor)
    })
    for (const id of gone) {
      this.#rows.get(id)?.node.remove()
      this.#rows.delete(id)
    }
  }

  /** Only the clocks. @param {Desk} desk @param {Words} words */
  tick(desk, words) {
    const now = Date.now()
    for (const row of this.#rows.values()) row.tick(now, desk.settings.target_seconds, words)
  }
}

class InboxRow {
  #who = h('span.who')
  #at = h('time.at')
  #wait = h('span.wait', { hidden: true })
  #words = h('span.words', { dir: 'auto' })
  #tail = h('span.tail')
  #face = h('span.portrait')
  button = h('button', { type: 'button' }, this.#face, h('span.lines', {}, h('span.first', {}, this.#who, this.#wait, this.#at), this.#words, this.#tail))
  /** @type {Row | null} */ #row = null
  #locale = ''
  #clock = ''

  /** @param {string} id */
  constructor(id) {
    this.node = h('li', { 'data-id': id }, this.button)
  }

  /** @param {Row} row @param {boolean} chosen @param {Words} words */
  update(row, chosen, words) {
    if (chosen) this.button.setAttribute('aria-current', 'true')
    else this.button.removeAttribute('aria-current')
    if (row === this.#row && words.locale === this.#locale) return
    const { visitor, last } = row, name = visitor.name || visitor.email || words('visitor')
    if (name !== this.#who.textContent || !this.#row) this.#face.replaceChildren(face(name))
    this.#row = row
    this.#locale = words.locale
    this.node.classList.toggle('unread', unread(row))
    this.#who.replaceChildren(...(unread(row) ? [h('span.dot', {}), h('span.unseen', {}, words('unread_row'))] : []), name)
    this.#words.textContent = last ? (last.author === 'visitor' ? '' : words('by', { name: words(`by_${last.author}`) })) + last.text.replace(/\s+/g, ' ').slice(0, 160) : words('no_words')
    this.#at.textContent = last ? moment(last.at, words.locale) : ''
    this.#at.dateTime = last?.at ?? ''
    this.#tail.replaceChildren(...this.#facts(row, words))
  }

  /** Who has it, why it came, what was put on it. @param {Row} row @param {Words} words */
  #facts(row, words) {
    const has = row.assignee ? (row.mine ? words('you') : row.assignee.name) : row.team ? row.team.name : words(`has_${row.owner}`)
    const facts = [h('span.has' + (row.mine ? '.me' : ''), {}, sign(row.owner === 'bot' && !row.assignee ? 'bot' : 'person'), has)]
    if (row.reason) facts.push(h('span.fact', {}, term(words, 'reason', row.reason)))
    if (row.priority) facts.push(h(`span.fact.p${row.priority}`, {}, sign('priority'), words(`priority_${row.priority}`)))
    for (const tag of row.tags.slice(0, 2)) facts.push(h('span.fact.tag', {}, tag))
    return facts
  }

  /** @param {number} now @param {number} target @param {Words} words */
  tick(now, target, words) {
    const waited = this.#row && patience(this.#row, now, target)
    const clock = waited ? `${waited.level} ${duration(waited.seconds, words)}` : ''
    if (clock === this.#clock) return
    this.#clock = clock
    this.#wait.hidden = !waited
    this.#at.hidden = !!waited
    if (!waited) return
    const { level, seconds } = waited
    this.#wait.className = `wait ${level}`
    this.#wait.replaceChildren(sign(level === 'late' ? 'late' : 'clock'), h('span.unseen', {}, words(`waits_${level}`)), duration(seconds, words))
  }
}

customElements.define('desk-inbox', DeskInbox)
