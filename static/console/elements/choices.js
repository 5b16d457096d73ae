// What the list over the reply offers while one writes: canned answers after "/", colleagues after "@".

import { h } from '../../chat/dom.js'
import { complete, maker } from '../model/canned.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Choice, Wanted } from '../model/canned.js' */

export class Choices {
  empty = h('p.no-choice', { hidden: true, role: 'status' })
  node = h('ul.choices', { role: 'listbox', id: 'choices', hidden: true })
  /** @type {Choice[]} */ #offered = []
  #at = 0
  /** @type {Wanted | null} */ #wanted = null

  /** @param {() => HTMLTextAreaElement} field @param {(text: string, caret: number, macro?: number) => void} taken */
  constructor(field, taken) {
    this.field = field
    this.taken = taken
  }

  /** @param {Choice[]} choices @param {Wanted | null} wanted @param {Words | null} [words] to say that there is no such reply */
  offer(choices, wanted, words = null) {
    this.#none(!choices.length && wanted?.kind === 'canned' ? wanted : null, words)
    this.#offered = choices
    this.#wanted = wanted
    this.#at = 0
    this.node.hidden = !choices.length
    const field = this.field()
    if (choices.length) Object.entries({ 'aria-controls': 'choices', 'aria-autocomplete': 'list' }).forEach(([name, value]) => field.setAttribute(name, value))
    else for (const name of ['aria-controls', 'aria-autocomplete', 'aria-activedescendant']) field?.removeAttribute(name)
    this.node.setAttribute('aria-label', choices.map(({ label }) => label).join(', '))
    this.node.replaceChildren(...choices.map(({ label, hint, text }, n) => h('li', {
      role: 'option', id: `choice-${n}`, title: text, onmousedown: (/** @type {Event} */ event) => event.preventDefault(), onclick: () => this.#take(n),
    }, h('strong', {}, label), h('span', {}, hint))))
    this.#mark()
  }

  /** @param {Wanted | null} wanted @param {Words | null} words */
  #none(wanted, words) {
    this.empty.hidden = !wanted || !words
    if (!wanted || !words) return
    const { query } = wanted
    this.empty.replaceChildren(words(query ? 'no_such_reply' : 'no_canned', { name: query }), ' ', h('a', { href: maker('cannedreply', query), target: '_blank', rel: 'noopener' }, words('make_canned')))
  }

  close() {
    this.offer([], null)
  }

  /** The list takes arrows, Enter, Tab and Escape while it is open. @param {KeyboardEvent} event @returns {boolean} whether it did */
  key(event) {
    const { key } = event
    if (!this.#offered.length || event.shiftKey || !['ArrowDown', 'ArrowUp', 'Enter', 'Tab', 'Escape'].includes(key)) return false
    event.preventDefault()
    event.stopPropagation()
    if (key === 'Escape') this.close()
    else if (key === 'Enter' || key === 'Tab') this.#take(this.#at)
    else {
      this.#at = (this.#at + (key === 'ArrowDown' ? 1 : -1) + this.#offered.length) % this.#offered.length
      this.#mark()
    }
    return true
  }

  #mark() {
    ;[...this.node.children].forEach((node, n) => node.setAttribute('aria-selected', String(n === this.#at)))
    if (!this.#offered.length) return
    this.field().setAttribute('aria-activedescendant', `choice-${this.#at}`)
    this.node.children[this.#at]?.scrollIntoView({ block: 'nearest' })
  }

  /** @param {number} n */
  #take(n) {
    if (!this.#wanted) return
    const { macro, text: chosen } = this.#offered[n], field = this.field()
    const { text, caret } = complete(field.value, field.selectionStart, this.#wanted, chosen)
    this.taken(text, caret, macro)
  }
}
