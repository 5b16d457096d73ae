// The order of the list while somebody points at it or walks through it by keys: what is there stays where it is, what comes
// stands below, and what goes leaves. Pure; the clock is handed in.

import { beside } from './inbox.js'

/** @import { Row } from '../wire' */

/** How long after the last step the order still stands. */
const WALK = 20_000

export class Steady {
  /** Each row's place while the order stands. @type {Map<string, number> | null} */ #places = null
  /** The pointer is on the list. */ #pointed = false
  #until = 0

  /** Who waits longest is on top in any case. @param {Row[]} rows as they are sorted now @param {number} now @param {string} [view] @returns {Row[]} */
  sorted(rows, now, view) {
    if (view === 'waiting') return rows
    if (!this.#pointed && now >= this.#until) this.#places = null
    const places = this.#places
    if (!places) return rows
    for (const { conversation } of rows) if (!places.has(conversation)) places.set(conversation, places.size)
    return [...rows].sort((a, b) => /** @type {number} */ (places.get(a.conversation)) - /** @type {number} */ (places.get(b.conversation)))
  }

  /** @param {boolean} on @param {Row[]} rows as they stand */
  point(on, rows) {
    this.#pointed = on
    if (on) this.#hold(rows)
  }

  /** A step by a key. @param {Row[]} rows as they stand @param {number} now */
  walk(rows, now) {
    this.#hold(rows)
    this.#until = now + WALK
  }

  /** The row before or after the chosen one; where that has gone meanwhile, the one that has come into its place. @param {Row[]} rows @param {string} chosen @param {1 | -1} step */
  beside(rows, chosen, step) {
    const place = this.#places?.get(chosen)
    if (place === undefined || rows.some(({ conversation }) => conversation === chosen)) return beside(rows, chosen, step)
    const later = rows.findIndex(({ conversation }) => (this.#places?.get(conversation) ?? Infinity) > place)
    return step > 0 ? rows[later] ?? rows.at(-1) : rows[(later < 0 ? rows.length : later) - 1] ?? rows[0]
  }

  /** Another list is looked at. */
  leave() {
    this.#places = null
    this.#until = 0
  }

  /** @param {Row[]} rows */
  #hold(rows) {
    this.#places ??= new Map(rows.map(({ conversation }, place) => [conversation, place]))
  }
}
