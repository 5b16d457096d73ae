// What the Markdown toolbar does to the text of a text area. Every change can be undone with the browser's own undo.

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])(\s+)(.*)$/

export class Edit {
  #area

  /** @param {HTMLTextAreaElement} area */
  constructor(area) {
    this.#area = area
  }

  /** Marks around the selection; marked already, they go. @param {string} mark */
  wrap(mark) {
    const { selectionStart: start, selectionEnd: end, value } = this.#area
    const inner = value.slice(start, end)
    if (value.slice(start - mark.length, start) === mark && value.slice(end, end + mark.length) === mark) {
      this.#replace(start - mark.length, end + mark.length, inner)
      return this.#select(start - mark.length, end - mark.length)
    }
    this.#replace(start, end, mark + inner + mark)
    this.#select(start + mark.length, end + mark.length)
  }

  /** The selection becomes a link's words, an address its target; the other part is selected to be typed. */
  link() {
    const { selectionStart: start, selectionEnd: end, value } = this.#area
    const inner = value.slice(start, end)
    const isAddress = /^https?:\/\/\S+$/.test(inner)
    const [label, target] = isAddress ? ['', inner] : [inner, 'https://']
    this.#replace(start, end, `[${label}](${target})`)
    if (isAddress || !inner) return this.#select(start + 1, start + 1)
    const from = start + label.length + 3
    this.#select(from, from + target.length)
  }

  /** The same beginning on every line of the selection; where all have it, it goes. @param {string} mark */
  prefix(mark) {
    const { selectionStart, selectionEnd, value } = this.#area
    const start = value.lastIndexOf('\n', selectionStart - 1) + 1
    const stop = value.indexOf('\n', selectionEnd)
    const end = stop < 0 ? value.length : stop
    const lines = value.slice(start, end).split('\n')
    const numbered = mark === '1. '
    const begins = (/** @type {string} */ line) => (numbered ? /^\d+\. /.test(line) : line.startsWith(mark))
    const marked = lines.every(begins)
      ? lines.map((line) => (numbered ? line.replace(/^\d+\. /, '') : line.slice(mark.length)))
      : lines.map((line, n) => (numbered ? `${n + 1}. ` : mark) + line)
    const text = marked.join('\n')
    this.#replace(start, end, text)
    this.#select(start + text.length, start + text.length)
  }

  /** Enter in a list begins the next item, in an empty item it ends the list. @returns {boolean} whether it did */
  continueList() {
    const { selectionStart, selectionEnd, value } = this.#area
    if (selectionStart !== selectionEnd) return false
    const start = value.lastIndexOf('\n', selectionStart - 1) + 1
    const item = ITEM.exec(value.slice(start, selectionStart))
    if (!item) return false
    const [, margin, sign, space, text] = item
    if (!text) {
      this.#replace(start, selectionStart, '')
      return true
    }
    const next = /^\d/.test(sign) ? String(Number.parseInt(sign, 10) + 1) + sign.slice(-1) : sign
    this.#replace(selectionStart, selectionStart, `\n${margin}${next}${space}`)
    return true
  }

  /** @param {number} start @param {number} end @param {string} text */
  #replace(start, end, text) {
    this.#area.focus()
    this.#area.setSelectionRange(start, end)
    // execCommand is old, and the one way that keeps the browser's undo history.
    const done = text ? document.execCommand('insertText', false, text) : document.execCommand('delete')
    if (!done) this.#area.setRangeText(text, start, end, 'end')
    this.#area.dispatchEvent(new Event('input', { bubbles: true }))
  }

  /** @param {number} start @param {number} end */
  #select(start, end) {
    this.#area.setSelectionRange(start, end)
  }
}
