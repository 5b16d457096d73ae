// To whom a conversation is passed on: a name is chosen and can be changed, a note is left, and only the button passes it on.

import { h } from '../../chat/dom.js'
import { later, open, sift } from './dialogs.js'

/** @import { Words } from '../../chat/wire' */
/** @typedef {{label: string, hint: string, state: string, value: object, off?: boolean}} Target  off: is not there to take it */
/** @typedef {{to: object, label: string, note: string}} Passed */

/**
 * @param {{items: Target[], keep: (passed: Passed) => boolean}} list  keep: takes it; while it can't, what was written stays
 * @param {Words} words @returns {Promise<Passed | null>}
 */
export function pass({ items, keep }, words) {
  const title = words('transfer_to')
  const input = h('input', { type: 'text', role: 'combobox', autocomplete: 'off', placeholder: words('transfer_find'), 'aria-label': words('transfer_find'), 'aria-expanded': 'true', 'aria-controls': 'targets', 'aria-autocomplete': 'list' })
  const list = h('ul.picks.targets', { role: 'listbox', id: 'targets', 'aria-label': title }), none = h('p.none', { hidden: true, role: 'status' }, words('nothing_found'))
  const note = h('textarea', { rows: 3, 'aria-label': words('transfer_note'), placeholder: words('transfer_note'), dir: 'auto' }), wrong = h('p.wrong', { role: 'alert' })
  const go = h('button.solid', { type: 'submit' }), dialog = open('passing', title, h('form', { method: 'dialog' }, h('h2', {}, title), input, list, none, note, wrong,
    h('div.do', {}, go, h('button.quiet', { type: 'button', onclick: () => dialog.close() }, words('cancel')))))
  /** @type {Target | undefined} */ let chosen
  /** @type {Target[]} */ let shown = []
  const choose = (/** @type {Target | undefined} */ target) => {
    chosen = target?.off ? undefined : target
    ;[...list.children].forEach((node, n) => node.setAttribute('aria-selected', String(shown[n] === chosen)))
    const at = chosen ? shown.indexOf(chosen) : -1
    input.setAttribute('aria-activedescendant', at < 0 ? '' : `target-${at}`)
    list.children[at]?.scrollIntoView({ block: 'nearest' })
    go.disabled = !chosen
    go.textContent = chosen ? words('transfer_do', { name: chosen.label }) : words('transfer')
  }
  const draw = () => {
    shown = sift(items, input.value)
    list.replaceChildren(...shown.map((target, n) => h('li', { role: 'option', id: `target-${n}`, ...(target.off && { 'aria-disabled': 'true' }), onclick: () => { choose(target); note.focus() } },
      h(`i.is-${target.state}`, { 'aria-hidden': 'true' }), h('span.label', {}, target.label), h('span.hint', {}, target.hint))))
    list.hidden = !shown.length
    none.hidden = shown.length > 0
    choose(shown.includes(/** @type {Target} */ (chosen)) ? chosen : input.value.trim() ? shown.find(({ off }) => !off) : undefined)
  }
  const { promise, resolve } = /** @type {{promise: Promise<Passed | null>, resolve: (passed: Passed | null) => void}} */ (later())
  input.addEventListener('input', draw)
  dialog.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], may = shown.filter(({ off }) => !off)
    if (event.isComposing) return
    if (step && event.target === input && may.length) choose(may[(may.indexOf(/** @type {Target} */ (chosen)) + step + may.length) % may.length] ?? may[0])
    else if (event.key === 'Enter' && event.target === input) {
      if (!chosen) choose(may[0])
      note.focus()
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) dialog.querySelector('form').requestSubmit()
    else return
    event.preventDefault()
  })
  dialog.querySelector('form').addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    const passed = chosen && { to: chosen.value, label: chosen.label, note: note.value.trim() }
    if (passed && keep(passed)) return resolve(passed)
    event.preventDefault()
    if (passed) wrong.textContent = words('not_sent')
  })
  dialog.addEventListener('close', () => resolve(null))
  draw()
  input.focus()
  return promise
}
