// What the browser keeps for one site key. Where storage is refused (private windows, strict settings) it lasts as long as the page.

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
