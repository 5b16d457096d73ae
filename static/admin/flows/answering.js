// The form by which whoever tries a flow has a system answer its call: a field a slot, or no answer at all.

import { h } from '../../chat/dom.js'

/** @typedef {{ name: string, label: string, choices: string[], value: string }} Wanted */
/** @typedef {{ name: string, request: string, sent: string, slots: Wanted[] }} Calls */

export const FAILS = 'fails', TIMES_OUT = 'times out'

/** @param {Calls} calls @param {DOMStringMap} words @param {(line: string) => void} answer */
export function answering({ name, request, sent, slots }, words, answer) {
  const fields = slots.map(({ name: slot, label, choices, value }) => {
    const options = ['', ...choices].map((each) => h('option', { value: each, selected: each === value }, each))
    const field = choices.length ? h('select', {}, ...options) : h('input', { type: 'text', autocomplete: 'off', value })
    field.setAttribute('aria-label', label)
    field.addEventListener('input', (/** @type {Event} */ event) => event.stopPropagation()) // no change of the flow
    return { slot, label, field }
  })
  const values = () => Object.fromEntries(fields.map(({ slot, field }) => [slot, field.value.trim() || null]))
  const send = () => answer(JSON.stringify(values()))
  const button = (/** @type {string} */ text, /** @type {() => void} */ does) => h('button.yingda-button.small', { type: 'button', onclick: does }, text)
  const form = h('div.calls', { role: 'group', 'aria-label': (words.calls ?? '').replace('{name}', () => name) },
    h('p', {}, (words.calls ?? '').replace('{name}', () => name)),
    h('code', {}, [request, sent].filter(Boolean).join('\n')),
    ...fields.map(({ label, field }) => h('label', {}, h('span', {}, label), field)),
    h('div.choices', {}, button(words.answers ?? '', send), button(words.fails ?? '', () => answer(FAILS)), button(words.timesOut ?? '', () => answer(TIMES_OUT))),
  )
  form.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' || event.isComposing || event.target instanceof HTMLButtonElement) return
    event.preventDefault() // the form around it is the flow's own
    send()
  })
  return form
}

/** What a system was made to answer, as one reads it. @param {string} said @param {DOMStringMap} words */
export function answered(said, { fails = '', timesOut = '' }) {
  if (said === FAILS) return fails
  if (said === TIMES_OUT || !said) return timesOut
  try {
    const given = Object.entries(JSON.parse(said)).filter(([, value]) => value !== null)
    return given.map(([slot, value]) => `${slot}: ${value}`).join('\n') || '{}'
  } catch {
    return said
  }
}
