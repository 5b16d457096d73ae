// What flows ask this agent: a short list above the inbox's rows, and the card above the conversation that is asked about.

import { h } from '../../chat/dom.js'
import { choices, left } from '../model/decisions.js'
import { duration } from '../model/time.js'
import { Once, say, sign } from './parts.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */
/** @import { Asked } from '../wire' */

/** What is left of the time, in words and by its colour. */
class Clock {
  node = h('span.left')
  #shown = ''

  /** @param {Asked} asked @param {Words} words */
  tick(asked, words) {
    const { seconds, level } = left(asked, Date.now()), text = words('time_left', { time: duration(seconds, words) })
    if (this.#shown === level + text) return
    this.#shown = level + text
    this.node.className = `left ${level}`
    this.node.replaceChildren(sign(level === 'late' ? 'late' : 'clock'), text)
  }
}

export class DecisionList {
  #once = new Once()
  #title = h('h2')
  #list = h('ol', { role: 'list' })
  node = h('section.decisions', { hidden: true }, this.#title, this.#list)
  /** @type {[Asked, Clock][]} */ #clocks = []

  /** @param {Desk} desk @param {Words} words */
  show({ decisions: { open }, selected }, words) {
    this.#once.draw('list', [open, selected, words.locale], () => {
      const held = this.#list.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.id : ''
      this.node.hidden = !open.length
      this.node.setAttribute('aria-label', words('decisions'))
      this.#title.replaceChildren(words('decisions'), ' ', h('span.count', {}, String(open.length)))
      this.#clocks = open.map((asked) => [asked, new Clock()])
      this.#list.replaceChildren(...this.#clocks.map(([asked, clock]) => h('li', {}, item(asked, clock, selected, words))))
      if (held) this.#list.querySelector(`[data-id="${held}"]`)?.focus()
    })
    this.tick(words)
  }

  /** @param {Words} words */
  tick(words) {
    for (const [asked, clock] of this.#clocks) clock.tick(asked, words)
  }
}

/** @param {Asked} asked @param {Clock} clock @param {string} selected @param {Words} words */
function item({ decision, conversation, visitor, question }, clock, selected, words) {
  return h('button', { type: 'button', 'data-id': decision, ...(conversation === selected && { 'aria-current': 'true' }), onclick: (/** @type {Event} */ event) => say(/** @type {HTMLElement} */ (event.currentTarget), 'decision', decision) },
    h('span.first', {}, h('span.who', {}, visitor || words('visitor')), clock.node), h('span.words', { dir: 'auto' }, question))
}

export class DecisionCard {
  #once = new Once()
  #clock = new Clock()
  node = h('section.decision', { hidden: true })

  /** @param {Desk} desk @param {Words} words */
  show(desk, words) {
    const { decisions, selected, current, asked } = desk, one = decisions.of(selected), sending = asked.waits('decide', selected)
    this.#once.draw('card', [one, current?.revealed, sending, words.locale], () => this.#draw(one, current?.revealed ?? {}, sending, desk, words))
    if (one) this.#clock.tick(one, words)
    if (!one || decisions.reach !== one.decision) return
    decisions.reach = ''
    this.node.querySelector('.answer :is(button, input)')?.focus()
  }

  /** @param {Words} words @param {Asked | undefined} asked */
  tick(asked, words) {
    if (asked) this.#clock.tick(asked, words)
  }

  /** What had the keyboard keeps it; when the card goes, the next question or the list has it. @param {Asked | undefined} asked @param {Record<string, string>} revealed @param {boolean} sending @param {Desk} desk @param {Words} words */
  #draw(asked, revealed, sending, desk, words) {
    const held = this.node.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.key ?? 'gone' : ''
    this.node.hidden = !asked
    if (!asked) {
      this.node.replaceChildren()
      if (held) /** @type {HTMLElement | null} */ (document.querySelector('.decisions button, desk-inbox [aria-current]'))?.focus()
      return
    }
    const id = `decision-${asked.decision}`
    this.node.setAttribute('aria-labelledby', id)
    this.node.setAttribute('aria-busy', String(sending))
    this.node.replaceChildren(
      h('p.from', {}, sign('bot'), h('span', { dir: 'auto' }, words('asks_you', { flow: asked.flow })), asked.team ? h('span.team', {}, asked.team) : null, this.#clock.node),
      h('h2', { id, dir: 'auto' }, asked.question),
      ...(asked.fields.length ? [h('dl', {}, ...asked.fields.flatMap((field) => this.#field(field, revealed[field.name], words)))] : []),
      this.#answer(asked, sending, desk, words),
      h('p.none', {}, words('decide_what')))
    if (held) this.node.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus()
  }

  /** @param {Asked['fields'][number]} field @param {string | undefined} revealed @param {Words} words */
  #field({ name, label, shown, sensitive }, revealed, words) {
    const key = `reveal:${name}`, text = words('reveal_slot', { name: label })
    return [h('dt', { dir: 'auto' }, label), h('dd', { dir: 'auto' }, revealed ?? shown, ' ',
      sensitive && revealed === undefined ? h('button.reveal', { type: 'button', 'aria-label': text, title: text, 'data-key': key, onclick: () => say(this.node, 'reveal', name) }, words('reveal')) : null)]
  }

  /** Buttons for what is chosen from, else a field; and the way to the customer oneself. @param {Asked} asked @param {boolean} sending @param {Desk} desk @param {Words} words */
  #answer(asked, sending, { decisions: { drafts } }, words) {
    const { decision, conversation } = asked, give = (/** @type {string} */ answer) => say(this.node, 'decide', { decision, conversation, answer })
    const over = h('button.quiet.over', { type: 'button', 'data-key': 'over', onclick: () => say(this.node, 'claim') }, sign('claim'), words('claim'))
    const some = choices(asked, words)
    if (some.length) return h('div.answer', {}, ...some.map(({ value, label }) => h('button.choice', { type: 'button', disabled: sending, dir: 'auto', 'data-key': `choice:${value}`, onclick: () => give(value) }, label)), over)
    const field = h('input', { value: drafts.get(decision) ?? '', autocomplete: 'off', readOnly: sending, 'data-key': 'field', 'aria-label': asked.label || words('your_answer'), placeholder: asked.label || words('your_answer'), inputMode: ['number', 'money'].includes(asked.kind) ? 'decimal' : 'text', oninput: () => drafts.set(decision, field.value) })
    const form = h('form.answer', { onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault()
      if (field.value.trim()) give(field.value)
    } }, field, h('button.solid', { type: 'submit', disabled: sending, 'data-key': 'submit' }, words('answer_it')), over)
    return form
  }
}
