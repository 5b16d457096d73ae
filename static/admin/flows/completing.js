// What can be written where the cursor stands: keys, types, and the names that the text knows. Texts in, options out.

/** @import { Language, Names } from './types' */
/** @typedef {{ label: string, detail?: string, info?: string, type: string, apply?: string }} Option */

const KEY = /^(\s*)((?:- +)*)([^\s:#{[-][^:#]*)?$/u
const INDENT = /^(\s*(?:- +)*)/

/** The keys that enclose a line, outermost first: `states`, `actions`, `params`, … @param {string[]} above @param {number} indent */
export function path(above, indent) {
  /** @type {string[]} */
  const found = []
  let left = indent
  for (let n = above.length - 1; n >= 0 && left > 0; n--) {
    if (!above[n].trim() || above[n].trim().startsWith('#')) continue
    const depth = INDENT.exec(above[n])?.[1].length ?? 0
    const outer = above[n].search(/\S/)
    const key = /^([^:#]+):(?:\s|$)/.exec(above[n].slice(depth))
    // “- type: ask” opens an item: what is as deep as its key belongs to the item, not to the key.
    if (key && depth < left) found.unshift(key[1].trim())
    left = Math.min(left, depth < left ? outer : left, outer < left ? outer : left)
  }
  return found
}

/** The value of `type` beside or above a place, in the same item. @param {string[]} above @param {number} indent */
export function typeAbove(above, indent) {
  for (let n = above.length - 1; n >= 0; n--) {
    const found = /^\s*(?:- +)*\{?\s*type:\s*([\w-]+)/.exec(above[n])
    if (found && (above[n].search(/\S/) < indent || indent === 0)) return found[1]
    if (/^\S/.test(above[n])) break
  }
  return ''
}

/** @param {Record<string, string>} keys @param {string} type @returns {Option[]} */
function keysOf(keys, type) {
  return Object.entries(keys).map(([label, info]) => ({ label, info, type, apply: `${label}: ` }))
}

/** @param {string[]} values @param {string} type @returns {Option[]} */
function named(values, type) {
  return values.map((label) => ({ label, type }))
}

/** @param {string} before the line up to the cursor @param {string[]} above @param {Language} language @param {Names} names
 * @returns {{ word: string, options: Option[] } | null} */
export function complete(before, above, language, names) {
  const template = /\{\{\s*([^\s{}]*)$/u.exec(before)
  if (template) return { word: template[1], options: named(names.slots, 'variable') }
  const inner = /(?:^|[\s{,-])([\p{L}_]+):\s*(\[(?:[^\]]*[,\s])?)?(["']?)([^\s,[\]{}"']*)$/u.exec(before)
  if (inner) return value(inner[1], inner[4], before, above, language, names)
  const list = /^\s*- +([^\s:]*)$/u.exec(before)
  const deep = before.search(/\S|$/)
  const within = path(above, deep)
  if (list && within.at(-1) === 'slots' && within.length > 1) return { word: list[1], options: named(names.slots, 'variable') }
  const key = KEY.exec(before)
  return key ? keys(key, within, above, language) : null
}

/** @param {string} key @param {string} word @param {string} before @param {string[]} above @param {Language} language @param {Names} names */
function value(key, word, before, above, language, names) {
  const within = path(above, Math.max(before.search(/\S/), 0))
  /** @type {Record<string, () => Option[]>} */
  const known = {
    target: () => named(names.states, 'class'),
    on_timeout: () => named(names.states, 'class'),
    on_error: () => named(names.states, 'class'),
    condition: () => [{ label: 'default', type: 'keyword' }, ...names.slots.map((slot) => ({ label: `has_${slot}`, type: 'property' })), ...named(names.slots, 'variable')],
    intent: () => named(names.intents, 'enum'),
    slots: () => named(names.slots, 'variable'),
    slot: () => named(names.slots, 'variable'),
    type: () => types(within, before, language),
  }
  const options = known[key]?.() ?? []
  return options.length ? { word, options } : null
}

/** @param {string[]} within @param {string} before @param {Language} language @returns {Option[]} */
function types(within, before, language) {
  if (within[0] === 'slots') return Object.entries(language.kinds).map(([label, info]) => ({ label, info, type: 'type' }))
  return Object.entries(language.actions).map(([label, { about }]) => ({ label, info: about, type: 'function' }))
}

/** @param {RegExpExecArray} key @param {string[]} within @param {string[]} above @param {Language} language */
function keys([, margin, dash, word = ''], within, above, language) {
  const last = within.at(-1)
  const depth = margin.length + dash.length
  if (!depth && !within.length) return { word, options: keysOf(language.top, 'keyword') }
  if (last === 'params') {
    const params = language.actions[typeAbove(above, margin.length)]?.params
    return params ? { word, options: keysOf(params, 'property') } : null
  }
  if (last === 'actions' && dash) {
    const options = Object.entries(language.actions).map(([label, { about }]) => ({ label, info: about, type: 'function', apply: `type: ${label}` }))
    return { word, options }
  }
  const places = { states: language.state, transitions: language.transition, triggers: language.triggers, intents: language.intent, choices: language.choice }
  const found = last ? places[/** @type {keyof typeof places} */ (last)] : undefined
  if (found) return { word, options: keysOf(found, 'keyword') }
  if (within[0] === 'slots' && within.length === 2) return { word, options: keysOf(language.slot, 'keyword') }
  return null
}
