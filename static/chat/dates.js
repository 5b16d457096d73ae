// Times and days as the reader writes them.

/** @import { Words } from './wire' */

/** The reader's own kind of their language, such as British English, where their browser says it. @param {Words} words */
const kind = ({ locale }) => [...navigator.languages ?? []].find((each) => each.slice(0, 2) === locale.slice(0, 2)) ?? locale

/** '09:30', '9:30 AM' @param {Date} at @param {Words} words */
export const clock = (at, words) => at.toLocaleTimeString(kind(words), { hour: 'numeric', minute: '2-digit' })

/** 'Nov 9, 2026' @param {string} at @param {Words} words */
export const dateOf = (at, words) => new Date(at).toLocaleDateString(kind(words), { dateStyle: 'medium' })

/** Calendar days from one time to another. @param {Date} from @param {Date} to */
export const daysTo = (from, to) => Math.round((new Date(to).setHours(0, 0, 0, 0) - new Date(from).setHours(0, 0, 0, 0)) / 86_400_000)

/** 'yesterday', 'Mon, Nov 9' @param {string} at @param {Words} words */
export function dayName(at, words) {
  const locale = kind(words), day = new Date(at), away = daysTo(new Date(), day)
  if (away > -2) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(away, 'day')
  return day.toLocaleDateString(locale, { weekday: 'short', month: 'short', day: 'numeric' })
}
