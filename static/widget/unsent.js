// What this tab had not got out when its page changed: kept in the tab's memory, and found again on the next page.

import { UNSENT, fits } from '../chat/browser.js'

/** @import { Shelf } from '../chat/wire' */
/** @import { Transcript } from '../chat/transcript.js' */

/** A message that waited longer than this is not sent without asking. */
const STALE = 10 * 60_000

/** @param {Shelf} tab @param {Transcript} transcript */
export function recover(tab, transcript) {
  for (const own of tab.get('unsent', Array.isArray) ?? []) if (fits(own, UNSENT)) {
    const late = Date.now() - Date.parse(own.at) > STALE
    transcript.unsent.set(own.client_id, { ...own, state: late ? 'failed' : 'sending', ...(late && { conversation: '-' }) })
  }
}

/** @param {Shelf} tab @param {Transcript} transcript */
export function keep(tab, transcript) {
  const unsent = [...transcript.unsent.values()].filter(({ state, secret }) => state !== 'sent' && !secret)
  tab.set('unsent', unsent.length ? unsent : null)
}
