// <desk-inbox>: search, views, and the rows. Keyed: a change redraws its own row and nothing else.

import { h } from '../../chat/dom.js'
import { narrows } from '../model/filter.js'
import { gone as left } from '../model/inbox.js'
import { DecisionList } from './decisions.js'
import { Marks } from './marks.js'
import { Once, say, sign, tool } from './parts.js'
import { InboxRow } from './row.js'
import { Views } from './views.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */
/** @import { Row } from '../wire' */

/** New rows drawn in one go: two hundred would hold the page for longer than one notices. */
const AT_ONCE = 40

export class DeskInbox extends HTMLElement {
  #views = new Views((command, detail) => say(this, command, detail))
  #decisions = new DecisionList()
  #marks = new Marks((command, detail) => say(this, command, detail))
  #search = h('input.search', { type: 'search', autocomplete: 'off', enterKeyHint: 'search' })
  #filter = h('span')
  #list = h('ol.rows', { role: 'list' })
  /** Between those who wait and those who left. */ #apart = h('li.apart')
  #empty = h('p.empty', { hidden: true })
  #more = h('button.quiet.older', { type: 'button', hidden: true, onclick: () => say(this, 'older') })
  #once = new Once()
  /** @type {Map<string, InboxRow>} */ #rows = new Map()
  #timer = 0
  #rest = 0

  connectedCallback() {
    if (this.firstChild) return
    this.append(h('div.find', {}, sign('search'), this.#search, this.#filter), this.#views.node, this.#decisions.node, this.#marks.node, h('div.scroll', {}, this.#list, this.#empty, this.#more))
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
      const target = /** @type {HTMLElement} */ (event.target), row = /** @type {HTMLElement | null} */ (target.closest('li[data-id]'))
      if (row) say(this, target.matches('.mark') ? 'mark' : 'select', row.dataset.id)
    })
    for (const [type, on] of /** @type {[string, boolean][]} */ ([['pointerenter', true], ['pointerleave', false]])) this.#list.addEventListener(type, (/** @type {PointerEvent} */ event) => event.pointerType === 'mouse' && say(this, 'point', on))
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
    this.#views.show(desk, words)
    this.#decisions.show(desk, words)
    this.#marks.show(desk, words)
    this.#list.classList.toggle('marking', desk.marked.size > 0)
    this.#search.placeholder = words('search')
    this.#search.setAttribute('aria-label', words('search'))
    this.#once.draw('filter', [narrows(desk.filter), words.locale], () => this.#filter.replaceChildren(tool('filter', words, 'filter', { pressed: narrows(desk.filter) })))
    this.#draw(rows, desk, words)
    this.#empty.hidden = rows.length > 0
    this.#empty.textContent = !desk.ready || busy ? words('loading') : found || narrows(desk.filter) ? words('nothing_found') : words(`empty_${view}`)
    this.#more.hidden = !more
    this.#more.textContent = words('older')
    this.#once.draw('selected', [selected, rows.length > 0], () => this.follow())
  }

  /** @param {Row[]} rows @param {Desk} desk @param {Words} words */
  #draw(rows, desk, words) {
    const gone = new Set(this.#rows.keys()), now = Date.now()
    const first = rows.some((row) => row.conversation === desk.selected) ? desk.selected : rows[0]?.conversation
    const parted = desk.view === 'waiting' && !desk.found ? rows.find(left) : undefined
    this.#apart.textContent = words('left_page', { n: rows.filter(left).length })
    if (!parted) this.#apart.remove()
    let cursor = this.#list.firstElementChild, made = 0
    /** @type {unknown} */ let before
    for (const row of rows) {
      if (row === parted) {
        if (cursor === this.#apart) cursor = cursor.nextElementSibling
        else this.#list.insertBefore(this.#apart, cursor)
      }
      let drawn = this.#rows.get(row.conversation)
      if (!drawn && row.conversation !== desk.selected && made++ >= AT_ONCE) continue
      if (!drawn) this.#rows.set(row.conversation, (drawn = new InboxRow(row.conversation)))
      gone.delete(row.conversation)
      const how = { chosen: row.conversation === desk.selected, marked: desk.marked.has(row.conversation), noted: desk.view === 'mentions' && !desk.found, found: desk.found ? desk.hits.get(row.conversation) : undefined, same: !!desk.found && before === row.visitor.id }
      if (drawn.update(row, how, words)) drawn.tick(now, desk.settings.target_seconds, words) // of the others the clock goes on by itself
      const reached = row.conversation === first ? 0 : -1
      if (drawn.button.tabIndex !== reached) drawn.button.tabIndex = reached
      before = row.visitor.id
      if (drawn.node === cursor) cursor = cursor.nextElementSibling
      else this.#list.insertBefore(drawn.node, cursor)
    }
    clearTimeout(this.#rest)
    if (made > AT_ONCE) this.#rest = Number(setTimeout(() => this.#draw(desk.rows, desk, words)))
    for (const id of gone) {
      this.#rows.get(id)?.node.remove()
      this.#rows.delete(id)
    }
  }

  /** Only the clocks. @param {Desk} desk @param {Words} words */
  tick(desk, words) {
    const now = Date.now()
    this.#decisions.tick(words)
    for (const row of this.#rows.values()) row.tick(now, desk.settings.target_seconds, words)
  }
}

customElements.define('desk-inbox', DeskInbox)
