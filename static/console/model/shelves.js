// What the line does not tell by itself: search, and the views that reach back (all, mentions, snoozed, resolved), page by page over HTTP.

import { narrows, tidy } from './filter.js'

/** @import { Desk } from './desk.js' */
/** @import { Found, Row, View } from '../wire' */

const PAGED = new Set(['all', 'mentions', 'snoozed', 'resolved'])

export class Shelves {
  busy = false
  #query = ''
  /** @type {string | null} */ #next = null
  #run = 0
  #desk
  #changed
  #failed
  #fetch

  /** @param {Desk} desk @param {() => void} changed @param {() => void} failed @param {typeof fetch} [ask] */
  constructor(desk, changed, failed, ask = (...args) => fetch(...args)) {
    this.#desk = desk
    this.#changed = changed
    this.#failed = failed
    this.#fetch = ask
  }

  get more() {
    return this.#next !== null && !this.busy
  }

  /** @param {string} query nothing ends the search */
  async find(query) {
    if (query === this.#query) return
    this.#query = query
    if (query) return this.#ask('all', '')
    this.#desk.found = null
    await this.look(this.#desk.view)
  }

  /** @param {View} view */
  async look(view) {
    this.#run++
    this.#next = null
    this.busy = false
    this.#query = ''
    this.#desk.found = null
    if (PAGED.has(view) || narrows(this.#desk.filter)) await this.#ask(view, '')
    else this.#changed()
  }

  /** The filter changed: the same search or view, asked for anew. */
  async again() {
    if (this.#query) await this.#ask('all', '')
    else await this.look(this.#desk.view)
  }

  async older() {
    if (this.#next) await this.#ask(this.#query ? 'all' : this.#desk.view, this.#next)
  }

  /** @param {View} view @param {string} before */
  async #ask(view, before) {
    const run = ++this.#run, query = this.#query, desk = this.#desk
    this.busy = true
    this.#changed()
    try {
      const answer = await this.#fetch(`/api/v1/console/conversations?${new URLSearchParams({ view, ...tidy(desk.filter), ...(query && { q: query }), ...(before && { before }) })}`, { headers: { Accept: 'application/json' } })
      if (!answer.ok) throw new Error(String(answer.status))
      const { rows, next } = /** @type {{rows: (Row & Partial<Found>)[], next: string | null}} */ (await answer.json())
      if (run !== this.#run) return
      if (!before) desk.hits.clear()
      for (const { conversation, hits, named } of rows) if (hits) desk.hits.set(conversation, { hits, named })
      desk.inbox.shelve(rows)
      if (query) desk.found = before ? [...(desk.found ?? []), ...rows] : rows
      this.#next = next || null
    } catch {
      if (run === this.#run) this.#failed()
    }
    if (run === this.#run) this.busy = false
    this.#changed()
  }
}
