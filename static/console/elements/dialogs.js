// What opens over the page: a list to pick from (palette, transfer, snooze, tags), a small form, the sheet of shortcuts.
// Native <dialog>: the browser keeps the keyboard inside and gives it back afterwards.

import { h } from '../../chat/dom.js'
import { MAC } from './parts.js'
import { KEYS, keyOf } from '../model/shortcuts.js'

/** @import { Words } from '../../chat/wire' */
/**
 * @typedef {{label: string, hint?: string, key?: string, value: unknown, checked?: boolean}} Item
 * @typedef {{title: string, items: Item[], otherwise?: {text: string, href: string, label: string}, create?: (text: string) => Item, many?: boolean, changed?: (value: unknown[]) => void, keep?: (picked: Picked) => boolean}} List
 * @typedef {{value: any}} Picked  `keep` takes it; while it can't, what was written stays where it is
 * @typedef {{name: string, label: string, value?: string, lines?: number, optional?: boolean, type?: string}} Field  type: of an input, where it is no text
 */

/** @param {Node[]} children @param {string} kind @param {string} label */
export function open(kind, label, ...children) {
  const dialog = h(`dialog.${kind}`, { 'aria-label': label }, ...children)
  dialog.addEventListener('click', (/** @type {MouseEvent} */ event) => event.target === dialog && dialog.close())
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}

/** Every word of the query somewhere in the label or the hint. @template {Item} T @param {T[]} items @param {string} query @returns {T[]} */
export function sift(items, query) {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const text = (/** @type {Item} */ { label, hint = '' }) => `${label} ${hint}`.toLocaleLowerCase()
  const kept = items.filter((item) => words.every((word) => text(item).includes(word)))
  return words.length ? kept.sort((a, b) => Number(text(b).startsWith(words[0])) - Number(text(a).startsWith(words[0]))) : kept
}

/** @param {List} list @param {Words} words @returns {Promise<Picked | null>} */
export function pick({ title, items, otherwise, create, many, changed = () => {}, keep = () => true }, words) {
  const { promise, resolve } = /** @type {{promise: Promise<Picked | null>, resolve: (picked: Picked | null) => void}} */ (later())
  const input = h('input', { type: 'text', role: 'combobox', autocomplete: 'off', placeholder: title, 'aria-label': title, 'aria-expanded': 'true', 'aria-controls': 'picks', 'aria-autocomplete': 'list' })
  const list = h('ul.picks', { role: 'listbox', id: 'picks', 'aria-label': title })
  const none = h('p.none', { hidden: true, role: 'status' }, ...(otherwise ? [items.length ? words('nothing_found') : otherwise.text, ' ', h('a', { href: otherwise.href, target: '_blank', rel: 'noopener' }, otherwise.label)] : [words('nothing_found')]))
  const wrong = h('p.wrong', { role: 'alert' })
  const chosen = new Set(items.filter(({ checked }) => checked).map(({ value }) => value))
  const own = [...items]
  /** @type {Item[]} */ let shown = []
  let at = 0
  const mark = () => {
    ;[...list.children].forEach((node, n) => node.setAttribute('aria-selected', String(n === at)))
    input.setAttribute('aria-activedescendant', shown.length ? `pick-${at}` : '')
    list.children[at]?.scrollIntoView({ block: 'nearest' })
  }
  const draw = () => {
    shown = sift(own, input.value)
    const made = create && input.value.trim() && !own.some(({ label }) => label === input.value.trim()) && create(input.value.trim())
    if (made) shown.push(made)
    at = Math.min(at, Math.max(0, shown.length - 1))
    list.replaceChildren(...shown.map(({ label, hint, key, value }, n) => h('li', { role: 'option', id: `pick-${n}`, onclick: () => take(n) },
      many ? h('span.tick', {}, chosen.has(value) ? '✓' : '') : null, h('span.label', {}, label, ...(many && chosen.has(value) ? [h('span.unseen', {}, words('chosen'))] : [])), hint ? h('span.hint', {}, hint) : null, key ? h('kbd', {}, key) : null)))
    none.hidden = shown.length > 0
    list.hidden = !shown.length
    mark()
  }
  const finish = () => {
    resolve(many ? { value: [...chosen] } : null)
    dialog.close()
  }
  const take = (/** @type {number} */ n) => {
    const item = shown[n]
    if (!item) return many ? finish() : undefined
    if (!many) {
      const picked = { value: item.value }
      if (!keep(picked)) return void (wrong.textContent = words('not_sent'))
      resolve(picked)
      return dialog.close()
    }
    if (!own.includes(item) && !own.some(({ value }) => value === item.value)) own.push(item)
    if (!chosen.delete(item.value)) chosen.add(item.value)
    changed([...chosen])
    input.value = ''
    draw()
    input.focus()
  }
  input.addEventListener('input', () => { at = 0; draw() })
  const done = many ? h('div.do', {}, h('button.solid', { type: 'button', onclick: finish }, words('done'))) : null
  const dialog = open('palette', title, ...[input, list, none, wrong, done].filter((part) => part !== null))
  dialog.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing || event.target === done?.firstChild) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && event.target === input) at = (at + step + shown.length) % Math.max(1, shown.length)
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && many) return finish()
    else if (event.key === 'Enter' && !event.shiftKey && event.target === input) take(at)
    else return
    event.preventDefault()
    mark()
  })
  dialog.addEventListener('close', () => resolve(null))
  draw()
  input.focus()
  return promise
}

/** @param {{title: string, hint?: string, fields: Field[], submit: string, check?: string, keep: (said: Record<string, string>) => boolean | string}} form  check: a box to tick, `check: 'on'` when it is; `keep` takes what was written; while it can't the form stays, with its sentence @param {Words} words @returns {Promise<Record<string, string> | null>} */
export function ask({ title, hint, fields, submit, check, keep }, words) {
  const { promise, resolve } = /** @type {{promise: Promise<Record<string, string> | null>, resolve: (said: Record<string, string> | null) => void}} */ (later())
  const wrong = h('p.wrong', { role: 'alert' })
  const form = h('form', { method: 'dialog' }, h('h2', {}, title), hint ? h('p.hint', {}, hint) : null,
    ...fields.map(({ name, label, value = '', lines = 1, optional = false, type }) => h('label', {}, label, type ? h('input', { name, type, value, required: !optional }) : h('textarea', { name, rows: lines, value, required: !optional, dir: 'auto' }))),
    check ? h('label.check', {}, h('input', { type: 'checkbox', name: 'check' }), check) : null, wrong,
    h('div.do', {}, h('button.solid', { type: 'submit' }, submit), h('button.quiet', { type: 'button', onclick: () => dialog.close() }, words('cancel'))))
  form.addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    const said = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]))
    const kept = keep(said)
    if (kept === true) return resolve(said)
    event.preventDefault()
    wrong.textContent = kept || words('not_sent')
  })
  const dialog = open('form', title, form)
  dialog.addEventListener('close', () => resolve(null))
  form.querySelector('textarea, input')?.focus()
  return promise
}

/** Say what will happen, then ask. @param {{title: string, text: string[], submit: string}} what @param {Words} words @returns {Promise<boolean>} */
export function sure({ title, text, submit }, words) {
  const { promise, resolve } = /** @type {{promise: Promise<boolean>, resolve: (yes: boolean) => void}} */ (later())
  const go = h('button.solid', { type: 'button', onclick: () => { resolve(true); dialog.close() } }, submit)
  const dialog = open('form', title, h('form', { method: 'dialog' }, h('h2', {}, title), ...text.map((line) => h('p', {}, line)),
    h('div.do', {}, go, h('button.quiet', { type: 'button', onclick: () => dialog.close() }, words('cancel')))))
  dialog.addEventListener('close', () => resolve(false))
  go.focus()
  return promise
}

/** Something to read through. @param {{title: string, lines: [string, string][]}} what @param {Words} words */
export function list({ title, lines }, words) {
  const close = h('button.quiet', { type: 'button', onclick: () => dialog.close() }, words('close_sheet'))
  const dialog = open('form', title, h('form', { method: 'dialog' }, h('h2', {}, title), h('dl.reasons', {}, ...lines.flatMap(([name, why]) => [h('dt', {}, name), h('dd', {}, why)])), h('div.do', {}, close)))
  close.focus()
}

/** Every shortcut. @param {Words} words */
export function sheet(words) {
  const group = (/** @type {string} */ name, /** @type {string[]} */ commands) => h('section', {}, h('h3', {}, words(name)),
    h('dl', {}, ...commands.flatMap((command) => [h('dt', {}, h('kbd', {}, keyOf(command, MAC))), h('dd', {}, words(command))])))
  const close = h('button.quiet', { type: 'button', onclick: () => dialog.close() }, words('close_sheet'))
  const dialog = open('sheet', words('sheet'), h('h2', {}, words('sheet')), h('div.groups', {}, ...Object.entries(GROUPS).map(([name, commands]) => group(name, commands))), close)
  close.focus()
}

const GROUPS = {
  keys_move: ['next', 'previous', 'search', 'filter', 'mine', 'unassigned', 'waiting', 'owed', 'mentions', 'all', 'snoozed', 'resolved'],
  keys_answer: ['reply', 'note', 'send_resolve', 'macro', 'suggest', 'rewrite', 'understand', 'whisper', 'claim', 'transfer', 'resolve', 'reopen', 'snooze'],
  keys_mark: ['mark', 'bulk', 'tags', 'priority', 'wrong', 'teach', 'ticket', 'block', 'customer'],
  keys_desk: ['accept', 'decline', 'decisions', 'presence', 'alerts', 'palette', 'sheet'],
}

/** @returns {string[]} commands that have a key but stand nowhere in the sheet */
export const unlisted = () => Object.keys(KEYS).filter((command) => !Object.values(GROUPS).flat().includes(command))

export function later() {
  /** @type {any} */ let resolve
  return { promise: new Promise((done) => (resolve = done)), resolve }
}
