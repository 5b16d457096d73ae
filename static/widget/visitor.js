// The visitor in this browser: what it remembers for one site key, and the token it speaks with. No cookies.

/** @import { Embed, Session } from '../chat/wire' */

/** Where storage is refused (private windows, strict settings) it lasts as long as the page. */
export class Store {
  /** @type {Map<string, string>} */ #memory = new Map()
  #prefix

  /** @param {string} key */
  constructor(key) {
    this.#prefix = `yingda:${key}:`
  }

  /** @param {string} name @returns {any} */
  get(name) {
    let text = this.#memory.get(name) ?? null
    try {
      text = localStorage.getItem(this.#prefix + name) ?? sessionStorage.getItem(this.#prefix + name) ?? text
    } catch {}
    return text === null ? null : JSON.parse(text)
  }

  /** @param {string} name @param {unknown} value null forgets it @param {boolean} [tab] only for this tab */
  set(name, value, tab) {
    const key = this.#prefix + name
    this.#memory.delete(name)
    try {
      const place = tab ? sessionStorage : localStorage
      if (value === null) place.removeItem(key)
      else place.setItem(key, JSON.stringify(value))
    } catch {
      if (value !== null) this.#memory.set(name, JSON.stringify(value))
    }
  }
}

/**
 * The token: asked for once a page, renewed before it ends or when the server turns it down.
 * @param {Pick<Embed, 'base' | 'key' | 'kept'> & {store: Store}} site
 * @returns {(fresh: boolean) => Promise<Session>} rejects with {code, retry_after?}
 */
export function visitorSession({ base, key, store, kept }) {
  /** @type {Session | undefined} */ let held
  /** @type {object | undefined} */ let heldFor
  return async (fresh) => {
    const who = kept.identity
    if (held && !fresh && heldFor === who && Date.parse(held.expires_at) - Date.now() > 30_000) return held
    const visitor = store.get('token') ?? undefined
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
