// An answer to one message: the words that are quoted, over the composer while one writes and in the bubble afterwards.

import { h, icon } from './dom.js'
import { bare } from './markdown.js'
import { line } from './words.js'

/** @import { MessageEntry, Words } from './wire' */
/** @import { ChatComposer } from './composer.js' */

const LONGEST = 140

/** @param {MessageEntry} entry @param {Words} words */
export function shortly(entry, words) {
  const said = line(entry, words), text = (entry.author.kind === 'bot' ? bare(said).replace(/\s*\[\d+\]/g, '') : said).replace(/\s+/g, ' ').trim(), cut = [...text]
  return cut.length > LONGEST ? `${cut.slice(0, LONGEST).join('')}…` : text
}

/** What a message answers, to stand above its words. @param {MessageEntry} entry @param {string} name @param {Words} words */
export function quoted(entry, name, words) {
  return h('blockquote.quoted', { dir: 'auto' }, h('strong', {}, name), h('span', {}, shortly(entry, words)))
}

/** Held over the composer until the message goes. */
export class Quote {
  #composer
  #node

  /** @param {ChatComposer} composer @param {MessageEntry} entry @param {string} name @param {Words} words */
  constructor(composer, entry, name, words) {
    composer.quote?.drop()
    this.seq = /** @type {number} */ (entry.seq)
    this.#composer = composer
    this.#node = h('div.quoting', {}, quoted(entry, name, words), h('button.tool', { type: 'button', 'aria-label': words('quote_drop'), title: words('quote_drop'), onclick: () => (this.drop(), composer.focus()) }, icon('close')))
    composer.prepend(this.#node)
    composer.quote = this
    composer.focus()
  }

  drop() {
    this.#node.remove()
    this.#composer.quote = undefined
  }
}
