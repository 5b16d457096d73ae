// <flow-dialogues>: the example dialogues of the text, each with what came of it. A worker plays them; the server's check then tells
// the outcome, because it knows the text that they were played on. Tells `flow-proved` when there is something new to ask for.

import { h } from '../../chat/dom.js'
import { ask } from './asking.js'

/** @import { Dialogue } from './types' */

class FlowDialogues extends HTMLElement {
  #number = 0
  #begun = false
  #playing = false
  #problem = ''
  /** @type {Dialogue[]} */ #dialogues = []
  /** The text to play, and the form's token. @type {() => { text: string, token: string }} */ source = () => ({ text: '', token: '' })
  #count = h('p.count', { role: 'status' })
  #button = h('button.yingda-button.small', { type: 'button', onclick: () => this.#play() })
  #list = h('ul')

  connectedCallback() {
    if (this.contains(this.#list)) return
    this.#button.append(this.dataset.play ?? '')
    this.append(h('header', {}, h('h2', {}, this.dataset.title ?? ''), this.#count, this.#button), this.#list)
  }

  /** @param {Dialogue[] | null} dialogues null while the text can't be played @param {(line: number) => void} go */
  show(dialogues, go) {
    this.hidden = !dialogues
    this.#dialogues = dialogues ?? []
    this.#tell()
    this.#list.replaceChildren(...this.#dialogues.map((dialogue) => this.#row(dialogue, go)))
    if (!this.#begun && dialogues) {
      this.#begun = true // what was saved is played as soon as it is seen
      if (this.#dialogues.some(({ state }) => state === 'open')) void this.#play()
    }
  }

  #tell() {
    const { none = '', open = '', some = '', playing = '' } = this.dataset
    const passed = this.#dialogues.filter(({ state }) => state === 'passed').length
    const unplayed = this.#dialogues.some(({ state }) => state === 'open')
    const counted = some.replace('{n}', String(passed)).replace('{all}', String(this.#dialogues.length))
    const told = this.#problem || (this.#playing ? playing : !this.#dialogues.length ? none : unplayed ? open : counted)
    if (this.#count.textContent !== told) this.#count.replaceChildren(told)
    this.#button.hidden = !unplayed
    this.#button.toggleAttribute('disabled', this.#playing)
  }

  /** @param {Dialogue} dialogue @param {(line: number) => void} go */
  #row({ name, state, turn, said, problem }, go) {
    const { passed = '', failed = '', open = '', line = '{n}: {said}' } = this.dataset
    const word = { passed, failed, open: this.dataset.waiting ?? open }[state]
    const tag = h(`span.yingda-tag.${{ passed: 'good', failed: 'bad', open: 'waiting' }[state]}`, {}, word)
    const place = h('button.place', { type: 'button', onclick: () => go(problem.line) }, name)
    const where = turn > 0 && h('span.where', {}, line.replace('{n}', String(turn)).replace('{said}', said))
    return h('li', {}, tag, h('div', {}, place, where, turn > 0 && h('p', {}, problem.sentence)))
  }

  async #play() {
    const number = ++this.#number
    const { text, token } = this.source()
    this.#playing = true
    this.#problem = ''
    this.#tell()
    let found
    try {
      found = await ask(this.dataset.ask ?? '', { flow: this.dataset.flow ?? '', text }, token, () => number === this.#number)
    } catch {
      found = { problem: this.dataset.unreached ?? '' }
    }
    if (number !== this.#number) return
    this.#playing = false
    this.#problem = found.problem ?? ''
    this.#tell()
    if (!this.#problem) this.dispatchEvent(new CustomEvent('flow-proved', { bubbles: true }))
  }
}

customElements.define('flow-dialogues', FlowDialogues)
export { FlowDialogues }
