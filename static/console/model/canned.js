// What the composer offers while one writes: canned replies after "/", colleagues after "@", with their blanks filled. Pure.

/** @import { Canned, Customer, Macro, Person } from '../wire' */
/** @typedef {{kind: 'canned' | 'mention', from: number, query: string}} Wanted  what stands between `from` and the caret */
/** @typedef {{label: string, hint: string, text: string, macro?: number}} Choice  a macro is run, and leaves no words */

const MOST = 8

/**
 * A reply may begin with "/"; anywhere later it must follow a space or a line break. "@" the same, in notes only.
 * @param {string} text @param {number} caret @param {boolean} note @returns {Wanted | null}
 */
export function wanted(text, caret, note) {
  const match = /(?:^|[\s，。、；：])([/@])([^\s/@]{0,32})$/u.exec(text.slice(0, caret))
  if (!match || match[1] === '@' && !note) return null
  return { kind: match[1] === '@' ? 'mention' : 'canned', from: caret - match[2].length - 1, query: match[2] }
}

/** Shortcuts that begin so first, then titles and texts that hold it. @param {Canned[]} canned @param {string} query @returns {Canned[]} */
export function matching(canned, query) {
  const sought = query.toLocaleLowerCase()
  const rank = (/** @type {Canned} */ { shortcut, title, text }) => [shortcut.replace(/^\//, ''), title, text]
    .map((field) => field.toLocaleLowerCase()).reduce((best, field, n) => Math.min(best, field.startsWith(sought) ? n : field.includes(sought) ? n + 3 : 9), 9)
  return canned.map((each) => ({ each, rank: rank(each) })).filter(({ rank }) => rank < 9).sort((a, b) => a.rank - b.rank).slice(0, MOST).map(({ each }) => each)
}

/** What "/" offers: canned replies with their blanks filled, and macros. @param {{canned: Canned[], macros: Macro[]}} desk @param {string} query @param {Record<string, string>} filled @returns {Choice[]} */
export function answers({ canned, macros }, query, filled) {
  /** @type {Map<Canned, number>} */ const run = new Map(macros.map(({ id, shortcut, title, scope }) => [{ id, shortcut, title, scope, text: '' }, id]))
  return matching([...canned, ...run.keys()], query).map((one) => ({ label: `/${one.shortcut.replace(/^\//, '')}`, hint: (run.has(one) ? '⚡ ' : '') + (one.title || one.text), text: run.has(one) ? '' : expand(one.text, filled), macro: run.get(one) }))
}

/** The shortcut that all of a text is; '' where it is more. @param {string} text */
export const lone = (text) => /^\/([^\s/]{1,40})$/.exec(text.trim())?.[1] ?? ''

/** Whether a reply or a macro is called so. @param {{canned: Canned[], macros: Macro[]}} desk @param {string} shortcut */
export const known = ({ canned, macros }, shortcut) => [...canned, ...macros].some((one) => one.shortcut.replace(/^\//, '').toLocaleLowerCase() === shortcut.toLocaleLowerCase())

/** Where one makes a reply or a macro. @param {'cannedreply' | 'macro'} what @param {string} [shortcut] */
export const maker = (what, shortcut = '') => `/admin/agents/${what}/add/${shortcut ? `?shortcut=${encodeURIComponent(shortcut)}` : ''}`

/** @param {Person[]} people @param {string} query */
export const named = (people, query) => people.filter(({ name }) => name.toLocaleLowerCase().includes(query.toLocaleLowerCase())).slice(0, MOST)

/**
 * `{{name}}`, `{{name|there}}` with a word for who has none; an unknown blank stays as it is, so that nobody sends half a sentence unseen.
 * @param {string} text @param {Record<string, string>} values
 */
export const expand = (text, values) => text.replace(/\{\{?\s*([\w.]+)\s*(?:\|([^{}]*))?\}?\}/g, (all, name, otherwise) => values[name] || (otherwise?.trim() ?? (name in values ? '' : all)))

/** What blanks can hold. @param {Customer | undefined} customer @param {Person} me @param {string} site @returns {Record<string, string>} */
export function values(customer = {}, me, site) {
  const name = customer.name ?? ''
  const attributes = Object.entries(customer.attributes ?? {}).map(([key, value]) => [key, String(value ?? '')])
  return { ...Object.fromEntries(attributes), name, first_name: name.split(' ')[0], 'customer.name': name, 'visitor.name': name, email: customer.email ?? '', 'customer.email': customer.email ?? '', 'visitor.email': customer.email ?? '', agent: me.name, 'agent.name': me.name, site: site, shop: site, 'site.name': site }
}

/** The text with the wanted part replaced, and where the caret stands then. @param {string} text @param {number} caret @param {Wanted} wanted @param {string} insert */
export function complete(text, caret, { from }, insert) {
  const tail = text.slice(caret), gap = tail.startsWith(' ') || !tail ? '' : ' '
  return { text: text.slice(0, from) + insert + gap + tail, caret: from + insert.length }
}
