// The bar over the rows while some are chosen: how many, and what may be done with all of them.

import { h } from '../../chat/dom.js'
import { Once } from './parts.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */

const VERBS = ['resolve', 'tag', 'team', 'snooze', 'block']

export class Marks {
  #count = h('p', { role: 'status' })
  #verbs = h('div.do')
  #none = h('button.link', { type: 'button', onclick: () => this.#act('unmark') })
  node = h('div.marked-bar', { hidden: true }, h('div.top', {}, this.#count, this.#none), this.#verbs)
  #once = new Once()
  #act

  /** @param {(command: string, detail?: unknown) => void} act */
  constructor(act) {
    this.#act = act
  }

  /** @param {Desk} desk @param {Words} words */
  show({ marked, teams }, words) {
    this.#once.draw('bar', [marked.size, teams.length, words.locale], () => {
      this.node.hidden = !marked.size
      this.#count.textContent = marked.size ? words('marked', { n: marked.size }) : ''
      this.#none.textContent = words('unmark')
      if (this.#verbs.contains(document.activeElement) && marked.size) return
      this.#verbs.replaceChildren(...VERBS.filter((verb) => verb !== 'team' || teams.length).map((verb) => h('button.quiet', { type: 'button', onclick: () => this.#act('bulk', verb) }, words(`bulk_${verb}`))))
    })
  }
}
