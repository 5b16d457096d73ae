// The visitor in this browser: the token they speak with (no cookies), and what their tab had not got out when its page changed.

import { UNSENT, fits, uuid } from '../chat/browser.js'

/** What two tabs write reaches the other within it; there are no locks without TLS. */
const AGREE = 150
/** A message that waited longer than this is not sent without asking. */
const STALE = 10 * 60_000

/** @import { Embed, Session, Shelf } from '../chat/wire' */
/** @import { Transcript } from '../chat/transcript.js' */

/**
 * The token: asked for once a page, renewed before it ends or when the server turns it down. On a first visit all tabs of this
 * browser agree on one name before any of them asks, and the server makes one visitor of all who ask by it.
 * @param {Pick<Embed, 'base' | 'key' | 'kept'> & {store: Shelf}} site
 * @returns {(fresh: boolean) => Promise<Session>} rejects with {code, message?, retry_after?}
 */
export function visitorSession({ base, key, store, kept }) {
  /** @type {Session | undefined} */ let held
  /** @type {object | undefined} */ let heldFor
  const token = () => store.get('token', (/** @type {any} */ token) => token.length < 4000)
  const first = async () => {
    if (!store.get('first', '')) store.set('first', uuid())
    await new Promise((done) => setTimeout(done, AGREE))
  }
  /** @param {boolean} fresh @returns {Promise<Session>} */
  return async function ask(fresh) {
    const who = kept.identity
    if (held && !fresh && heldFor === who && Date.parse(held.expires_at) - Date.now() > 30_000) return held
    if (!token()) await first()
    const visitor = token()
    const answer = await fetch(`${base}/api/v1/widget/session`, {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ site_key: key, visitor, first: store.get('first', ''), identity: who, page: kept.page(), attributes: kept.claims }),
    })
    const body = await answer.json().catch(() => ({}))
    if (!answer.ok) {
      if (body.message) console.warn(`Yingda: ${body.message}`) // the page's author wants to know why
      throw { code: body.code ?? 'unavailable', message: body.message, retry_after: body.retry_after }
    }
    if (!visitor && token()) return ask(fresh) // another tab was quicker: go on as who they are
    held = /** @type {Session} */ (body)
    heldFor = who
    store.set('token', held.token)
    store.set('first', null)
    return held
  }
}

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
