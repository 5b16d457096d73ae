// What was wrong with an answer, asked under its thumbs, and the way to a person. Fetched with the first thumb down.

import { h } from './dom.js'

/** @import { Context } from './wire' */

const REASONS = ['wrong', 'missed', 'long', 'outdated']

/** @param {HTMLElement} node @param {number} seq @param {Context} context */
export function ask(node, seq, { words, emit }) {
  let reason = ''
  const chips = REASONS.map((each) => h('button', {
    type: 'button', 'aria-pressed': 'false', onclick: () => {
      reason = reason === each ? '' : each
      chips.forEach((chip, n) => chip.setAttribute('aria-pressed', String(reason === REASONS[n])))
      ready()
    },
  }, words(`why_${each}`)))
  const comment = h('textarea', { rows: 2, maxLength: 2000, 'aria-label': words('why_words'), placeholder: words('why_words'), oninput: () => ready() })
  const send = h('button.go', { type: 'submit', disabled: true }, words('send'))
  const person = () => h('button.link', { type: 'button', onclick: () => (node.replaceChildren(), emit('chat-person', {})) }, words('person'))
  const ready = () => (send.disabled = !reason && !comment.value.trim())
  node.replaceChildren(h('form', {
    'aria-label': words('why'), onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault()
      if (send.disabled) return
      emit('chat-rate', { seq, score: -1, reason: reason || undefined, comment: comment.value.trim() || undefined })
      const done = h('p.done', { role: 'status', tabIndex: -1 }, words('why_thanks'), ' ', person())
      node.replaceChildren(done)
      done.focus()
    },
  }, h('p', {}, words('why')), h('div.chips', { role: 'group', 'aria-label': words('why') }, ...chips), comment, h('div.ways', {}, send, person())))
  chips[0].focus({ preventScroll: true })
}
