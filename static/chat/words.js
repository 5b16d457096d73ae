// What the widget and the thread say, in the reader's language: one file a language, loaded when it is needed.

/** @import { Entry, OwnerEntry, Words } from './wire' */

/** 'zh-CN', 'zh-hans' … are Chinese, all else is English. @param {string} [locale] */
export const languageOf = (locale = '') => (/^zh/i.test(locale) ? 'zh-hans' : 'en')

/** @param {string} [locale] @returns {Promise<Words>} */
export async function words(locale) {
  const language = languageOf(locale)
  /** @type {Record<string, string | string[]>} */ const catalogue = (await import(`./words/${language}.js`)).default
  const more = async () => void Object.assign(catalogue, (await import(`./words/${language}.later.js`)).default)
  return Object.assign((/** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) => {
    const text = [catalogue[key]].flat()
    return (values.n === 1 ? text[0] : text.at(-1) ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name]))
  }, { more, locale: language === 'en' ? 'en' : 'zh-CN' })
}

/** Who answers, and the place in line, as one sentence. @param {Pick<OwnerEntry, 'owner' | 'agent' | 'online' | 'position' | 'wait_seconds'>} entry @param {Words} words */
export function ownerLine({ owner, agent, online, position, wait_seconds }, words) {
  if (owner === 'human') return words('joined', { name: agent?.name ?? words('agent') })
  if (owner === 'bot') return words('returned')
  if (online === false) return words('offline')
  if (!position) return words('queued')
  const wait = wait_seconds ? ' · ' + words('wait', { n: Math.max(1, Math.round(wait_seconds / 60)) }) : ''
  return words('place', { n: position }) + wait
}

/** What a row says in plain words, files by their names. @param {Entry} entry @param {Words} words */
export function line(entry, words) {
  if (entry.kind === 'owner') return ownerLine(entry, words)
  return entry.kind === 'closed' ? words('ended') : [entry.text, ...(entry.attachments ?? []).map(({ name }) => name)].join('\n').trim()
}
