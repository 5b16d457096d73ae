// When people are there, from the shop's opening times in its own time zone.

/** @import { Hours, Words } from '../chat/wire' */

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** @param {Date} at @param {string} [timeZone] @returns {{day: number, minute: number}} */
function local(at, timeZone) {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(at)
  const read = (/** @type {string} */ type) => parts.find((part) => part.type === type)?.value ?? ''
  return { day: DAYS.indexOf(read('weekday').toLowerCase()), minute: Number(read('hour')) * 60 + Number(read('minute')) }
}

/** @param {string} clock '09:30' */
const minutes = (clock) => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

/** The next opening; null when open now, when always open or when no time is known. @param {Hours | undefined} hours @param {Date} now */
export function nextOpening(hours, now) {
  const week = hours?.week
  if (!week || !Object.values(week).some((spans) => spans.length)) return null
  const { day, minute } = local(now, hours.timezone)
  for (let ahead = 0; ahead <= 7; ahead++) {
    const spans = [...(week[DAYS[(day + ahead) % 7]] ?? [])].sort()
    for (const [from, to] of spans) {
      const away = ahead * 1440 + minutes(from) - minute
      if (ahead === 0 && away <= 0 && minute < minutes(to)) return null
      if (away <= 0) continue
      const at = new Date(Math.floor(now.getTime() / 60_000) * 60_000 + away * 60_000)
      const off = local(at, hours.timezone).minute - minutes(from) // a clock change in between
      return new Date(at.getTime() - (Math.abs(off) > 720 ? off - Math.sign(off) * 1440 : off) * 60_000)
    }
  }
  return null
}

/**
 * 'today at 14:00', 'tomorrow at 09:00', 'on Monday at 09:00' in the reader's own time; '' when the time isn't known.
 * @param {Hours | undefined} hours @param {Date} now @param {Words} words
 */
export function backAt(hours, now, words) {
  const at = nextOpening(hours, now)
  if (!at) return ''
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / 86_400_000)
  const clock = new Intl.DateTimeFormat(words.locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
  if (days < 2) return words('at', { day: new Intl.RelativeTimeFormat(words.locale, { numeric: 'auto' }).format(days, 'day'), clock })
  return words('on', { day: new Intl.DateTimeFormat(words.locale, { weekday: 'long' }).format(at), clock })
}
