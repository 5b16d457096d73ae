// The flow in which the customer stands, as a card of the right column: its step, what it waits for, what it knows.

import { h } from '../../chat/dom.js'
import { LEADING, leads, serves } from '../model/leading.js'
import { moment } from '../model/time.js'
import { Once, say, sign, tool } from './parts.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */
/** @import { FlowAt, FlowCard, FlowSlot } from '../wire' */

/** @type {Record<string, import('./parts.js').Sign>} */
const SIGNS = { start_flow: 'macro', hand_back: 'bot', skip_to: 'transfer', end_flow: 'close' }

export class Flow {
  #once = new Once()
  node = h('section.card.flow', { hidden: true })

  /** @param {Desk} desk @param {Words} words */
  show(desk, words) {
    const { current } = desk, card = current?.flow, mine = leads(desk), hint = desk.row?.state === 'resolved' ? '' : card?.at?.paused ? 'flow_claim_first' : 'flow_with_bot', verbs = LEADING.filter((name) => serves(name, desk))
    this.#once.draw('flow', [current?.conversation, card, current?.revealed, mine, hint, verbs, words.locale], () => {
      this.node.hidden = !card || !card.at && !card.tickets.length && !verbs.length
      if (card && !this.node.hidden) this.#draw(card, current?.revealed ?? {}, { mine, hint, verbs }, words)
    })
  }

  /** What had the keyboard keeps it. @param {FlowCard} card @param {Record<string, string>} revealed @param {{mine: boolean, hint: string, verbs: string[]}} may @param {Words} words */
  #draw({ at, tickets }, revealed, { mine, hint, verbs }, words) {
    const held = /** @type {HTMLElement | null} */ (document.activeElement), key = this.node.contains(held) ? held?.dataset.key ?? held?.dataset.command : undefined
    const unfolded = this.node.querySelector('details')?.open ?? false
    this.node.replaceChildren(
      h('h2', {}, words('flow')), ...(at ? [...where(at, words), ...slots(at, revealed, mine, unfolded, this.node, words)] : []),
      ...(tickets.length ? [h('ul.tickets', {}, ...tickets.map(({ reference, subject }) => h('li', {}, h('b', {}, reference), ' ', h('span', { dir: 'auto' }, subject))))] : []),
      ...(verbs.length ? [h('div.marks', {}, ...verbs.map((name) => tool(name, words, SIGNS[name], { wide: true })))] : at && hint ? [h('p.none', {}, words(hint))] : []))
    if (key) this.node.querySelector(`[data-key="${CSS.escape(key)}"], [data-command="${CSS.escape(key)}"]`)?.focus()
  }
}

/** @param {FlowAt} at @param {Words} words */
function where({ title, state_title, waits, paused, since, others, gone, slots }, words) {
  const names = slots.filter(({ asked }) => asked).map(({ label }) => label).join(words('comma'))
  const what = waits === 'slots' && names ? words('flow_waits_for', { names }) : words(`flow_waits_${waits || 'nothing'}`)
  return [
    h('p.at', {}, h('b', { dir: 'auto' }, title), gone ? null : h('span.step', { dir: 'auto' }, state_title)),
    h('p.none', {}, ...(paused ? [h('span.paused', {}, sign('snooze'), words('flow_paused')), ' · '] : []), gone ? words('flow_gone') : what, ' · ', h('time', { dateTime: since }, moment(since, words.locale))),
    ...(others.length ? [h('p.none', {}, words('flow_then', { names: others.join(words('comma')) }))] : []),
  ]
}

/** What is known or asked for; the rest waits folded. @param {FlowAt} at @param {Record<string, string>} revealed @param {boolean} mine @param {boolean} unfolded @param {HTMLElement} card @param {Words} words */
function slots({ slots: all, gone }, revealed, mine, unfolded, card, words) {
  const near = all.filter(({ shown, asked }) => shown || asked), rest = all.filter((slot) => !near.includes(slot))
  const list = (/** @type {FlowSlot[]} */ some) => h('dl.slots', {}, ...some.flatMap((slot) => [h('dt', { dir: 'auto' }, slot.label), value(slot, revealed[slot.name], mine && !gone, card, words)]))
  return [...(near.length ? [list(near)] : []), ...(rest.length ? [h('details', { open: unfolded }, h('summary', {}, words('flow_unknown', { n: rest.length })), list(rest))] : [])]
}

/** @param {FlowSlot} slot @param {string | undefined} revealed @param {boolean} mine @param {HTMLElement} card @param {Words} words */
function value({ name, label, kind, sensitive, shown }, revealed, mine, card, words) {
  const button = (/** @type {string} */ command, /** @type {string} */ text, /** @type {Node | string} */ inner) => h(`button.${command}`, { type: 'button', 'aria-label': text, title: text, 'data-key': `${command}:${name}`, onclick: () => say(card, command, name) }, inner)
  return h('dd', { dir: 'auto' }, h('span.value', {}, revealed ?? (shown || '–')),
    sensitive && shown && revealed === undefined ? button('reveal', words('reveal_slot', { name: label }), words('reveal')) : null,
    mine && kind !== 'file' ? button('correct_slot', words('correct_slot', { name: label }), sign('rewrite')) : null)
}
