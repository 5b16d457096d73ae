// The visitor's token: asked for once a page, renewed before it ends or when the server turns it down. No cookies.

/** @import { Session } from '../chat/wire' */
/** @import { Store } from './store.js' */

/**
 * @param {{base: string, key: string, store: Store, identity: () => object | undefined}} site
 * @returns {(fresh: boolean) => Promise<Session>} rejects with {code, retry_after?}
 */
export function visitorSession({ base, key, store, identity }) {
  /** @type {Session | undefined} */ let held
  /** @type {object | undefined} */ let heldFor
  return async (fresh) => {
    const who = identity()
    if (held && !fresh && heldFor === who && Date.parse(held.expires_at) - Date.now() > 30_000) return held
    const visitor = store.get('token') ?? undefined
    const answer = await fetch(`${base}/api/v1/widget/session`, {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ site_key: key, visitor, identity: who }),
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
