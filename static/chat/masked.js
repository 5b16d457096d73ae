// A message of which the filters masked something: the places marked in its text, and under it what was masked and by which rule.
// A page that may open what stood there says so (`opens`). Fetched with the first such message; customers never get one.

import { h, icon } from './dom.js'
import { plain } from './links.js'
import { languageOf } from './words.js'

/** @import { Context, Covered, MessageEntry } from './wire' */

const EYE = 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM3.5 16.5l13-13'

/** @param {string} locale @returns {Promise<Record<string, string>>} */
const catalogue = async (locale) => (await import(`./words/${languageOf(locale)}.masked.js`)).default

/** @param {Covered} place @param {Record<string, string>} says */
const named = ({ rule = '', what = '' }, says) => !rule ? says[what] : says[what] ? says.of.replace('{rule}', () => rule).replace('{what}', says[what]) : says.only.replace('{rule}', () => rule)

/** Offsets count Unicode characters, as the server's Python does. @param {HTMLElement} node the text as drawn @param {string} text @param {Covered[]} places @param {string} locale */
export async function mark(node, text, places, locale) {
  const letters = [...text], says = await catalogue(locale), out = /** @type {(Node | string)[]} */ ([])
  let from = 0
  for (const place of places) {
    out.push(...plain(letters.slice(from, place.start).join('')).childNodes, h('mark', { title: named(place, says) }, letters.slice(place.start, place.end).join('')))
    from = place.end
  }
  node.replaceChildren(...out, ...plain(letters.slice(from).join('')).childNodes)
}

/** What had the keyboard keeps it. @param {HTMLElement} node @param {MessageEntry} entry @param {Context} context @param {boolean} focused */
export async function tell(node, { masked = [], opens, opened, seq }, { words, emit }, focused) {
  const says = await catalogue(words.locale)
  const names = [...new Set(masked.map((place) => named(place, says)))].join(says.and)
  const button = opens ? h('button.link', { type: 'button', title: opened ? '' : says.logged, onclick: () => emit('chat-original', { seq, on: !opened }) }, opened ? says.hide : says.show) : null
  node.replaceChildren(icon('masked', EYE), h('span', {}, (opened ? says.opened : says.masked).replace('{names}', () => names)), ...(button ? [button] : []))
  if (focused) button?.focus()
  settle(node)
}

/** A message that a rule did not let go: to be changed, or sent all the same. @param {HTMLElement} node @param {MessageEntry} entry @param {Context} context */
export async function held(node, { ask, client_id }, { words, emit }) {
  const says = await catalogue(words.locale)
  const again = h('button.link', { type: 'button', onclick: () => emit('chat-retry', { client_id, confirmed: true }) }, says.anyway)
  node.replaceChildren(...(ask === 'confirm' ? [again] : []), h('button.link', { type: 'button', onclick: () => emit('chat-back', { client_id }) }, says.change))
  settle(node)
}

/** The thread has grown. @param {HTMLElement} node */
function settle(node) {
  /** @type {any} */ const thread = node.closest('chat-thread')
  thread?.settle(node.closest('.row'))
}
