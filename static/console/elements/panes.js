// Which columns are seen where there is no room for three, and in which colour.

import { accents } from '../../chat/contrast.js'

/** @typedef {'inbox' | 'conversation' | 'customer'} Pane */
/** @import { Shelf } from '../../chat/wire' */

const WIDE = matchMedia('(min-width: 1200px)')
const ONE = matchMedia('(max-width: 760px)')

export class Panes {
  #node
  #kept

  /** @param {HTMLElement} node @param {Shelf} kept */
  constructor(node, kept) {
    this.#node = node
    this.#kept = kept
    node.dataset.aside = kept.get('aside', '') === 'closed' ? 'closed' : 'open'
    this.show('inbox')
  }

  get shown() {
    return this.#node.dataset.pane
  }

  /** Whether the conversation is to be seen. */
  get reading() {
    return !ONE.matches || this.shown === 'conversation'
  }

  /** @param {Pane} pane */
  show(pane) {
    this.#node.dataset.pane = pane
  }

  /** The customer's column: beside the conversation where there is room, else over it. @param {boolean} [on] */
  aside(on) {
    const open = on ?? (WIDE.matches ? this.#node.dataset.aside !== 'open' : this.shown !== 'customer')
    if (WIDE.matches) this.#kept.set('aside', (this.#node.dataset.aside = open ? 'open' : 'closed'))
    else this.show(open ? 'customer' : 'conversation')
  }
}

/** The tenant's colour, made readable. @param {string} [accent] */
export function wear(accent) {
  const { light, dark, onLight, onDark } = accents(accent)
  for (const [property, value] of [['--accent-light', light], ['--accent-dark', dark], ['--on-light', onLight], ['--on-dark', onDark]])
    document.documentElement.style.setProperty(property, value)
}
