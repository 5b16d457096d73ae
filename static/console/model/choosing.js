// The commands that ask something first: to whom, until when, which tags, with which words. What is answered is done to the
// conversation it was asked about: another may come to the front meanwhile, when a customer is accepted or two are merged.

import { expand, maker, values } from './canned.js'
import { uuid } from '../../chat/browser.js'
import { ask, pick } from '../elements/dialogs.js'
import { pass } from '../elements/passing.js'
import { dated, later, read, typed, zoneName } from './time.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Page } from './commands.js' */

export class Choosing {
  #page
  #out

  /** @param {Page} page @param {(sent: boolean) => boolean} out tells when something did not go out */
  constructor(page, out) {
    this.#page = page
    this.#out = out
  }

  /** @param {string} name @returns {Promise<void> | undefined} */
  run(name) {
    switch (name) {
      case 'transfer': return this.#transfer()
      case 'snooze': return this.#snooze()
      case 'tags': return this.#tags()
      case 'priority': return this.#priority()
      case 'teach': return this.#teach()
      case 'ticket': return this.#ticket()
      case 'canned': return this.#canned()
      default: return undefined
    }
  }

  async #transfer() {
    const { desk, tell } = this.#page, words = this.#page.words(), conversation = desk.selected
    const passed = await pass({ items: targets(desk, words), keep: ({ to, note }) => this.#out(desk.act('transfer', { conversation, to, ...(note && { note }) })) }, words)
    if (passed) tell(words('done_transfer', { name: passed.label }))
  }

  async #snooze() {
    const { desk, tell } = this.#page, words = this.#page.words(), conversation = desk.selected, until = await when(desk, words)
    if (until && this.#out(desk.act('snooze', { conversation, until }))) tell(words('done_snooze', { at: dated(new Date(until), words.locale, desk.site.timezone) }), () => desk.out.send({ type: 'snooze', conversation, until: null }))
  }

  async #tags() {
    const { desk } = this.#page, conversation = desk.selected, own = desk.row?.tags ?? []
    await whichTags(this.#page, own, (tags) => this.#out(desk.act('tag', { conversation, tags })))
  }

  async #priority() {
    const { desk } = this.#page, words = this.#page.words(), conversation = desk.selected
    const picked = await pick({ title: words('priority_title'), items: [3, 2, 1, 0].map((value) => ({ label: words(`priority_${value}`), value, hint: desk.row?.priority === value ? '✓' : '' })) }, words)
    if (picked) this.#out(desk.act('priority', { conversation, priority: picked.value }))
  }

  async #teach() {
    const { desk, tell } = this.#page, words = this.#page.words(), conversation = desk.selected, { question, answer } = desk.current?.lesson(desk.me.name) ?? { question: '', answer: '' }
    if (!answer) return tell(words('nothing_to_teach'))
    await ask({ title: words('teach'), hint: words('teach_hint'), submit: words('teach_do'), keep: (said) => this.#out(desk.act('teach', { conversation, ...said })), fields: [
      { name: 'question', label: words('question'), value: question, lines: 2 }, { name: 'answer', label: words('answer'), value: answer, lines: 6 }] }, words)
  }

  async #ticket() {
    const { desk, tell } = this.#page, words = this.#page.words(), conversation = desk.selected, subject = desk.row?.last?.text.slice(0, 120) ?? ''
    const client_id = uuid(), keep = (/** @type {object} */ said) => this.#out(desk.act('ticket', { conversation, ...said, client_id }))
    if (await ask({ title: words('ticket'), hint: words('ticket_hint'), submit: words('ticket_do'), keep, fields: [{ name: 'subject', label: words('subject'), value: subject, lines: 2 }] }, words)) tell(words('done_ticket'))
  }

  async #canned() {
    const { desk, insert } = this.#page, words = this.#page.words(), conversation = desk.selected, filled = values(desk.current?.customer, desk.me, desk.site.name)
    const picked = await pick({ title: words('canned_title'), otherwise: { text: words('no_canned'), href: maker('cannedreply'), label: words('make_canned') }, items: desk.canned.map(({ shortcut, title, text }) => ({ label: title || text, key: `/${shortcut.replace(/^\//, '')}`, value: text })) }, words)
    if (!picked) return
    const text = expand(picked.value, filled)
    if (desk.selected === conversation) insert(text)
    else desk.draft('say', [desk.draft('say', undefined, conversation), text].filter(Boolean).join(' '), conversation)
  }
}

/** To whom one may pass it on: people who are there first, teams with who of them is, the bot. @param {Page['desk']} desk @param {Words} words */
export function targets({ members, teams, me }, words) {
  const order = { online: 0, away: 1, offline: 2 }, there = (/** @type {import('../wire').Team} */ { members: ids = [] }) => members.filter(({ id, presence }) => presence === 'online' && ids.includes(String(id))).length
  return [
    ...members.filter(({ id }) => id !== me.id).sort((a, b) => order[a.presence] - order[b.presence] || a.name.localeCompare(b.name, words.locale))
      .map(({ id, name, presence }) => ({ label: name, hint: words(presence === 'offline' ? 'offline_me' : presence), state: presence, value: { agent: id }, off: presence !== 'online' })),
    ...teams.map((team) => ({ label: team.name, hint: words('team_there', { n: there(team) }), state: there(team) ? 'online' : 'offline', value: { team: team.id } })),
    { label: words('the_bot'), hint: words('transfer_bot'), state: 'bot', value: { bot: true } },
  ]
}

/** A moment to snooze until, by the shop's clock. @param {Page['desk']} desk @param {Words} words @returns {Promise<string | undefined>} */
export async function when({ site: { timezone } }, words) {
  const now = new Date(), moments = later(now, timezone), items = moments.map(({ key, at }) => ({ label: words(key), hint: dated(at, words.locale, timezone), value: at.toISOString() }))
  const picked = await pick({ title: words('snooze_until'), items: [...items, { label: words('another_time'), value: '' }] }, words)
  if (!picked || picked.value) return picked?.value
  const hint = words('by_the_clock_of', { zone: zoneName(words.locale, timezone) }), value = typed(moments.find(({ key }) => key === 'tomorrow')?.at ?? now, timezone)
  const keep = (/** @type {Record<string, string>} */ said) => Number(read(said.until, timezone)) > Date.now() || words('in_the_past')
  const said = await ask({ title: words('snooze_until'), hint, submit: words('snooze'), keep, fields: [{ name: 'until', label: words('date_and_time'), type: 'datetime-local', value }] }, words)
  return said ? read(said.until, timezone)?.toISOString() : undefined
}

/** @param {Page} page @param {string[]} own @param {(tags: string[]) => void} [changed] is told of each one at once @returns {Promise<string[] | undefined>} */
export async function whichTags({ desk, words: say }, own, changed) {
  const words = say(), known = [...new Set([...own, ...desk.inbox.rows.flatMap(({ tags }) => tags)])].sort((a, b) => a.localeCompare(b, words.locale))
  const picked = await pick({
    title: words('tags_title'), many: true, changed: /** @type {any} */ (changed), items: known.map((tag) => ({ label: tag, value: tag, checked: own.includes(tag) })),
    create: (tag) => ({ label: words('new_tag', { name: tag }), value: tag }),
  }, words)
  return picked?.value
}
