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

/** The parts of a moment by a zone's clock; `day` of the week, Sunday is 0. @param {Date} at @param {string} [zone] the reader's own where there is none */
export function wall(at, zone) {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' }).formatToParts(at)
  const [year, month, date, hour, minute] = ['year', 'month', 'day', 'hour', 'minute'].map((kind) => Number(parts.find(({ type }) => type === kind)?.value))
  return { year, month, date, hour, minute, day: new Date(Date.UTC(year, month - 1, date)).getUTCDay() }
}

/** The moment at which a zone's clock shows this; in the hour that a clock skips, the one after it. @param {number} year @param {number} month @param {number} date @param {number} hour @param {number} minute @param {string} [zone] */
export function instant(year, month, date, hour, minute, zone) {
  const shown = Date.UTC(year, month - 1, date, hour, minute)
  const behind = (/** @type {number} */ guess) => {
    const told = wall(new Date(guess), zone)
    return Date.UTC(told.year, told.month - 1, told.date, told.hour, told.minute) - guess
  }
  const first = shown - behind(shown)
  return new Date(shown - behind(first))
}

/** What a field for date and time holds, and back. @param {Date} at @param {string} [zone] */
export function typed(at, zone) {
  const { year, month, date, hour, minute } = wall(at, zone), two = (/** @type {number} */ n) => String(n).padStart(2, '0')
  return `${year}-${two(month)}-${two(date)}T${two(hour)}:${two(minute)}`
}

/** @param {string} text @param {string} [zone] @returns {Date | null} */
export function read(text, zone) {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text)
  return found && instant(Number(found[1]), Number(found[2]), Number(found[3]), Number(found[4]), Number(found[5]), zone)
}

/** "Thu, Dec 3, 09:00" by a zone's clock. @param {Date} at @param {string} locale @param {string} [zone] */
export const dated = (at, locale, zone) => new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: 'short', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)

/** A zone as people call it. @param {string} locale @param {string} [zone] */
export const zoneName = (locale, zone) => new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'long' }).formatToParts(new Date()).find(({ type }) => type === 'timeZoneName')?.value ?? zone ?? ''

/** Moments one snoozes until: in an hour, this evening or tomorrow morning, next Monday. @param {Date} now @param {string} [zone] by whose clock */
export function later(now, zone) {
  const { year, month, date, hour, day } = wall(now, zone)
  const at = (/** @type {number} */ days, /** @type {number} */ hours) => instant(year, month, date + days, hours, 0, zone)
  const monday = (8 - day) % 7 || 7
  return [
    { key: 'in_an_hour', at: new Date(now.getTime() + 3_600_000) },
    { key: 'in_three_hours', at: new Date(now.getTime() + 3 * 3_600_000) },
    ...(hour < 16 ? [{ key: 'this_evening', at: at(0, 18) }] : []),
    { key: 'tomorrow', at: at(1, 9) },
    { key: 'next_monday', at: at(monday, 9) },
    { key: 'in_a_week', at: at(7, hour) },
  ]
}
