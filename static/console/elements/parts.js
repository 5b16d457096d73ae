// Small pieces that every part of the console draws: signs, faces, buttons that show their key.

import { h } from '../../chat/dom.js'
import { hue } from '../model/people.js'
import { keyOf } from '../model/shortcuts.js'

/** @import { Words } from '../../chat/wire' */

/** Strokes on a 20 × 20 grid. */
const PATHS = {
  search: 'M9 14.5a5.5 5.5 0 100-11 5.5 5.5 0 000 11zM13 13l4 4',
  back: 'M12 4.5L6.5 10l5.5 5.5',
  reply: 'M8 5L3.5 9.5 8 14M4 9.5h8c2.5 0 4.5 2 4.5 5.5',
  note: 'M5 3.5h10v8.5l-4 4.5H5zM11 16.5V12h4',
  transfer: 'M3.5 7h12M12 3.5L15.5 7 12 10.5M16.5 13h-12M8 9.5L4.5 13 8 16.5',
  resolve: 'M4.5 10.5l3.5 3.5 7.5-8',
  reopen: 'M4 9.5a6 6 0 111.8 4.8M4 4.5v5h5',
  claim: 'M10 3v10M5.5 8.5L10 13l4.5-4.5M4 16.5h12',
  snooze: 'M10 17a6.5 6.5 0 100-13 6.5 6.5 0 000 13zM10 7v3.5l2.3 1.5M3.5 5l2-2M16.5 5l-2-2',
  tags: 'M3.5 3.5h6l7 7-6 6-7-7zM6.8 6.8h.01',
  priority: 'M5 17V3.5M5 4h9l-2 3.5 2 3.5H5',
  suggest: 'M10 3.5l1.6 4.4L16 9.5l-4.4 1.6L10 15.5l-1.6-4.4L4 9.5l4.4-1.6zM15.5 14v3M14 15.5h3',
  customer: 'M3 4h14v12H3zM12.5 4v12',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  bell: 'M5.5 13.5V9a4.5 4.5 0 019 0v4.5l1.5 1.5h-12zM8.5 17h3',
  mute: 'M5.5 13.5V9a4.5 4.5 0 019 0v4.5l1.5 1.5h-12zM8.5 17h3M3.5 3.5l13 13',
  clock: 'M10 17a7 7 0 100-14 7 7 0 000 14zM10 6v4l2.5 1.5',
  late: 'M10 3l7.5 13.5h-15zM10 8v4M10 14.2v.01',
  person: 'M10 9.5a3 3 0 100-6 3 3 0 000 6zM4 16.5c.5-3 2.8-4.5 6-4.5s5.5 1.5 6 4.5',
  bot: 'M5 7.5h10v7.5H5zM10 4.5v3M8 11h.01M12 11h.01',
  eye: 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 12a2 2 0 100-4 2 2 0 000 4z',
  close: 'M5 5l10 10M15 5L5 15',
  help: 'M7.5 7.8a2.5 2.5 0 114 2c-.9.7-1.5 1.2-1.5 2.2M10 14.6v.01',
  command: 'M7 7h6v6H7zM7 7V5a2 2 0 10-2 2zM13 7V5a2 2 0 112 2zM7 13v2a2 2 0 11-2-2zM13 13v2a2 2 0 102-2z',
  block: 'M10 17a7 7 0 100-14 7 7 0 000 14zM5 5l10 10',
  teach: 'M3.5 5c2.5-1 4.5-.7 6.5.7 2-1.4 4-1.7 6.5-.7v10c-2.5-1-4.5-.7-6.5.7-2-1.4-4-1.7-6.5-.7zM10 5.7v10',
  macro: 'M11 3L5 11.5h4.5L9 17l6-8.5h-4.5z',
  rewrite: 'M4 16l1-3.5L13.5 4 16 6.5 7.5 15zM11.5 6l2.5 2.5M12 16h4.5',
  filter: 'M3.5 5h13M6 10h8M8.5 15h3',
  people: 'M7.5 9.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5zM3 15.5c.4-2.4 2-3.5 4.5-3.5s4.1 1.1 4.5 3.5M13 9.3a2.2 2.2 0 100-4.4M14.5 12.2c1.5.4 2.3 1.5 2.5 3.3',
  canned: 'M3.5 4.5h13v9.5H9l-3.5 3v-3h-2zM11.5 6.8l-3 5',
}

/** @typedef {keyof typeof PATHS} Sign */

/** @param {Sign} name */
export function sign(name) {
  const make = (/** @type {string} */ tag) => document.createElementNS('http://www.w3.org/2000/svg', tag)
  const svg = make('svg'), path = make('path')
  svg.setAttribute('viewBox', '0 0 20 20')
  svg.setAttribute('class', `icon icon-${name}`)
  svg.setAttribute('aria-hidden', 'true')
  path.setAttribute('d', PATHS[name])
  svg.append(path)
  return svg
}

export const MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform ?? '')

/** A face made of one Han character or two initials, in their colour. @param {string} name @param {string | number} [whose] */
export function face(name, whose) {
  const letters = /\p{Script=Han}/u.test(name) ? [...name.replace(/\s/g, '')].slice(0, 1) : name.trim().split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? '')
  const drawn = h('span.face', { 'aria-hidden': 'true' }, letters.length && letters.join('') ? letters.join('').toUpperCase() : sign('person'))
  if (whose !== undefined) drawn.style.setProperty('--hue', String(hue(whose)))
  return drawn
}

/** A button of a command: says its key on hover and focus. @param {string} command @param {Words} words @param {Sign} icon @param {{wide?: boolean, label?: string, pressed?: boolean}} [how] */
export function tool(command, words, icon, { wide = false, label = words(command), pressed } = {}) {
  const key = keyOf(command, MAC)
  return h('button.tool' + (wide ? '.wide' : ''), {
    type: 'button', 'aria-label': label, 'data-command': command, 'data-tip': key ? `${label}  ${key}` : label,
    ...(pressed !== undefined && { 'aria-pressed': String(pressed) }), ...(key && { 'aria-keyshortcuts': key.replace('⌘', 'Meta+').replace('Ctrl ', 'Control+').replace('↵', 'Enter') }),
    onclick: (/** @type {Event} */ event) => say(/** @type {HTMLElement} */ (event.currentTarget), command),
  }, sign(icon), wide ? h('span', {}, label) : null)
}

/** Ask the page to do something. @param {EventTarget} from @param {string} command @param {unknown} [detail] @returns {boolean} whether it was done; not so when it failed half-way */
export const say = (from, command, detail) => !from.dispatchEvent(new CustomEvent('desk-do', { detail: { command, detail }, bubbles: true, cancelable: true }))

/** Draw a part only when what it shows has changed. */
export class Once {
  /** @type {Map<string, string>} */ #drawn = new Map()

  /** @param {string} part @param {unknown} state @param {() => void} draw */
  draw(part, state, draw) {
    const now = JSON.stringify(state) ?? ''
    if (this.#drawn.get(part) === now) return
    this.#drawn.set(part, now)
    draw()
  }
}

/** Text of a value nobody described. @param {unknown} value @returns {string} */
export function plainly(value) {
  if (value === null || value === undefined || value === '') return ''
  if (Array.isArray(value)) return value.map(plainly).filter(Boolean).join(', ')
  if (typeof value === 'object') {
    const { title, text, name, question } = /** @type {Record<string, unknown>} */ (value)
    return plainly(title ?? name ?? question ?? text ?? Object.entries(value).map(([key, one]) => `${key}: ${plainly(one)}`))
  }
  return String(value)
}

/** Keys worth knowing, as a line. @param {Words} words @param {string[]} commands */
export const keyHint = (words, commands) => commands.map((command) => h('span', {}, h('kbd', {}, keyOf(command, MAC)), ` ${words(command)}`))
