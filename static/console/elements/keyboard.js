// Keys on their way to commands: where the focus is decides what they mean (shortcuts.js says which is which).

import { commandOf } from '../model/shortcuts.js'

/** @import { Desk } from '../model/desk.js' */
/** @import { Panes } from './panes.js' */

const FIELD = 'textarea, input:not([type=checkbox]), select, [contenteditable]'
const PRESSABLE = 'button, a, summary'

export class Keyboard {
  /** The focus came by a click: Enter then takes an offer and does not press that button again. */ #pointed = false
  #desk
  #panes
  #run

  /** @param {Desk} desk @param {Panes} panes @param {(command: string) => void} run */
  constructor(desk, panes, run) {
    this.#desk = desk
    this.#panes = panes
    this.#run = run
  }

  listen() {
    document.addEventListener('keydown', (event) => this.#key(event))
    addEventListener('pointerdown', () => (this.#pointed = true), { passive: true })
  }

  /** Whether Enter takes an offer as the focus is now. */
  get takes() {
    const at = document.activeElement
    return !document.querySelector('dialog[open]') && !at?.matches(FIELD) && (this.#pointed || !at?.matches(PRESSABLE))
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const target = /** @type {HTMLElement} */ (event.target), writing = target.matches(FIELD)
    if (event.key === 'Tab') this.#pointed = false
    const pressable = !writing && !this.#pointed && target.matches(PRESSABLE) && event.key === 'Enter'
    const command = commandOf(event, { writing, offered: this.#desk.offers.size > 0 && !pressable, dialog: !!document.querySelector('dialog[open]') })
    if (!command || event.defaultPrevented) return
    event.preventDefault()
    if (command === 'leave') target.blur()
    else if (command === 'back' && this.#desk.marked.size) this.#run('unmark')
    else if (command === 'back' && this.#panes.shown === 'customer') this.#panes.aside(false)
    else this.#run(command)
  }
}
