// One row of the inbox: who, their last words, how long they wait, who has it. Redrawn only when it changed.

import { h } from '../../chat/dom.js'
import { awayFor, calls, dueIn, gone, patience, unread } from '../model/inbox.js'
import { face, sign } from './parts.js'
import { called, known } from '../model/people.js'
import { by, duration, moment } from '../model/time.js'
import { term } from '../words.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Found, Part, Row } from '../wire' */

export class InboxRow {
  #who = h('span.who')
  #at = h('time.at')
  #wait = h('span.wait', { hidden: true })
  #words = h('span.words', { dir: 'auto' })
  #fresh = h('span.new', { 'aria-hidden': 'true' })
  #tail = h('span.tail')
  #face = h('span.portrait')
  button = h('button', { type: 'button' }, this.#face, h('span.lines', {}, h('span.first', {}, this.#who, this.#wait, this.#at), this.#words, h('span.last', {}, this.#tail, this.#fresh)))
  box = h('input.mark', { type: 'checkbox', tabIndex: -1 })
  /** @type {Row | null} */ #row = null
  #locale = ''
  #clock = ''
  #name = ''
  #how = ''
  #noted = false
  /** @type {Found | undefined} */ #found

  /** @param {string} id */
  constructor(id) {
    this.node = h('li', { 'data-id': id }, this.box, this.button)
  }

  /**
   * @param {Row} row @param {{chosen: boolean, marked: boolean, noted?: boolean, found?: Found, same?: boolean}} how  noted: the note by which
   * one was called, read or not; found: what a search found in it; same: of the customer above @param {Words} words
   * @returns {boolean} whether it was drawn anew
   */
  update(row, { chosen, marked: ticked, noted = false, found, same = false }, words) {
    const how = `${ticked} ${same} ${chosen}`
    if (how !== this.#how) this.#mark(ticked, same, chosen)
    this.#how = how
    if (row === this.#row && words.locale === this.#locale && noted === this.#noted && found === this.#found) return false
    const { visitor, last } = row, name = called(visitor, words), fresh = unread(row), said = row.asked ?? last
    if (name !== this.#name || !this.#row) this.#face.replaceChildren(face(visitor.name || visitor.email, visitor.id))
    this.#name = name
    this.#row = row
    this.#noted = noted
    this.#found = found
    this.#locale = words.locale
    this.box.setAttribute('aria-label', words('mark_row', { name }))
    this.node.classList.toggle('unread', fresh)
    this.#who.replaceChildren(...(fresh ? [h('span.unseen', {}, words('unread_row'))] : []), h('bdi', {}, ...found?.named ? marked(found.named) : [name]), ...known(visitor).map((fact) => h('span.known', {}, ` · ${fact}`)))
    this.#fresh.textContent = words('fresh_row')
    const call = row.called?.text && (noted || calls(row)) ? row.called : null
    this.#words.classList.toggle('noted', !!call && !found?.hits.length)
    this.#words.classList.toggle('found', !!found?.hits.length)
    if (found?.hits.length) this.#words.replaceChildren(...found.hits.map(({ by, parts }) => h('span.hit', {}, by === 'visitor' ? '' : words('by', { name: words(by === 'note' ? 'note' : `by_${by}`) }), ...marked(parts))))
    else if (call) this.#words.replaceChildren(sign('note'), words('noted_by', { name: call.by, text: call.text }))
    else this.#words.textContent = said ? (said.author === 'visitor' ? '' : words('by', { name: words(`by_${said.author}`) })) + said.text : words('no_words')
    this.#at.textContent = last ? moment(last.at, words.locale) : ''
    this.#at.dateTime = last?.at ?? ''
    this.#tail.replaceChildren(...this.#facts(row, words))
    return true
  }

  /** @param {boolean} ticked @param {boolean} same @param {boolean} chosen */
  #mark(ticked, same, chosen) {
    this.box.checked = ticked
    this.node.classList.toggle('marked', ticked)
    this.node.classList.toggle('same', same)
    if (chosen) this.button.setAttribute('aria-current', 'true')
    else this.button.removeAttribute('aria-current')
  }

  /** Who has it, why it came, what was put on it. @param {Row} row @param {Words} words */
  #facts(row, words) {
    const has = row.assignee ? (row.mine ? words('you') : row.assignee.name) : row.team ? row.team.name : words(`has_${row.owner}`)
    const facts = [h('span.has' + (row.mine ? '.me' : ''), {}, sign(row.owner === 'bot' && !row.assignee ? 'bot' : 'person'), has)]
    if (gone(row) && row.due_at) facts.push(h('span.fact.due', {}, words('owed_by', { at: by(row.due_at, words.locale) })))
    if (row.reason) facts.push(h('span.fact', {}, term(words, 'reason', row.reason)))
    if (row.priority) facts.push(h(`span.fact.p${row.priority}`, {}, sign('priority'), words(`priority_${row.priority}`)))
    for (const tag of row.tags.slice(0, 2)) facts.push(h('span.fact.tag', {}, tag))
    return facts
  }

  /** @param {number} now @param {number} target @param {Words} words */
  tick(now, target, words) {
    const away = this.#row && awayFor(this.#row, now), waited = this.#row && patience(this.#row, now, target), due = this.#row && dueIn(this.#row, now)
    const shown = away === null ? waited ?? due : { level: 'away' }
    const told = away !== null ? words('left_ago', { ago: duration(away, words) }) : due ? words(due.seconds < 0 ? 'due_late' : 'due_in', { time: duration(Math.abs(due.seconds), words) }) : waited ? duration(waited.seconds, words) : ''
    const clock = shown ? `${shown.level} ${told}` : ''
    if (clock === this.#clock) return
    this.#clock = clock
    this.#wait.hidden = !shown
    this.#at.hidden = !!shown
    if (!shown) return
    this.#wait.className = `wait ${shown.level}`
    this.#wait.replaceChildren(sign(shown.level === 'late' ? 'late' : 'clock'), ...(waited ? [h('span.unseen', {}, words(`waits_${shown.level}`))] : []), told)
  }
}

/** Words as texts alone, whatever they hold. @param {Part[]} parts */
const marked = (parts) => parts.map(([text, hit]) => (hit ? h('mark', {}, text) : text))
