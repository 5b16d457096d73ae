// <desk-customer>: the right column. Who this is, what we know, what they asked before, and what the bot did.

import { h } from '../../chat/dom.js'
import { link } from '../../chat/links.js'
import { tongue } from '../model/filter.js'
import { Flow } from './flow.js'
import { Once, face, plainly, say, sign, tool } from './parts.js'
import { called } from '../model/people.js'
import { moment } from '../model/time.js'
import { term } from '../words.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */
/** @import { Customer, Row, TurnTrace } from '../wire' */

/** Said elsewhere in the panel, or no business of a reader. */
const APART = new Set(['id', 'name', 'email', 'blocked', 'past', 'attributes', 'claims', 'signed', 'vouched', 'phone', 'notes', 'language', 'page', 'alike', 'merged'])

export class DeskCustomer extends HTMLElement {
  #who = h('section.card')
  #flow = new Flow()
  #alike = h('section.card', { hidden: true })
  #tags = h('section.card')
  #past = h('section.card')
  #turns = h('section.card')
  #once = new Once()

  connectedCallback() {
    if (!this.firstChild) this.append(h('span'), this.#who, this.#flow.node, this.#alike, this.#tags, this.#past, this.#turns)
  }

  /** @param {Desk} desk @param {Words} words */
  show(desk, words) {
    const { current, row } = desk
    if (!current || !row) return
    const customer = current.customer ?? {}, { locale } = words
    this.#once.draw('close', locale, () => this.firstElementChild?.replaceWith(tool('close_customer', words, 'close')))
    this.#once.draw('who', [row.visitor, customer, desk.site.origins, locale], () => this.#who.replaceChildren(...who(row, customer, [location.origin, ...desk.site.origins ?? []], words)))
    this.#flow.show(desk, words)
    this.#once.draw('alike', [customer.alike, customer.merged, locale], () => this.#drawAlike(customer, words))
    this.#once.draw('tags', [row.tags, row.priority, row.visitor.blocked, locale], () => this.#tags.replaceChildren(...marks(row, words)))
    this.#once.draw('past', [customer.past, current.opened, locale], () => this.#past.replaceChildren(h('h2', {}, words('past')), ...(customer.past?.length
      ? [h('ol.past', {}, ...customer.past.map(({ conversation, opened_at, last }) => h('li', {}, h('button', { type: 'button', onclick: () => say(this, 'select', conversation) },
        h('time', { dateTime: opened_at }, moment(opened_at, locale)), h('span', { dir: 'auto' }, plainly(typeof last === 'object' ? last?.text : last))))))] : [h('p.none', {}, words('no_past'))])))
    this.#once.draw('turns', [current.turns, current.transcript.seq > 0, locale], () => this.#turns.replaceChildren(h('h2', {}, words('turns')), ...(current.turns.length
      ? [h('ol.turns', {}, ...current.turns.map((turn) => h('li', {}, trace({ ...turn, question: current.at(turn.question) }, words))))] : [h('p.none', {}, words('no_turns'))])))
  }

  /** Who may be the same person, and who was found to be. @param {Customer} customer @param {Words} words */
  #drawAlike({ alike = [], merged = [] }, words) {
    this.#alike.hidden = !alike.length && !merged.length
    const others = alike.map((one) => h('li', {}, h('div', {}, h('strong', {}, one.name || one.email), h('p', {}, [words('since', { at: moment(one.first_seen, words.locale) }), words('conversations', { n: one.conversations }), one.vouched && words('fact_verified')].filter(Boolean).join(' · '))),
      h('button.quiet', { type: 'button', onclick: () => say(this, 'merge', one) }, words('merge_with'))))
    this.#alike.replaceChildren(h('h2', {}, words(alike.length ? 'alike' : 'merged')), ...(alike.length ? [h('p.none', {}, words('alike_why')), h('ul.alike', {}, ...others)] : []),
      ...merged.map(({ name, by, at }) => h('p.none', {}, words('merged_by', { name, by: by || words('agent'), at: moment(at, words.locale) }))))
  }
}

/** @param {Row} row @param {Customer} customer @param {string[]} sites the shop's own @param {Words} words */
function who({ visitor }, customer, sites, words) {
  const name = called(visitor, words), email = customer.email || visitor.email, { url = '', title = '', referrer = '' } = customer.page ?? {}
  /** @type {[string, (Node | string)[]][]} */ const facts = []
  if (email) facts.push([words('email'), [...link(`mailto:${email}`, [email.slice(0, email.indexOf('@') + 1), h('wbr'), email.slice(email.indexOf('@') + 1)]), proof('email', customer, words)]])
  if (customer.phone) facts.push([words('phone'), [...link(`tel:${customer.phone.replace(/[^+\d]/g, '')}`, [customer.phone]), proof('phone', customer, words)]])
  const language = customer.language || visitor.language
  if (language) facts.push([words('language'), [tongue(language, words.locale)]])
  if (url) facts.push([words('on_page'), where(url, title, sites, words)])
  if (referrer) facts.push([words('fact_referrer'), link(referrer, [bare(referrer)])])
  for (const [key, value] of [...Object.entries(customer).filter(([key]) => !APART.has(key)), ...Object.entries(customer.attributes ?? {})])
    if (plainly(value)) facts.push([term(words, 'fact', key), [key === 'first_seen' ? moment(String(value), words.locale) : plainly(value)]])
  const signed = Object.entries(customer.signed ?? {}).filter(([, value]) => plainly(value))
  const claims = Object.entries(customer.claims ?? {}).filter(([, value]) => plainly(value))
  return [h('div.top', {}, face(visitor.name || visitor.email, visitor.id), h('div', {}, h('h2', {}, name), visitor.name ? proof('name', customer, words) : null, visitor.blocked ? h('p.blocked', {}, sign('block'), words('blocked')) : null)),
    pairs(facts), ...(customer.notes ? [h('p.notes', { dir: 'auto' }, customer.notes)] : []),
    ...(signed.length ? [h('h3', {}, words('signed')), pairs(signed.map(([key, value]) => [key, [plainly(value)]]))] : []),
    ...(claims.length ? [h('h3.unproven', {}, words('claims')), pairs(claims.map(([key, value]) => [key, [plainly(value)]]))] : []),
    h('div.marks', {}, tool('card', words, 'note', { wide: true }))]
}

/** Whether the tenant's own server vouches for it. @param {string} name @param {Customer} customer @param {Words} words */
const proof = (name, { vouched = [] }, words) => h('p.none', {}, words(vouched.includes(name) ? 'vouched' : 'claimed'))

/** @param {[string, (Node | string)[]][]} facts */
const pairs = (facts) => h('dl', {}, ...facts.flatMap(([label, value]) => [h('dt', {}, label), h('dd', { dir: 'auto' }, ...value)]))

/**
 * Where the customer is: the link says where it leads, for title and address are the visitor's words; one that leads away from the shop is marked.
 * @param {string} url @param {string} title @param {string[]} sites @param {Words} words @returns {(Node | string)[]}
 */
export function where(url, title, sites, words) {
  const { origin = '', host = '', pathname = '', search = '' } = URL.canParse(url) ? new URL(url) : {}, foreign = !sites.includes(origin)
  const shown = host ? [h('b', {}, host), h('wbr'), pathname === '/' && !search ? '' : decoded(pathname + search)] : [url]
  return [...link(url, shown), foreign ? h('span.foreign', {}, sign('late'), words('foreign_page')) : '', title ? h('bdi.titled', {}, title) : '']
}

/** @param {string} path */
function decoded(path) {
  try {
    return decodeURI(path).replace(/\p{C}/gu, '') // signs that turn the reading around, too
  } catch {
    return path
  }
}

/** @param {string} url */
const bare = (url) => url.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')

/** @param {Row} row @param {Words} words */
function marks({ tags, priority, visitor }, words) {
  return [h('h2', {}, words('handling')),
    h('div.marks', {}, ...tags.map((tag) => h('span.fact.tag', {}, tag)), tool('tags', words, 'tags', { wide: true })),
    h('div.marks', {}, tool('priority', words, 'priority', { wide: true, label: words('priority_is', { name: words(`priority_${priority}`) }) })),
    h('div.marks', {}, tool('teach', words, 'teach', { wide: true })), h('div.marks', {}, tool('ticket', words, 'note', { wide: true })), h('div.marks', {}, tool('wrong', words, 'late', { wide: true })),
    h('div.marks', {}, tool('block', words, 'block', { wide: true, label: words(visitor.blocked ? 'unblock' : 'block') }))]
}

/** One turn: the question, how it ended, and its steps. @param {TurnTrace} turn @param {Words} words */
function trace({ question, state, tier, cause, trace }, words) {
  const end = cause ? term(words, 'reason', cause) : tier !== null && tier !== undefined && tier !== '' ? term(words, 'tier', String(tier)) : term(words, 'turn', state)
  return h('details', {}, h('summary', {}, h('span.question', { dir: 'auto' }, String(question)), h('span.end' + (cause ? '.cause' : ''), {}, end)),
    h('ol.steps', {}, ...trace.map(({ title, text, ms }) => h('li', {}, h('strong', {}, title), h('span.ms', {}, `${Math.round(ms)} ms`), h('span.told', { dir: 'auto' }, text)))))
}

customElements.define('desk-customer', DeskCustomer)
