// What the console says, in the agent's language: its own catalogue over the chat's.

import { languageOf, words as chatWords } from '../chat/words.js'

/** @import { Words } from '../chat/wire' */

/** @param {string} [locale] @returns {Promise<Words>} */
export async function words(locale) {
  const [shared, { default: own }] = await Promise.all([chatWords(locale), import(`./words/${languageOf(locale)}.js`)])
  await shared.more() // an agent needs all of the chat's words at once
  /** @type {Record<string, string | string[]>} */ const catalogue = own
  return Object.assign((/** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) => {
    if (!(key in catalogue)) return shared(key, values)
    const forms = [catalogue[key]].flat()
    return (values.n === 1 ? forms[0] : /** @type {string} */ (forms.at(-1))).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''))
  }, { locale: shared.locale, more: shared.more })
}

/** A word of the server's vocabulary (a reason, a tier) if we know it, else as it came. @param {Words} words @param {string} kind @param {string | null | undefined} value */
export function term(words, kind, value) {
  if (!value) return ''
  const key = `${kind}_${value}`, said = words(key)
  return said === key || said === 'undefined' ? String(value).replaceAll('_', ' ') : said
}
