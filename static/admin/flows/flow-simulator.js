// <flow-simulator>: chats against the draft. What was said is played anew after each line by a worker of the server, against the text as
// it stands then. Tells `flow-played` ({ path, state }) so that the drawing can show the way.

import { h } from '../../chat/dom.js'
import { answered, answering } from './answering.js'
import { ask } from './asking.js'

/** @typedef {{ question: string, choices: string[] }} Asks */
/** @typedef {{ said: string, reply: string[], buttons: string[], state: string, path: string[], slots: [string, string][], ended: string, notes: string[], asks: Asks | null, calls: import('./answering.js').Calls | null }} Line */

class FlowSimulator extends HTMLElement {
  /** @type {string[]} */ #lines = []
  #number = 0
  /** Whoever tries the flow answers for a colleague or a system. @type {Line | undefined} */ #last
  /** The text to play, and the form's token. @type {() => { text: string, token: string }} */ source = () => ({ text: '', token: '' })
  #log = h('div.chat', { role: 'log' })
  #slots = h('dl.slots')
  #input = h('input', { type: 'text', autocomplete: 'off' })
  #send = h('button.yingda-button', { type: 'button', onclick: () => this.#say(this.#input.value) })
  #again = h('button.yingda-button', { type: 'button', onclick: () => this.#restart() })

  connectedCallback() {
    if (this.contains(this.#log)) return
    const { say = '', send = '', again = '', log = '' } = this.dataset
    this.#input.placeholder = say
    this.#input.setAttribute('aria-label', say)
    this.#log.setAttribute('aria-label', log)
    this.#send.append(send)
    this.#again.append(again)
    this.#input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Enter' || event.isComposing) return
      event.preventDefault() // the form around it is the flow's own
      this.#say(this.#input.value)
    })
    this.#input.addEventListener('input', (/** @type {Event} */ event) => event.stopPropagation()) // no change of the flow
    this.append(this.#log, this.#slots, h('div.speak', {}, this.#input, this.#send, this.#again))
    this.#restart()
  }

  #restart() {
    this.#lines = []
    this.#number++
    this.#show([])
    this.#log.append(h('p.note', {}, this.dataset.begin ?? ''))
  }

  /** @param {string} words */
  #say(words) {
    if (!words.trim() && !this.#last?.asks) return
    this.#input.value = ''
    this.#lines.push(words.trim())
    this.#log.append(this.#spoken(words.trim(), this.#last), h('p.note', {}, '…'))
    this.#log.scrollTop = this.#log.scrollHeight
    void this.#play(++this.#number)
  }

  /** @param {number} number the last one's answer counts */
  async #play(number) {
    const { text, token } = this.source()
    const about = { flow: this.dataset.flow ?? '', text, lines: JSON.stringify(this.#lines) }
    let found
    try {
      found = await ask(this.dataset.try ?? '', about, token, () => number === this.#number)
    } catch {
      found = { problem: this.dataset.unreached ?? '' }
    }
    if (number !== this.#number) return
    if (found.lines) return this.#show(found.lines)
    this.#log.lastElementChild?.remove()
    this.#log.append(h('p.note', {}, found.problem))
    this.#lines.pop()
  }

  /** @param {Line[]} lines */
  #show(lines) {
    const last = lines.at(-1), { say = '', answer = '' } = this.dataset
    this.#last = last
    this.#input.placeholder = last?.asks ? answer : say
    this.#input.setAttribute('aria-label', this.#input.placeholder)
    this.#input.disabled = this.#send.disabled = !!last?.calls
    this.#log.replaceChildren(...lines.flatMap((line, number) => this.#told(line, line === last, lines[number - 1])))
    this.#slots.replaceChildren(...(last?.slots ?? []).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]))
    this.#log.scrollTop = this.#log.scrollHeight
    const detail = { path: lines.flatMap(({ path }) => path), state: last?.ended ? '' : (last?.state ?? '') }
    this.dispatchEvent(new CustomEvent('flow-played', { detail, bubbles: true }))
  }

  /** What was said, by the customer or by whom the line before it asked. @param {string} said @param {Line} [before] */
  #spoken(said, before) {
    if (before?.calls) return h('p.system', {}, answered(said, this.dataset))
    return h(before?.asks ? 'p.colleague' : 'p.customer', {}, said || (this.dataset.nobody ?? ''))
  }

  /** @param {Line} line @param {boolean} last @param {Line} [before] */
  #told({ said, reply, buttons, path, ended, notes, asks, calls }, last, before) {
    const button = (/** @type {string} */ text, words = text) => h('button.yingda-button.small', { type: 'button', onclick: () => this.#say(words) }, text)
    const offered = asks ? [...asks.choices.map((text) => button(text)), button(this.dataset.nobody ?? '', '')] : buttons.map((text) => button(text))
    const choices = last && offered.length && !ended && h('div.choices', {}, ...offered)
    const end = ended && (this.dataset[ended.replace(/_./, (part) => part[1].toUpperCase())] ?? ended)
    return [
      this.#spoken(said, before),
      ...reply.map((text) => h('p.bot', {}, text)),
      path.length && h('p.note', {}, path.join(' → ')),
      ...notes.map((text) => h('p.note.wrong', {}, text)),
      end && h('p.note', {}, end),
      asks && h('p.note.asks', {}, (this.dataset.asks ?? '').replace('{question}', () => asks.question)),
      calls && !last && h('p.note.asks', {}, (this.dataset.calls ?? '').replace('{name}', () => calls.name)),
      calls && last && answering(calls, this.dataset, (line) => this.#say(line)),
      choices,
    ].filter(Boolean)
  }
}

customElements.define('flow-simulator', FlowSimulator)
export { FlowSimulator }
