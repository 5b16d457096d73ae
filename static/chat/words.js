// What the widget and the thread say, in the reader's language: one file a language, loaded when it is needed.

/** @import { OwnerEntry, Words } from './wire' */

/** 'zh-CN', 'zh-hans' … are Chinese, all else is English. @param {string} [locale] */
export const languageOf = (locale = '') => (/^zh/i.test(locale) ? 'zh-hans' : 'en')

/** @param {string} [locale] @returns {Promise<Words>} */
export async function words(locale) {
  const language = languageOf(locale)
  /** @type {Record<string, string | string[]>} */ const catalogue = (await import(`./words/${language}.js`)).default
  return Object.assign((/** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) => {
    const text = [catalogue[key]].flat()
    return (values.n === 1 ? text[0] : text.at(-1) ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name]))
  }, { locale: language === 'en' ? 'en' : 'zh-CN' })
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
