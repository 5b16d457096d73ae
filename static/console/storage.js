// This browser's memory as JSON; without storage (forbidden, full) the page goes on and forgets with the tab.

/** @param {() => Storage} area @param {string} prefix */
export function storage(area, prefix) {
  /** @type {Map<string, string>} */ const spare = new Map()
  return {
    /** @param {string} name @returns {any} */
    get(name) {
      let text = spare.get(name) ?? null
      try {
        text ??= area().getItem(prefix + name)
        return text === null ? null : JSON.parse(text)
      } catch {
        return null
      }
    },
    /** @param {string} name @param {unknown} value null takes it away */
    set(name, value) {
      spare.delete(name)
      try {
        if (value === null) area().removeItem(prefix + name)
        else area().setItem(prefix + name, JSON.stringify(value))
      } catch {
        if (value !== null) spare.set(name, JSON.stringify(value))
      }
    },
  }
}
