// The tools beside the plain verbs: macros, rewriting, the customer's card, merging, filters and views, many rows at once.

import { ask, list, pick, sure } from '../elements/dialogs.js'
import { maker } from './canned.js'
import { when, whichTags } from './choosing.js'
import { FIELDS, gathered, offered, tidy, told } from './filter.js'

/** @import { Page } from './commands.js' */
/** @import { Alike, Refusal } from '../wire' */

export const HOWS = ['shorter', 'friendlier', 'formal', 'fix', 'translate']

export class Tools {
  #page
  #out

  /** @param {Page} page @param {(sent: boolean) => boolean} out tells when something did not go out */
  constructor(page, out) {
    this.#page = page
    this.#out = out
  }

  /** @param {string} name @param {any} [detail] @returns {any} */
  run(name, detail) {
    switch (name) {
      case 'macro': return this.#macro(detail)
      case 'rewrite': return this.#rewrite()
      case 'understand': return this.#read()
      case 'whisper': return this.#whisper()
      case 'card': return this.#card()
      case 'merge': return this.#merge(detail)
      case 'filter': return this.#filter()
      case 'save_view': return this.#save()
      case 'drop_view': return this.#drop(detail)
      case 'bulk': return this.#bulk(detail)
      case 'refused': return this.#refused(detail)
    }
  }

  /** Asked until it is answered. @param {{type: string} & Record<string, unknown>} frame */
  #ask(frame) {
    const { desk } = this.#page
    return this.#out(desk.asked.ask(desk.out, frame))
  }

  /** @param {number} [id] */
  async #macro(id) {
    const { desk } = this.#page, words = this.#page.words(), conversation = desk.selected
    const said = (/** @type {string[]} */ steps) => steps.map((step) => words(`does_${step}`)).join(words('comma'))
    const picked = id ?? (await pick({ title: words('macro'), otherwise: { text: words('no_macros'), href: maker('macro'), label: words('make_macro') }, items: desk.macros.map(({ id, title, shortcut, steps }) => ({ label: title, hint: said(steps), key: `/${shortcut}`, value: id })) }, words))?.value
    const macro = desk.macros.find((one) => one.id === picked)
    if (!macro) return
    if (macro.steps.includes('reply')) desk.take(conversation) // as a reply written by hand does
    this.#ask({ type: 'macro', conversation, macro: macro.id })
  }

  /** What stands in the composer, with other words; the old ones stay one click away. */
  async #rewrite() {
    const { desk, tell, written } = this.#page, words = this.#page.words(), conversation = desk.selected, text = written().trim()
    if (!text) return tell(words('nothing_to_rewrite'))
    const picked = await pick({ title: words('rewrite'), items: HOWS.map((how) => ({ label: words(`how_${how}`), value: how })) }, words)
    if (picked) this.#ask({ type: 'rewrite', conversation, text, how: picked.value })
  }

  /** The customer's last words in the agent's language. */
  #read() {
    const { desk, tell } = this.#page, text = desk.current?.heard ?? ''
    if (!text) return tell(this.#page.words()('no_words'))
    return this.#ask({ type: 'rewrite', conversation: desk.selected, text: text.slice(0, 3000), how: 'read' })
  }

  /** A note that the agent who has the conversation hears of at once. */
  #whisper() {
    const { desk, write, insert } = this.#page, who = desk.row?.assignee
    write('note')
    if (who && who.id !== desk.me.id) insert(`@${who.name.replaceAll(' ', '')} `)
  }

  async #card() {
    const { desk } = this.#page, words = this.#page.words(), { id, name = '', email = '', notes = '', attributes = {} } = desk.current?.customer ?? {}
    if (!id) return
    const lines = Object.entries(attributes).map(([key, value]) => `${key}: ${value}`).join('\n')
    const keep = (/** @type {Record<string, string>} */ said) => this.#out(desk.out.send({ type: 'customer', visitor: id, ...said, attributes: pairs(said.attributes) }))
    await ask({ title: words('card'), hint: words('card_hint'), submit: words('save'), keep, fields: [
      { name: 'name', label: words('name'), value: name, optional: true }, { name: 'email', label: words('email'), value: email, optional: true },
      { name: 'notes', label: words('notes'), value: notes, lines: 3, optional: true }, { name: 'attributes', label: words('attributes'), value: lines, lines: 3, optional: true }] }, words)
  }

  /** @param {Alike} other */
  async #merge(other) {
    const { desk } = this.#page, words = this.#page.words(), own = desk.current?.customer
    if (!own?.id || !other) return
    const name = other.name || other.email || words('visitor'), known = other.vouched || !!own.user_id
    if (await sure({ title: words('merge_title', { name }), text: [words('merge_what', { n: other.conversations }), words(known ? 'merge_vouched' : 'merge_first'), words('merge_final')], submit: words('merge') }, words))
      this.#out(desk.out.send({ type: 'merge', visitor: own.id, other: other.id }))
  }

  async #filter() {
    const { desk, narrow } = this.#page, words = this.#page.words()
    const items = offered(desk).map(([field, value]) => ({ label: told(field, value, desk, words), hint: words(`filter_${field}`), value: `${field}=${value}`, checked: desk.filter[field] === value }))
    const picked = await pick({ title: words('filter_title'), items, many: true }, words)
    if (picked) narrow(gathered(picked.value))
  }

  async #save() {
    const { desk } = this.#page, words = this.#page.words(), may = ['owner', 'operator'].includes(desk.me.role)
    const name = FIELDS.filter((field) => desk.filter[field]).map((field) => told(field, /** @type {string} */ (desk.filter[field]), desk, words)).join(' · ').slice(0, 60)
    const keep = (/** @type {Record<string, string>} */ said) => !said.name || this.#out(desk.out.send({ type: 'save_view', name: said.name.slice(0, 60), view: desk.view, filter: tidy(desk.filter), shared: said.check === 'on' }))
    await ask({ title: words('save_view'), submit: words('save'), keep, fields: [{ name: 'name', label: words('view_name'), value: name }], ...(may && { check: words('share_view') }) }, words)
  }

  /** @param {number} [view] */
  #drop(view = this.#page.desk.saved ?? 0) {
    const { desk, tell } = this.#page, words = this.#page.words(), found = desk.views.find(({ id }) => id === view)
    if (!found || !this.#out(desk.out.send({ type: 'drop_view', view }))) return
    const { name, filter, shared, view: base } = found
    tell(words('done_drop_view', { name }), () => desk.out.send({ type: 'save_view', name, view: base, filter, shared }))
  }

  /** @param {string} [verb] */
  async #bulk(verb) {
    const { desk } = this.#page, words = this.#page.words(), conversations = [...desk.marked]
    if (!conversations.length) return this.#page.tell(words('nothing_marked'))
    const chosen = verb ?? (await pick({ title: words('bulk_title', { n: conversations.length }), items: ['resolve', 'tag', 'team', 'snooze', 'block'].map((one) => ({ label: words(`bulk_${one}`), value: one })) }, words))?.value
    const more = await this.#details(chosen, conversations.length)
    if (more && this.#ask({ type: 'bulk', verb: chosen, conversations: conversations.slice(0, 100), ...more })) desk.marked.clear()
    this.#page.redraw()
  }

  /** @param {string} verb @param {number} n @returns {Promise<object | undefined>} */
  async #details(verb, n) {
    const { desk } = this.#page, words = this.#page.words()
    if (verb === 'resolve' || verb === 'block') return (await sure({ title: words(`sure_bulk_${verb}`, { n }), text: [words(`${verb}_what`)], submit: words(`bulk_${verb}`) }, words)) ? {} : undefined
    if (verb === 'tag') {
      const tags = await whichTags(this.#page, [])
      return tags?.length ? { tags } : undefined
    }
    if (verb === 'snooze') {
      const until = await when(desk, words)
      return until ? { until } : undefined
    }
    if (verb === 'team') {
      const picked = await pick({ title: words('bulk_team'), items: desk.teams.map(({ id, name }) => ({ label: name, value: id })) }, words)
      return picked ? { team: picked.value } : undefined
    }
    return undefined
  }

  /** Which were not done, and why. @param {Refusal[]} refused */
  #refused(refused) {
    const words = this.#page.words()
    list({ title: words('bulk_refused', { n: refused.length }), lines: refused.map(({ name, message }) => [name || words('visitor'), message]) }, words)
  }
}

/** "plan: Gold" a line, in Chinese punctuation too. @param {string} text @returns {Record<string, string>} */
export function pairs(text) {
  const lines = text.split('\n').map((line) => line.match(/^\s*([^:：]+?)\s*[:：]\s*(.*?)\s*$/)).filter((found) => found !== null)
  return Object.fromEntries(lines.map(([, key, value]) => [key, value]))
}
