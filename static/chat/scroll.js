// Where the reader is: new words never move what is being read, and an answer is followed no further than its beginning.

const NEAR = 48

export class Scroll {
  #box
  #following = true
  /** Where we put it, to tell the reader's scrolling from ours. */ #put = 0
  /** Where the reader was last. */ #at = 0
  /** The first message that came while the reader watched. @type {HTMLElement | null} */ #anchor = null

  /** @param {HTMLElement} box @param {() => void} moved */
  constructor(box, moved) {
    this.#box = box
    box.addEventListener('scroll', () => {
      this.#at = box.scrollTop
      if (Math.abs(box.scrollTop - this.#put) > 2) {
        this.#following = this.atEnd
        if (this.atEnd) this.#anchor = null
      }
      moved()
    }, { passive: true })
  }

  /** The reader sees the last message. */
  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#box
    return scrollHeight - scrollTop - clientHeight < NEAR
  }

  /** The box was taken out of the page and put back, which moves it to its beginning. */
  back() {
    this.#box.scrollTop = this.#put = this.#at
  }

  /** The reader wants to be at the end. */
  follow() {
    this.#following = true
    this.#anchor = null
  }

  /** @param {boolean} [gently] */
  toEnd(gently) {
    this.follow()
    const calm = !gently || matchMedia('(prefers-reduced-motion: reduce)').matches
    this.#box.scrollTo({ top: this.#box.scrollHeight, behavior: calm ? 'instant' : 'smooth' })
    this.#put = this.#box.scrollTop
  }

  /** Something came. @param {HTMLElement} node @returns {boolean} whether the reader is there to see it */
  came(node) {
    this.#anchor ??= node
    return this.#following
  }

  /** After new content: stay with the reader. */
  settle() {
    const { scrollHeight, clientHeight, scrollTop } = this.#box
    if (!this.#following || !clientHeight) return
    const limit = this.#anchor ? this.#anchor.offsetTop - 12 : Infinity
    this.#box.scrollTop = this.#put = Math.max(scrollTop, Math.min(scrollHeight - clientHeight, limit))
  }
}
