// Clocks of the console: a wait in two figures at most, a moment as people say it. Pure.

/** @import { Words } from '../../chat/wire' */

/** 45 s, 3 min, 1 h 05, 2 d. @param {number} seconds @param {Words} words */
export function duration(seconds, words) {
  if (seconds < 60) return words('seconds', { n: seconds })
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return words('minutes', { n: minutes })
  if (minutes < 1440) return words('hours', { h: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, '0') })
  return words('days', { n: Math.floor(minutes / 1440) })
}

/** Today by the clock, else by the date. @param {string} at @param {string} locale @param {Date} [now] */
export function moment(at, locale, now = new Date()) {
  const date = new Date(at)
  if (!at || Number.isNaN(date.getTime())) return ''
  const today = date.toDateString() === now.toDateString()
  return new Intl.DateTimeFormat(locale, today ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
    : { month: 'short', day: 'numeric', ...(date.getFullYear() !== now.getFullYear() && { year: 'numeric' }) }).format(date)
}

/** A deadline: the clock today, else with its day. @param {string} at @param {string} locale @param {Date} [now] */
export function by(at, locale, now = new Date()) {
  const date = new Date(at), today = date.toDateString() === now.toDateString()
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(!today && { weekday: 'short', month: 'short', day: 'numeric' }) }).format(date)
}

/** Moments one snoozes until: in an hour, this evening or tomorrow morning, next Monday. @param {Date} now */
export function later(now) {
  const at = (/** @type {number} */ days, /** @type {number} */ hour) => {
    const date = new Date(now)
    date.setDate(date.getDate() + days)
    date.setHours(hour, 0, 0, 0)
    return date
  }
  const monday = (8 - now.getDay()) % 7 || 7
  return [
    { key: 'in_an_hour', at: new Date(now.getTime() + 3_600_000) },
    { key: 'in_three_hours', at: new Date(now.getTime() + 3 * 3_600_000) },
    ...(now.getHours() < 16 ? [{ key: 'this_evening', at: at(0, 18) }] : []),
    { key: 'tomorrow', at: at(1, 9) },
    { key: 'next_monday', at: at(monday, 9) },
    { key: 'in_a_week', at: at(7, now.getHours()) },
  ]
}
