// <flow-editor>: the text of a flow, its problems and its drawing, kept together. The text area stays the form's field: without
// this module it is all there is, and saving works the same.

import { h } from '../../chat/dom.js'
import { Checking } from './checking.js'
import { Code } from './code.js'
import './flow-dialogues.js'
import './flow-simulator.js'
import { figured } from './figures.js'
import './graph.js'
import { marks, mended } from './marks.js'
import { stateAt } from './walk.js'

/** @import { Checked, Figures, Graph, Language, Names, Problem } from './types' */

class FlowEditor extends HTMLElement {
  /** @type {Code | undefined} */ #code
  /** @type {Checking | undefined} */ #checking
  /** @type {Graph} */ #graph = { states: [], edges: [] }
  /** @type {Names} */ #names = { states: [], slots: [], intents: [] }
  /** @type {Problem[]} */ #problems = []
  /** @type {Record<string, Figures>} */ #figures = {}
  #line = 1

  connectedCallback() {
    const area = this.querySelector('textarea')
    const place = /** @type {HTMLElement | null} */ (this.querySelector('.code'))
    if (!area || !place || this.#code) return
    const { language, phrases } = JSON.parse(this.querySelector('script')?.textContent ?? '{}')
    const token = /** @type {HTMLInputElement | null} */ (area.form?.querySelector('[name=csrfmiddlewaretoken]'))?.value ?? ''
    this.#checking = new Checking(this.dataset.check ?? '', { flow: this.dataset.flow ?? '' }, token, (checked, text) => this.#told(checked, text))
    this.#code = new Code(place, this.#wanted(area, language, phrases))
    area.hidden = true
    this.classList.add('alive')
    this.#tries(token)
    this.#proves(token)
    this.addEventListener('flow-state', (event) => this.#come(/** @type {CustomEvent} */ (event).detail))
    this.#checking.now(area.value)
    void this.#counts()
  }

  /** @param {HTMLTextAreaElement} area @param {Language} language @param {Record<string, string>} phrases */
  #wanted(area, language, phrases) {
    return {
      text: area.value,
      label: area.labels[0]?.textContent?.trim() ?? '',
      language,
      phrases,
      add: this.dataset.add ?? '',
      names: () => this.#names,
      changed: (/** @type {string} */ text) => {
        area.value = text
        area.dispatchEvent(new Event('input', { bubbles: true }))
        this.#checking?.later(text)
      },
      moved: (/** @type {number} */ line) => this.#light(line),
      mend: (/** @type {Problem} */ problem) => this.#mend(problem),
    }
  }

  /** The chat that tries the text, below the drawing. @param {string} token */
  #tries(token) {
    const simulator = /** @type {import('./flow-simulator.js').FlowSimulator | null} */ (this.querySelector('flow-simulator'))
    const button = this.querySelector('button.try')
    if (!simulator || !button) return
    simulator.source = () => ({ text: this.#code?.view.state.doc.toString() ?? '', token })
    button.addEventListener('click', () => {
      simulator.hidden = !simulator.hidden
      button.setAttribute('aria-expanded', String(!simulator.hidden))
      if (simulator.hidden) this.#drawing?.trace([], '')
      else simulator.querySelector('input')?.focus()
    })
    this.addEventListener('flow-played', (event) => {
      const { path, state } = /** @type {CustomEvent} */ (event).detail
      this.#drawing?.trace(path, state)
    })
  }

  /** The dialogues that are stored with the text. @param {string} token */
  #proves(token) {
    const text = () => this.#code?.view.state.doc.toString() ?? ''
    if (this.#dialogues) this.#dialogues.source = () => ({ text: text(), token })
    this.addEventListener('flow-proved', () => this.#checking?.now(text()))
  }

  /** How many customers came through its states; without them the drawing is the same. */
  async #counts() {
    const { visits = '', flow = '' } = this.dataset
    const answer = flow && (await fetch(`${visits}?flow=${flow}`).catch(() => null))
    if (!answer || !answer.ok) return
    this.#figures = (await answer.json()).states
    this.#draw()
  }

  #draw() {
    if (this.#graph.states.length) this.#drawing?.show(figured(this.#graph, this.#figures, this.dataset), this.#problems)
  }

  get #dialogues() {
    return /** @type {import('./flow-dialogues.js').FlowDialogues | null} */ (this.querySelector('flow-dialogues'))
  }

  get #drawing() {
    return /** @type {import('./graph.js').FlowGraph | null} */ (this.querySelector('flow-graph'))
  }

  /** @param {Checked | null} checked @param {string} text the text that it is about */
  #told(checked, text) {
    const state = this.querySelector('.state')
    if (!checked) return state?.replaceChildren(this.dataset.unchecked ?? '')
    if (text !== this.#code?.view.state.doc.toString()) return
    this.#graph = checked.graph ?? this.#graph
    this.#names = checked.names ?? this.#names
    const failed = (checked.dialogues ?? []).filter(({ state }) => state === 'failed').map(({ problem }) => problem)
    this.#code.show(marks(text, [...checked.problems, ...failed]))
    this.#dialogues?.show(checked.dialogues, (line) => this.#code?.go(line, true))
    this.#problems = checked.graph ? checked.problems : []
    this.#draw()
    this.#light(this.#line)
    this.#list(checked.problems, failed.length)
  }

  /** @param {Problem[]} problems @param {number} failed dialogues, which are told in a list of their own */
  #list(problems, failed) {
    const count = problems.length + failed
    const { fine = '', some = '', at = '{line}', add = '' } = this.dataset
    this.querySelector('.state')?.replaceChildren(count ? some.replace('{n}', String(count)) : fine)
    this.querySelector('.state')?.classList.toggle('fine', !count)
    const rows = problems.map((problem) => {
      const { line, column, severity, sentence, fix } = problem
      const place = at.replace('{line}', String(line)).replace('{column}', String(column))
      const go = h('button.place', { type: 'button', onclick: () => this.#code?.go(line, true) }, place)
      const mend = fix && h('button.yingda-button.small', { type: 'button', onclick: () => this.#mend(problem) }, add)
      return h(`li.${severity}`, {}, go, h('span', {}, sentence), mend)
    })
    this.querySelector('.problems')?.replaceChildren(...rows)
  }

  /** @param {number} line */
  #light(line) {
    this.#line = line
    this.#drawing?.light(stateAt(this.#graph.states, line))
  }

  /** @param {{ name: string, open: boolean }} wish */
  #come({ name, open }) {
    const state = this.#graph.states.find((each) => each.name === name)
    if (state) this.#code?.go(state.line, open)
  }

  /** @param {Problem} problem */
  #mend(problem) {
    const text = this.#code?.view.state.doc.toString() ?? ''
    this.#code?.replace(mended(text, problem))
  }
}

customElements.define('flow-editor', FlowEditor)
