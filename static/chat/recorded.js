// The rows of a conversation, or a part of one, that is over and only read.

import { Transcript } from './transcript.js'

/** @import { Entry, Numbered } from './wire' */

/** Parts begin after 1, and notes leave holes: every event is taken as the next one. @param {Numbered[]} events @returns {Entry[]} */
export function entriesOf(events) {
  const transcript = new Transcript('visitor')
  const place = new Map(events.map((event, n) => [event.seq, n + 1]))
  for (const event of events) {
    const seq = place.get(event.seq) ?? 0
    transcript.apply(event.type === 'rated' && event.of !== undefined ? { ...event, seq, of: place.get(event.of) } : { ...event, seq })
  }
  return transcript.entries
}
