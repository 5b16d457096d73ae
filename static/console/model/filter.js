// What the inbox is narrowed down to. Pure; the server leaves the same rows (apps/agents/console/filters.py).

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from './desk.js' */
/** @import { Filter, Person, Row, SavedView, View } from '../wire' */
/** @typedef {keyof Filter} Field */

/** @type {Field[]} */
export const FIELDS = ['team', 'agent', 'tag', 'priority', 'language', 'reason', 'days']
export const REASONS = ['asked_for_person', 'no_passage', 'low_confidence', 'model_down', 'high_risk', 'filtered', 'flow_dead_end', 'failed', 'transferred', 'lost']
const DAY = 86_400_000

/** @type {Record<Field, (row: Row, wanted: string, me: Person['id'], now: number) => boolean>} */
const FITS = {
  team: ({ team }, wanted) => (wanted === 'none' ? !team : String(team?.id) === wanted),
  agent: ({ assignee }, wanted, me) => (wanted === 'none' ? !assignee : String(assignee?.id) === (wanted === 'me' ? String(me) : wanted)),
  tag: ({ tags }, wanted) => tags.includes(wanted),
  priority: ({ priority }, wanted) => String(priority) === wanted,
  language: ({ visitor }, wanted) => visitor.language === wanted,
  reason: ({ reason }, wanted) => reason === wanted,
  days: ({ opened_at }, wanted, _me, now) => Date.parse(opened_at) >= now - Number(wanted) * DAY,
}

/** @param {Row} row @param {Filter} filter @param {Person['id']} me @param {number} now */
export const fits = (row, filter, me, now) => FIELDS.every((field) => !filter[field] || FITS[field](row, filter[field], me, now))

/** @param {Filter} filter */
export const narrows = (filter) => FIELDS.some((field) => filter[field])

/** Only what narrows, in one order, so that two alike are the same text. @param {Filter} filter @returns {Filter} */
export const tidy = (filter) => Object.fromEntries(FIELDS.filter((field) => filter[field]).map((field) => [field, filter[field]]))

/** The saved view that is looked at: the one chosen, else one that is the same. @param {SavedView[]} views @param {{saved: number | null, view: View, filter: Filter}} now */
export function lookedAt(views, { saved, view, filter }) {
  const same = views.find((one) => one.view === view && JSON.stringify(tidy(one.filter)) === JSON.stringify(tidy(filter)))
  return views.some(({ id }) => id === saved) ? saved : same?.id ?? null
}

/** "tag=vip" and back; the last of a field counts. @param {string[]} chosen @returns {Filter} */
export const gathered = (chosen) => tidy(Object.fromEntries(chosen.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)])))

/** All that one may narrow by here. @param {Desk} desk @returns {[Field, string][]} */
export function offered({ teams, members, inbox }) {
  const tags = new Set(inbox.rows.flatMap((row) => row.tags)), tongues = new Set(inbox.rows.map(({ visitor }) => visitor.language).filter(Boolean))
  return [
    ['agent', 'me'], ['agent', 'none'], ...members.map(({ id }) => /** @type {[Field, string]} */ (['agent', String(id)])),
    ...teams.map(({ id }) => /** @type {[Field, string]} */ (['team', String(id)])), ...(teams.length ? [/** @type {[Field, string]} */ (['team', 'none'])] : []),
    ...[...tags].sort().map((tag) => /** @type {[Field, string]} */ (['tag', tag])), ...['3', '2', '1', '0'].map((one) => /** @type {[Field, string]} */ (['priority', one])),
    ...[...tongues].sort().map((one) => /** @type {[Field, string]} */ (['language', one])), ...REASONS.map((one) => /** @type {[Field, string]} */ (['reason', one])),
    ...['1', '7', '30'].map((one) => /** @type {[Field, string]} */ (['days', one])),
  ]
}

/** One part of a filter as people say it. @param {Field} field @param {string} value @param {Desk} desk @param {Words} words */
export function told(field, value, { teams, members }, words) {
  const named = (/** @type {Person[]} */ all) => all.find(({ id }) => String(id) === value)?.name ?? words('gone')
  switch (field) {
    case 'team': return value === 'none' ? words('no_team') : named(teams)
    case 'agent': return value === 'me' ? words('you') : value === 'none' ? words('nobody') : named(members)
    case 'priority': return words(`priority_${value}`)
    case 'language': return tongue(value, words.locale)
    case 'reason': return words(`reason_${value}`)
    case 'days': return words('last_days', { n: Number(value) })
    default: return value
  }
}

/** A language by its name in the reader's. @param {string} code @param {string} locale */
export function tongue(code, locale) {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(code.replace(/^zh-hans$/i, 'zh-Hans')) ?? code
  } catch {
    return code
  }
}
