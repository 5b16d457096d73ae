// The commands by which an agent leads the customer's flow: begin one, correct what it knows, another step, the end, back to the
// bot. Each is asked until it is answered; what comes of it is told by the flow's own frame.

import { ask, pick, sure } from '../elements/dialogs.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Page } from './commands.js' */
/** @import { Desk } from './desk.js' */
/** @import { FlowAt, FlowSlot } from '../wire' */

/** Which of them need a flow that runs; the first needs that there is none. */
export const LEADING = ['start_flow', 'hand_back', 'skip_to', 'end_flow']

/** Whether the agent may lead the customer's flow: who has the conversation does. @param {Desk} desk */
export const leads = ({ row }) => !!row?.mine && row.owner === 'human' && row.state !== 'resolved'

/** @param {string} command @param {Desk} desk */
export function serves(command, desk) {
  const flow = desk.current?.flow
  if (!leads(desk) || !flow) return false
  if (command === 'start_flow') return (!flow.at || flow.at.gone) && flow.flows.length > 0
  return !!flow.at && (command === 'end_flow' || !flow.at.gone)
}

export class Leading {
  #page
  #out

  /** @param {Page} page @param {(sent: boolean) => boolean} out tells when something did not go out */
  constructor(page, out) {
    this.#page = page
    this.#out = out
  }

  /** @param {string} name @param {any} [detail] @returns {Promise<unknown> | undefined} */
  run(name, detail) {
    switch (name) {
      case 'start_flow': return this.#start()
      case 'correct_slot': return this.#correct(detail)
      case 'skip_to': return this.#skip()
      case 'end_flow': return this.#end()
      case 'hand_back': return Promise.resolve(this.#lead({ type: 'hand_back', conversation: this.#page.desk.selected }))
      case 'reveal': return Promise.resolve(this.#out(this.#page.desk.act('reveal', { slot: detail })))
      default: return undefined
    }
  }

  /** @param {{type: string, conversation: string} & Record<string, unknown>} frame */
  #lead(frame) {
    const { desk } = this.#page
    return this.#out(desk.asked.ask(desk.out, frame))
  }

  /** @returns {FlowAt | null} */
  get #at() {
    return this.#page.desk.current?.flow?.at ?? null
  }

  async #start() {
    const { desk } = this.#page, words = this.#page.words(), conversation = desk.selected
    const items = (desk.current?.flow?.flows ?? []).map(({ name, title }) => ({ label: title, value: name }))
    await pick({ title: words('start_flow_title'), items, keep: ({ value }) => this.#lead({ type: 'start_flow', conversation, flow: value }) }, words)
  }

  /** @param {string} name */
  async #correct(name) {
    const { desk } = this.#page, words = this.#page.words(), conversation = desk.selected, slot = this.#at?.slots.find((one) => one.name === name)
    if (!slot) return
    const send = (/** @type {string} */ text) => this.#lead({ type: 'correct_slot', conversation, slot: name, text })
    const items = options(slot, words)
    if (items) return void (await pick({ title: words('correct_slot', { name: slot.label }), items, keep: ({ value }) => send(value) }, words))
    const keep = (/** @type {Record<string, string>} */ said) => (said.check === 'on' ? send('') : !said.text || said.text === slot.typed || send(said.text))
    await ask({
      title: words('correct_slot', { name: slot.label }), hint: words('correct_hint'), submit: words('save'), keep, ...(slot.shown && { check: words('ask_again') }),
      fields: [{ name: 'text', label: slot.label, value: slot.typed, optional: true }],
    }, words)
  }

  async #skip() {
    const { desk } = this.#page, words = this.#page.words(), conversation = desk.selected, at = this.#at
    if (!at) return
    const items = at.states.map(({ name, title }) => ({ label: title, hint: name === at.state ? words('flow_here') : '', value: name }))
    await pick({ title: words('skip_to_title'), items, keep: ({ value }) => this.#lead({ type: 'skip_to', conversation, state: value }) }, words)
  }

  async #end() {
    const { desk } = this.#page, words = this.#page.words(), conversation = desk.selected, at = this.#at
    if (at && (await sure({ title: words('end_flow_title', { name: at.title }), text: [words('end_flow_what')], submit: words('end_flow') }, words))) this.#lead({ type: 'end_flow', conversation })
  }
}

/** What a slot is chosen from, if it is. @param {FlowSlot} slot @param {Words} words */
function options({ kind, choices, typed, shown }, words) {
  const given = kind === 'yes_no' ? [{ value: 'yes', label: words('yes') }, { value: 'no', label: words('no') }] : choices
  if (!given.length) return null
  const items = given.map(({ value, label }) => ({ label, hint: value === typed || label === shown ? '✓' : '', value }))
  return shown ? [...items, { label: words('ask_again'), hint: '', value: '' }] : items
}
