// Times and days as the reader writes them.

/** @import { Words } from './wire' */

/** '09:30' @param {Date} at @param {Words} words */
export const clock = (at, { locale }) => at.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** Calendar days from one time to another. @param {Date} from @param {Date} to */
export const daysTo = (from, to) => Math.round((new Date(to).setHours(0, 0, 0, 0) - new Date(from).setHours(0, 0, 0, 0)) / 86_400_000)

/** 'yesterday', 'Mon, Nov 9' @param {string} at @param {Words} words */
export function dayName(at, { locale }) {
  const day = new Date(at), away = daysTo(new Date(), day)
  if (away > -2) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(away, 'day')
  return day.toLocaleDateString(locale, { weekday: 'short', month: 'short', day: 'numeric' })
}
