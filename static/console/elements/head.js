// The conversation's header: who, what state, who else looks, and the verbs with their keys.

import { h } from '../../chat/dom.js'
import { Once, face, sign, tool } from './parts.js'
import { called } from '../model/people.js'
import { dated, duration } from '../model/time.js'
import { term } from '../words.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */
/** @import { Row } from '../wire' */

export class Head {
  #once = new Once()
  #name = h('h2.name', { tabIndex: -1 })
  #state = h('p.state')
  #viewers = h('p.viewers')
  #verbs = h('div.verbs', { role: 'toolbar' })
  #back = h('span')
  node = h('header.head', {}, this.#back, h('div.names', {}, this.#name, this.#state), this.#viewers, this.#verbs)

  /** @param {Desk} desk @param {Words} words */
  show(desk, words) {
    const { row, current } = desk, viewers = current?.viewers ?? []
    this.#once.draw('name', [row?.visitor.name, row?.visitor.email, row?.visitor.number, words.locale], () => (this.#name.textContent = called(row?.visitor, words)))
    const there = presence(current, words)
    this.#once.draw('state', [row?.state, row?.snoozed_until, row?.owner, row?.assignee, row?.team, row?.reason, row?.mine, current?.transcript.score, there, desk.site.timezone, words.locale], () => this.#state.replaceChildren(...(row ? facts(row, words, desk.site.timezone, current?.transcript.score) : []), ...(there ? [' · ', there] : [])))
    this.#once.draw('viewers', [viewers, words.locale], () => this.#viewers.replaceChildren(...(viewers.length ? [
      sign('eye'), h('span.unseen', {}, words('viewing', { names: viewers.map(({ name }) => name).join(', ') })),
      ...viewers.slice(0, 3).map(({ name }) => h('span', { title: name }, face(name)))] : [])))
    this.#once.draw('verbs', [row?.state, row?.mine, words.locale], () => this.#drawVerbs(row, words))
  }

  /** @param {Row | undefined} row @param {Words} words */
  #drawVerbs(row, words) {
    const held = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.command
    const inside = this.#verbs.contains(document.activeElement)
    this.#back.replaceChildren(tool('back', words, 'back'))
    this.#verbs.setAttribute('aria-label', words('verbs'))
    const done = row?.state === 'resolved'
    this.#verbs.replaceChildren(
      ...(row && !row.mine && !done ? [tool('claim', words, 'claim', { wide: true })] : []),
      tool('reply', words, 'reply', { wide: true }), tool('note', words, 'note', { wide: true }), tool('transfer', words, 'transfer', { wide: true }),
      done ? tool('reopen', words, 'reopen', { wide: true }) : tool('resolve', words, 'resolve', { wide: true }),
      tool('snooze', words, 'snooze'), tool('more', words, 'more'), tool('customer', words, 'customer'))
    if (inside) this.#verbs.querySelector(`[data-command="${held}"]`)?.focus()
  }
}

/** Whether the customer is there, or since when not. @param {Desk['current']} talk @param {Words} words */
export function presence(talk, words) {
  if (!talk?.opened) return ''
  const { here, at } = talk.seen
  if (here) return words('customer_here')
  return at ? words('customer_left', { ago: duration(Math.max(0, Math.floor((Date.now() - Date.parse(at)) / 1000)), words) }) : ''
}

/** @param {Row} row @param {Words} words @param {string} [zone] by whose clock it is snoozed @param {number} [score] the customer's of the whole */
function facts(row, words, zone, score) {
  const state = row.state === 'snoozed' ? words('snoozed_until', { at: dated(new Date(row.snoozed_until ?? 0), words.locale, zone) }) : words(`state_${row.state}`)
  const has = row.assignee ? (row.mine ? words('with_you') : words('with', { name: row.assignee.name })) : row.team ? words('with', { name: row.team.name }) : words(`with_${row.owner}`)
  return [h(`span.state-${row.state}`, {}, state), ' · ', has, ...(row.reason ? [' · ', term(words, 'reason', row.reason)] : []), ...(score ? [' · ', words('scored', { n: score })] : [])]
}
