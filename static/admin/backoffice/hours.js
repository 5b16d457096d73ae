// <office-hours>: {"mon": [["09:00", "18:00"]], …} in a text area, drawn as a week. A day without hours is closed.

import { h } from '../../chat/dom.js'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const WORKDAYS = DAYS.slice(0, 5)
const USUAL = ['09:00', '18:00']

class OfficeHours extends HTMLElement {
  /** @type {HTMLTextAreaElement | null} */ #area = null
  /** @type {Record<string, string[][]>} */ #week = {}
  #body = h('div.yingda-week')

  connectedCallback() {
    this.#area = this.querySelector('textarea')
    if (!this.#area || this.contains(this.#body)) return
    try {
      this.#week = JSON.parse(this.#area.value || '{}')
    } catch {
      return // what cannot be read stays as it is, for the person to mend
    }
    this.#area.hidden = true
    this.append(this.#body)
    this.#draw()
  }

  #draw() {
    this.#body.replaceChildren(...DAYS.map((day, n) => this.#day(day, n)))
  }

  /** @param {string} day @param {number} n */
  #day(day, n) {
    const { closed = '', add = '', copy = '' } = this.dataset
    const spans = this.#week[day] ?? []
    // 1 January 2024 was a Monday.
    const name = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + n)))
    const open = h('input', { type: 'checkbox', checked: spans.length > 0, onchange: () => this.#set(day, open.checked ? [USUAL] : []) })
    const more = h('button.yingda-button.small', { type: 'button', title: add, 'aria-label': `${name}: ${add}`, onclick: () => this.#set(day, [...spans, following(spans)]) }, '+')
    const same = day === 'mon' && spans.length > 0 && h('button.yingda-button.small', { type: 'button', onclick: () => this.#copyMonday() }, copy)
    return h('fieldset', {},
      h('legend.sr-only', {}, name),
      h('label.yingda-weekday', {}, open, name),
      h('div.yingda-spans', {},
        ...(spans.length ? spans.map((span, at) => this.#span(day, name, span, at)) : [h('span.yingda-quiet', {}, closed)]),
        spans.length > 0 && spans.length < 4 && more,
        same))
  }

  /** @param {string} day @param {string} name @param {string[]} span @param {number} at */
  #span(day, name, [from, to], at) {
    const { from: fromWord = '', to: toWord = '', remove = '' } = this.dataset
    const clock = (/** @type {number} */ side, /** @type {string} */ value, /** @type {string} */ label) => {
      const input = h('input', { type: 'time', value: value === '24:00' ? '00:00' : value, required: true, 'aria-label': `${name} ${label}` }) // a clock knows no 24:00
      // A clock tells each digit: the field stays while it is being typed in, and only the remark beside it is drawn anew.
      input.addEventListener('change', () => {
        this.#week[day][at][side] = side === 1 && input.value === '00:00' ? '24:00' : input.value
        this.#keep()
        remark.replaceChildren(...this.#remark(this.#week[day][at]))
      })
      return input
    }
    const remark = h('span', { role: 'status' }, ...this.#remark([from, to]))
    const drop = h('button', { type: 'button', title: remove, 'aria-label': `${name}: ${remove}`, onclick: () => this.#set(day, this.#week[day].filter((_, n) => n !== at)) }, '×')
    return h('span.yingda-clock', {}, clock(0, from, fromWord), '–', clock(1, to, toWord), drop, remark)
  }

  /** What is to be known of two times. @param {string[]} span */
  #remark([from, to]) {
    if (to === '00:00' || from < to) return []
    return [from === to ? h('span.yingda-bad', {}, this.dataset.wrong) : h('span.yingda-quiet', {}, this.dataset.next)]
  }

  #copyMonday() {
    for (const day of WORKDAYS) this.#week[day] = this.#week.mon.map((span) => [...span])
    this.#set('mon', this.#week.mon)
  }

  /** @param {string} day @param {string[][]} spans */
  #set(day, spans) {
    this.#week[day] = spans.map((span) => [...span])
    this.#keep()
    this.#draw()
  }

  #keep() {
    const held = DAYS.filter((each) => this.#week[each]?.length).map((each) => [each, this.#week[each]])
    if (this.#area) this.#area.value = JSON.stringify(Object.fromEntries(held))
    this.#area?.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

/** After the last hours of a day: a break of an hour, then the afternoon. @param {string[][]} spans */
function following(spans) {
  const hour = Math.min(22, Number(spans.at(-1)?.[1].slice(0, 2) ?? 12) + 1)
  const clock = (/** @type {number} */ n) => `${String(n).padStart(2, '0')}:00`
  return [clock(hour), clock(Math.min(23, hour + 3))]
}

customElements.define('office-hours', OfficeHours)
