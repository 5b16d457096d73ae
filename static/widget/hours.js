// When people are there, from the shop's opening times. Told on the shop's own clock, as the server tells it, so that the two agree.

/** @import { Hours, Words } from '../chat/wire' */

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** The next opening; null when open now, when always open or when no time is known. @param {Hours | undefined} hours @param {Date} now */
export function nextOpening(hours, now) {
  const week = hours?.week ?? {}
  const [, day, clock] = /** @type {string[]} */ (/(\w+)\W+([\d:]+)/.exec(
    now.toLocaleString('en-GB', { timeZone: hours?.timezone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })))
  for (let ahead = 0; ahead < 8; ahead++)
    for (const [from, to] of [...week[DAYS[(DAYS.indexOf(day.toLowerCase()) + ahead) % 7]] ?? []].sort()) {
      if (!ahead && from <= clock && clock < to) return null
      if (ahead || from > clock) return { ahead, clock: from }
    }
  return null
}

/**
 * 'today at 14:00', 'tomorrow at 09:00', 'on Monday at 09:00', with the name of the shop's time where the reader's clock is another; '' when the time isn't known.
 * @param {Hours | undefined} hours @param {Date} now @param {Words} words
 */
export function backAt(hours, now, words) {
  const next = nextOpening(hours, now), timeZone = hours?.timezone, { locale } = words
  if (!next) return ''
  const { ahead, clock } = next
  const when = ahead < 2 ? words('at', { day: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(ahead, 'day'), clock })
    : words('on', { day: new Date(now.getTime() + ahead * 86_400_000).toLocaleDateString(locale, { weekday: 'long', timeZone }), clock })
  const same = !timeZone || timeZone === new Intl.DateTimeFormat().resolvedOptions().timeZone
  return same ? when : words('there', { when, zone: new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'shortGeneric' }).formatToParts().at(-1)?.value ?? '' })
}
