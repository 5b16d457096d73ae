// What a page may count on in every browser, also on plain HTTP and where storage is forbidden: an id, and a memory.

/** More is nothing of ours, in characters. */
const MOST = 1e6
/** Where storage is forbidden or full, it lasts as long as the page. @type {Map<string, string>} */ const spare = new Map()

/** A UUID 4, made here: browsers keep `crypto.randomUUID` to pages with TLS, and an intranet's may have none. */
export const uuid = () => '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) =>
  (+digit ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> +digit / 4).toString(16))

/**
 * Whether a value is shaped as an example: its type, the fields it names, each item as the first one; a function decides itself.
 * @param {any} value @param {any} like @returns {boolean}
 */
export const fits = (value, like) => typeof like === 'function' ? like(value)
  : Array.isArray(like) ? Array.isArray(value) && value.every((one) => fits(one, like[0]))
  : typeof value === typeof like && (typeof like !== 'object' || value !== null && Object.keys(like).every((key) => fits(value[key], like[key])))

/** @param {any} like */
export const perhaps = (like) => (/** @type {any} */ value) => value === undefined || fits(value, like)

/** One of our own messages on its way, as both sides keep it. */
export const UNSENT = { client_id: '', text: '', at: Date.parse, attachments: perhaps([{ id: '', name: '', size: 0, url: '' }]) }

/**
 * Values as JSON. What can't be read or has another shape (an older version's, half written, a stranger's) counts as absent.
 * @param {() => Storage} area @param {string} prefix
 */
export const storage = (area, prefix) => ({
  /** @param {string} name @param {any} like @returns {any} undefined when absent */
  get(name, like) {
    try {
      const text = spare.get(prefix + name) ?? area().getItem(prefix + name) ?? ''
      const value = JSON.parse(text.length < MOST ? text : '')
      if (fits(value, like)) return value
    } catch {}
  },
  /** @param {string} name @param {unknown} value null takes it away */
  set(name, value) {
    const key = prefix + name, text = JSON.stringify(value)
    spare.delete(key)
    try {
      value === null ? area().removeItem(key) : area().setItem(key, text)
    } catch {
      if (value !== null) spare.set(key, text)
    }
  },
})
