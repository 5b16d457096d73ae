// A small form under a message: filled in while it is asked for, a plain list of its labels afterwards. And how far the customer
// is. Fetched with the first message that has either.

import { uuid } from './browser.js'
import { h, wear } from './dom.js'
import { LONGEST, readAll, told } from './fields.js'

/** @import { Context, Field, Form, MessageEntry, Words } from './wire' */
/** @import { FileField } from './file_field.js' */
/** @typedef {{node: HTMLElement, control: any, raw: () => string | boolean | undefined, put?: (raw: any) => void, grouped?: boolean, flagged?: HTMLElement, file?: () => FileField | undefined}} Control */

/** @type {WeakMap<object, Promise<void>>} */ const dressed = new WeakMap()
/** @type {WeakMap<HTMLElement, {drawn: string, locale: string, form?: Asked}>} */ const held = new WeakMap()
/**
 * What was entered, by form: one that is drawn anew loses nothing. `own`: its answer's id; sent again after a refusal it is the same.
 * @type {Map<string, {own: string, raw: Record<string, any>}>}
 */
const drafts = new Map()
/** How an input looks to keyboards and to what fills it in. @type {Partial<Record<Field['type'], object>>} */
const INPUTS = {
  number: { inputMode: 'decimal' }, money: { inputMode: 'decimal' }, date: { type: 'date' }, time: { type: 'time' }, datetime: { type: 'datetime-local' },
  phone: { type: 'tel', autocomplete: 'tel' }, email: { type: 'email', autocomplete: 'email' }, id: { spellcheck: false, autocapitalize: 'off' },
}
/** More choices than these are a list to open. */
const BUTTONS = 6

/** @param {HTMLElement} node @param {MessageEntry} entry @param {boolean} asking it waits for an answer @param {Context} context */
export async function draw(node, { form, progress, text }, asking, context) {
  const { words } = context, { locale } = words, thread = /** @type {any} */ (node.closest('chat-thread'))
  const open = asking && !!form?.fields && !thread?.hasAttribute('data-still'), drawn = `${open} ${asking} ${locale}`, last = held.get(node)
  if (last?.drawn === drawn) return
  const now = { drawn, locale, form: last?.locale === locale ? last.form : undefined }, root = /** @type {any} */ (node.getRootNode())
  held.set(node, now)
  if (root.adoptedStyleSheets && !dressed.has(root)) dressed.set(root, wear(root, 'form').catch(() => void dressed.delete(root)))
  await Promise.all([dressed.get(root), words.more().catch(() => {})]) // keys are better than no form
  if (held.get(node) !== now) return
  if (open) now.form ??= new Asked(form, context, text)
  const focused = node.contains(root.activeElement), body = open ? now.form?.node : form && list(form)
  node.replaceChildren(...[asking && progress && h('p.step', {}, words('step', progress)), body].filter(Boolean))
  if (focused && !open) thread?.querySelector('.scroller')?.focus({ preventScroll: true })
  thread?.settle(open && node.closest('.row')) // a long form is read from its beginning
}

/** A form that is no longer asked for. @param {Form} form */
const list = ({ fields = [] }) => h('ul.labels', {}, ...fields.map(({ label }) => h('li', {}, label)))

class Asked {
  /** @type {Map<string, Control & {wrong: HTMLElement}>} */ #controls = new Map()
  #draft
  #form
  #context

  /** @param {Form} form @param {Context} context @param {string} title */
  constructor(form, context, title) {
    this.#form = form
    this.#context = context
    const { words, me } = context, mine = me === 'visitor', rows = (form.fields ?? []).map((field) => this.#row(field, words))
    const draft = (this.#draft = drafts.get(form.id) ?? { own: uuid(), raw: {} })
    for (const [name, raw] of Object.entries(draft.raw)) this.#controls.get(name)?.put?.(raw)
    drafts.set(form.id, draft)
    this.node = h('form.fields', {
      noValidate: true, 'aria-label': title, oninput: () => this.#typed(), onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), this.#send()),
    }, h('fieldset.all', { disabled: !mine }, ...rows, mine && h('button.go', { type: 'submit' }, form.submit || words('send'))))
  }

  /** @param {Field} field @param {Words} words */
  #row(field, words) {
    const id = `f${uuid()}`, { label, required, example, sensitive } = field
    const wrong = h('p.wrong', { id: `${id}w` }), hint = [example && words('example', { text: example }), sensitive && words('sealed')].filter(Boolean).join(' ')
    const name = [label, !required && h('span.optional', {}, words('optional'))], about = { 'aria-describedby': `${id}h ${id}w` }
    const control = Object.assign(this.#made(field, id, about, words), { wrong })
    const parts = [hint && h('p.hint', { id: `${id}h` }, hint), control.node, wrong]
    this.#controls.set(field.name, control)
    if (!control.grouped) return h('div.field', {}, h('label', { htmlFor: id }, ...name), ...parts)
    return (control.flagged = h('fieldset.field', { role: 'radiogroup', 'aria-required': String(!!required), ...about }, h('legend', {}, ...name), ...parts))
  }

  /** @param {Field} field @param {string} id @param {object} about @param {Words} words @returns {Control} */
  #made(field, id, about, words) {
    const { type, choices = [], value, required } = field
    if (type === 'file') return this.#file(id, about, words)
    if (type === 'yes_no') return this.#picked(id, [['yes', words('yes')], ['no', words('no')]], value === undefined ? '' : value ? 'yes' : 'no', (raw) => (raw ? raw === 'yes' : undefined))
    if (type === 'choice' && choices.length <= BUTTONS) return this.#picked(id, choices.map((one) => [one.value, one.label]), String(value ?? ''), (raw) => raw)
    const common = { id, ...about, 'aria-required': required ? 'true' : undefined }
    const control = type === 'choice' ? h('select', common, h('option', { value: '' }, words('choose')), ...choices.map((one) => h('option', { value: one.value }, one.label)))
      : type === 'text' && !field.sensitive ? h('textarea', { ...common, rows: 1, maxLength: LONGEST, onkeydown: enter })
      : h('input', { type: 'text', autocomplete: 'off', maxLength: LONGEST, ...INPUTS[type], ...(field.sensitive && { autocomplete: 'off', spellcheck: false }), ...common })
    if (value !== undefined) control.value = String(value)
    return { node: control, control, raw: () => control.value, put: (raw) => (control.value = raw) }
  }

  /** One of a few, each in sight. @param {string} id @param {string[][]} choices @param {string} chosen @param {(raw: string) => string | boolean | undefined} as */
  #picked(id, choices, chosen, as) {
    const inputs = choices.map(([value]) => h('input', { type: 'radio', name: id, value, checked: value === chosen }))
    const node = h('div.picks', {}, ...choices.map(([, label], n) => h('label.pick', {}, inputs[n], h('span', {}, label))))
    const raw = () => as(inputs.find(({ checked }) => checked)?.value ?? '')
    return { grouped: true, node, control: inputs[0], raw, put: (/** @type {unknown} */ kept) => inputs.forEach((input) => (input.checked = as(input.value) === kept)) }
  }

  /** @param {string} id @param {object} about @param {Words} words @returns {Control} */
  #file(id, about, words) {
    const node = h('div.file_field')
    /** @type {FileField | undefined} */ let file
    /** @type {Control} */ const control = { node, control: node, raw: () => file?.attachment?.id, file: () => file }
    import('./file_field.js').then(({ FileField }) => {
      file = new FileField(node, id, about, words)
      control.control = file.input
    }).catch(() => {})
    return control
  }

  #entered() {
    return Object.fromEntries([...this.#controls].map(([name, { raw }]) => [name, raw()]))
  }

  /** What was wrong and is no longer, is told no longer. */
  #typed() {
    this.#draft.raw = this.#entered()
    const { wrong } = readAll(this.#form, this.#draft.raw)
    for (const [name, control] of this.#controls) if (!wrong[name]) tell(control)
  }

  #send() {
    const { words, emit } = this.#context, form = this.#form
    const files = [...this.#controls.values()].flatMap(({ file }) => file?.() ?? [])
    if (files.some((file) => file.wait(() => this.#send()))) return
    const { values, wrong } = readAll(form, this.#entered())
    for (const [name, control] of this.#controls) tell(control, wrong[name] && words(wrong[name]))
    const first = [...this.#controls].find(([name]) => wrong[name])
    if (first) return first[1].control.focus()
    const attachments = files.flatMap(({ attachment }) => attachment ?? [])
    const names = Object.fromEntries(attachments.map(({ id, name }) => [id, name]))
    const secret = form.fields?.some(({ sensitive, name }) => sensitive && name in values)
    emit('chat-say', { client_id: this.#draft.own, text: told(form, values, words, names), form: { id: form.id }, values, ...(secret && { secret }), ...(attachments.length && { files: attachments }) })
  }
}

/** What is wrong with it, beside it. @param {Control & {wrong: HTMLElement}} control @param {string} [sentence] */
function tell({ control, flagged = control, wrong }, sentence = '') {
  if (wrong.textContent !== sentence) wrong.textContent = sentence
  sentence ? flagged.setAttribute('aria-invalid', 'true') : flagged.removeAttribute('aria-invalid')
}

/** Enter sends, as in the composer; Shift+Enter breaks, and an input method keeps its own. @param {KeyboardEvent} event */
function enter(event) {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
  event.preventDefault()
  const { form } = /** @type {HTMLTextAreaElement} */ (event.target)
  form?.requestSubmit()
}
