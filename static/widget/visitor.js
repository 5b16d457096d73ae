// The visitor in this browser: the token it speaks with. No cookies.

/** @import { Embed, Session, Shelf } from '../chat/wire' */

/**
 * The token: asked for once a page, renewed before it ends or when the server turns it down.
 * @param {Pick<Embed, 'base' | 'key' | 'kept'> & {store: Shelf}} site
 * @returns {(fresh: boolean) => Promise<Session>} rejects with {code, retry_after?}
 */
export function visitorSession({ base, key, store, kept }) {
  /** @type {Session | undefined} */ let held
  /** @type {object | undefined} */ let heldFor
  return async (fresh) => {
    const who = kept.identity
    if (held && !fresh && heldFor === who && Date.parse(held.expires_at) - Date.now() > 30_000) return held
    const visitor = store.get('token', (/** @type {any} */ token) => token.length < 4000)
    const answer = await fetch(`${base}/api/v1/widget/session`, {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ site_key: key, visitor, identity: who, page: kept.page(), attributes: kept.claims }),
    })
    const body = await answer.json().catch(() => ({}))
    if (!answer.ok) {
      if (body.message) console.warn(`Yingda: ${body.message}`) // whoever set up the page wants to know why
      throw { code: body.code ?? 'unavailable', retry_after: body.retry_after }
    }
    held = /** @type {Session} */ (body)
    heldFor = who
    store.set('token', held.token)
    return held
  }
}
