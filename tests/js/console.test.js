// What the console knows and does without a page: the inbox's order and clocks, keys, canned replies, words, one conversation.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { complete, expand, matching, named, values, wanted } from '../../static/console/model/canned.js'
import { Desk } from '../../static/console/model/desk.js'
import { Inbox, awayFor, beside, dueIn, patience, unread } from '../../static/console/model/inbox.js'
import { KEYS, commandOf, keyOf } from '../../static/console/model/shortcuts.js'
import { called, hue, known } from '../../static/console/model/people.js'
import { duration, later, moment } from '../../static/console/model/time.js'
import { term, words } from '../../static/console/words.js'
import en from '../../static/console/words/en.js'
import zh from '../../static/console/words/zh-hans.js'

const folder = new URL('../../static/console/', import.meta.url)

/** @param {string} conversation @param {object} [more] @returns {any} */
export const row = (conversation, more) => ({
  conversation, visitor: { id: 'v', name: 'Vera', email: '', language: 'en', blocked: false }, owner: 'queue', assignee: null, team: null,
  last: { author: 'visitor', text: 'hello', at: '2026-11-21T09:30:00.000Z' }, seq: 3, read: 3, waiting_since: null, state: 'open', snoozed_until: null,
  tags: [], priority: 0, reason: '', handover: null, mine: false, ...more,
})
const at = (/** @type {number} */ minute) => `2026-11-21T09:${String(minute).padStart(2, '0')}:00.000Z`
const memory = () => {
  /** @type {Map<string, any>} */ const held = new Map()
  return { held, get: (/** @type {string} */ name) => held.get(name) ?? null, set: (/** @type {string} */ name, /** @type {unknown} */ value) => void held.set(name, value) }
}
const ids = (/** @type {any[]} */ rows) => rows.map(({ conversation }) => conversation)

test('who waits longest comes first, the urgent before them, the rest by their last words', () => {
  const inbox = new Inbox()
  inbox.whole([
    row('old', { last: { author: 'bot', text: '', at: at(1) } }), row('new', { last: { author: 'bot', text: '', at: at(9) } }),
    row('waits', { waiting_since: at(5) }), row('waits longer', { waiting_since: at(2) }), row('urgent', { waiting_since: at(8), priority: 3 }),
  ], 1)
  assert.deepEqual(ids(inbox.in('all')), ['urgent', 'waits longer', 'waits', 'new', 'old'])
})

test('who left is no longer waiting: apart, behind those who are there, with what they are owed', () => {
  const inbox = new Inbox(), now = Date.parse(at(40))
  inbox.whole([
    row('left first', { waiting_since: at(1), left_at: at(16) }), row('there', { waiting_since: at(9) }), row('there longer', { waiting_since: at(5) }),
    row('promised', { owner: 'bot', left_at: at(20), due_at: at(50) }), row('promised sooner', { waiting_since: at(3), left_at: at(20), due_at: at(45) }),
    row('back', { owner: 'bot', due_at: at(50) }), row('taken', { owner: 'human', waiting_since: at(2), mine: true }),
  ], 1)
  assert.deepEqual(ids(inbox.in('waiting')), ['taken', 'there longer', 'there', 'promised sooner', 'promised', 'left first'])
  assert.equal(inbox.counts.waiting, 3)
  assert.deepEqual(['left first', 'there'].map((id) => awayFor(/** @type {any} */ (inbox.get(id)), now)), [24 * 60, null])
  assert.equal(patience(/** @type {any} */ (inbox.get('left first')), now, 120), null)
  for (const view of /** @type {const} */ (['unassigned', 'all', 'waiting'])) assert.deepEqual(ids(inbox.in(view)).filter((id) => id.startsWith('there')), ['there longer', 'there'])
})

test('each view shows its own, with counts', () => {
  const inbox = new Inbox()
  const bob = { id: 2, name: 'Bob' }
  inbox.whole([
    row('free', { waiting_since: at(1) }), row('mine', { owner: 'human', assignee: bob, mine: true }), row('theirs', { owner: 'human', assignee: { id: 3, name: 'Carla' } }),
    row('bot', { owner: 'bot', waiting_since: at(1) }), row('later', { state: 'snoozed', mine: true }), row('done', { state: 'resolved', mine: true, due_at: at(-60) }),
  ], 1)
  assert.deepEqual(inbox.counts, { mine: 1, unassigned: 1, waiting: 1, owed: 1, mentions: 0, all: 4, snoozed: 1, resolved: 1 })
  assert.deepEqual(ids(inbox.in('waiting')), ['free']) // a question that the bot is answering waits for nobody
})

test('a missing frame of the inbox is noticed, and the whole puts it right', () => {
  const inbox = new Inbox()
  inbox.whole([row('a'), row('gone')], 4)
  assert.equal(inbox.changed([row('a', { seq: 4 })], 5), false)
  assert.equal(inbox.changed([row('b')], 7), true)
  assert.equal(inbox.n, 5)
  inbox.whole([row('a', { seq: 4 }), row('b')], 7)
  assert.deepEqual(ids(inbox.in('all')).sort(), ['a', 'b'])
  assert.equal(inbox.n, 7)
})

test('what a search brought never covers what the line told', () => {
  const inbox = new Inbox()
  inbox.whole([row('a', { seq: 9 })], 1)
  inbox.shelve([row('a', { seq: 3 }), row('done', { state: 'resolved' })])
  assert.equal(inbox.get('a')?.seq, 9)
  assert.deepEqual(ids(inbox.in('resolved')), ['done'])
  inbox.changed([row('done', { state: 'open' })], 2)
  assert.equal(inbox.counts.resolved, 0)
})

test('a wait turns amber after half the target and red beyond it', () => {
  const now = Date.parse(at(10))
  const level = (/** @type {number} */ minute) => patience(row('a', { waiting_since: at(minute) }), now, 300)?.level
  assert.deepEqual([level(9), level(7), level(4)], ['calm', 'soon', 'late'])
  assert.equal(patience(row('a'), now, 300), null)
  assert.equal(patience(row('a', { waiting_since: at(4), state: 'snoozed' }), now, 300), null)
})

test('an answer that was promised turns amber two hours before it is due and red after that', () => {
  const now = Date.parse(at(10))
  const due = (/** @type {number} */ minutes, more = {}) => dueIn(row('a', { due_at: new Date(now + minutes * 60_000).toISOString(), ...more }), now)
  assert.deepEqual([due(300), due(60), due(-6)].map((each) => each?.level), ['calm', 'soon', 'late'])
  assert.equal(due(-6)?.seconds, -360)
  assert.equal(due(60, { waiting_since: at(4) }), null, 'who waits now is told of first')
  assert.equal(dueIn(row('a'), now), null)
  const inbox = new Inbox()
  inbox.whole([row('later', { due_at: at(50) }), row('sooner', { due_at: at(30), state: 'resolved' }), row('none')], 1)
  assert.deepEqual(ids(inbox.in('owed')), ['sooner', 'later'])
})

test('who is called by a colleague has it unread, first of the mentions, until they have looked', () => {
  const inbox = new Inbox(), call = (/** @type {object} */ more) => ({ called: { kind: 'mention', mention: true, read: false, by: 'Ana', text: '@bob', at: at(1), ...more } })
  inbox.whole([row('read', call({ read: true, at: at(9) })), row('older', call({})), row('newer', call({ at: at(5) })), row('passed', call({ kind: 'transfer', mention: false })), row('none')], 1)
  assert.deepEqual(ids(inbox.in('mentions')), ['newer', 'older', 'read'])
  assert.equal(inbox.counts.mentions, 2)
  assert.equal(unread(row('a', { ...call({}), state: 'resolved' })), true)
  inbox.read('newer', 3)
  assert.deepEqual(ids(inbox.in('mentions')), ['older', 'read', 'newer'])
  assert.equal(inbox.counts.mentions, 1)
})

test('unread, and the neighbour of the chosen row', () => {
  assert.equal(unread(row('a', { seq: 4 })), true)
  assert.equal(unread(row('a', { seq: 4, state: 'resolved' })), false)
  assert.equal(unread(row('a', { seq: 4, owner: 'bot' })), false, 'the bot deals with it')
  assert.equal(unread(row('a', { seq: 4, owner: 'bot', due_at: at(9) })), true, 'an answer is owed')
  const rows = [row('a'), row('b'), row('c')]
  assert.deepEqual([beside(rows, 'a', 1), beside(rows, 'c', 1), beside(rows, '', -1), beside([], '', 1)].map((one) => one?.conversation), ['b', 'c', 'c', undefined])
})

const idle = { writing: false, offered: false, dialog: false }

test('keys are commands only where nobody is writing', () => {
  assert.equal(commandOf({ key: 'j' }, idle), 'next')
  assert.equal(commandOf({ key: '?', shiftKey: true }, idle), 'sheet')
  assert.equal(commandOf({ key: 'j' }, { ...idle, writing: true }), null)
  assert.equal(commandOf({ key: 'k', metaKey: true }, { ...idle, writing: true }), 'palette')
  assert.equal(commandOf({ key: 'r', ctrlKey: true }, idle), null) // the browser's own
  assert.equal(commandOf({ key: 'e' }, { ...idle, dialog: true }), null)
  assert.equal(commandOf({ key: 'j', isComposing: true }, idle), null)
})

test('Enter takes an offer unless the focus is in a field; Escape first leaves the field', () => {
  const offered = { ...idle, offered: true }
  assert.equal(commandOf({ key: 'Enter' }, offered), 'accept')
  assert.equal(commandOf({ key: 'Enter' }, { ...offered, writing: true }), null)
  assert.equal(commandOf({ key: 'Escape' }, { ...offered, writing: true }), 'leave')
  assert.equal(commandOf({ key: 'Escape' }, offered), 'decline')
})

test('no key means two things, and machines name them their way', () => {
  assert.equal(new Set(Object.values(KEYS)).size, Object.keys(KEYS).length)
  assert.deepEqual([keyOf('palette', true), keyOf('palette', false), keyOf('reply', false), keyOf('accept', true)], ['⌘K', 'Ctrl K', 'R', '↵'])
})

test('"/" wants a canned reply at the start of a word, "@" a colleague and only in notes', () => {
  assert.deepEqual(wanted('/re', 3, false), { kind: 'canned', from: 0, query: 're' })
  assert.deepEqual(wanted('Hello /', 7, false), { kind: 'canned', from: 6, query: '' })
  assert.equal(wanted('https://acme', 12, false), null)
  assert.equal(wanted('1/2', 3, false), null)
  assert.equal(wanted('@ca', 3, false), null)
  assert.deepEqual(wanted('请看，@王', 5, true), { kind: 'mention', from: 3, query: '王' })
})

test('canned replies are found by shortcut, then title, then text', () => {
  const canned = /** @type {any[]} */ ([{ id: 1, shortcut: 'bye', title: 'Return', text: '' }, { id: 2, shortcut: 'return', title: 'x', text: '' }, { id: 3, shortcut: 'z', title: 'y', text: 'we return' }, { id: 4, shortcut: 'q', title: 'q', text: 'q' }])
  assert.deepEqual(matching(canned, 'ret').map(({ id }) => id), [2, 1, 3])
  assert.deepEqual(named([{ id: 1, name: 'Carla' }, { id: 2, name: '王强' }], '强').map(({ id }) => id), [2])
})

test('blanks are filled; a missing name has its word and an unknown blank stays to be seen', () => {
  const filled = values({ name: '', email: 'v@example.com', attributes: { plan: 'Gold' } }, { id: 2, name: 'Bob' }, 'Acme')
  assert.equal(expand('Hi {{name|there}}, {{agent}} of {{site}}: {{plan}}, {{order}}', filled), 'Hi there, Bob of Acme: Gold, {{order}}')
  assert.equal(expand('{name}您好', values({ name: '林小雨' }, { id: 2, name: 'Bob' }, 'Acme')), '林小雨您好')
  assert.deepEqual(complete('Oh /hi you', 6, { kind: 'canned', from: 3, query: 'hi' }, 'Hello'), { text: 'Oh Hello you', caret: 8 })
})

test('both languages say the same things, with the same blanks, in their own punctuation', () => {
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort())
  const blanks = (/** @type {string | string[]} */ text) => [...new Set([text].flat().join().match(/\{\w+\}/g))].sort()
  for (const key of Object.keys(en)) assert.deepEqual(blanks(zh[key]), blanks(en[key]), key)
  for (const [key, text] of Object.entries(zh)) assert.doesNotMatch(text, /[\u4e00-\u9fff][,.?!:;()]|您/, key)
  for (const text of Object.values({ ...en, ...zh }).flat()) assert.doesNotMatch(text, /[!！]|Oops/)
})

// Reads the sources as people write them: a slim copy, which the tests of its weight try, has other names in it.
const slim = !readFileSync(new URL('model/desk.js', folder), 'utf8').startsWith('// ')
test('every word the console asks for is there', { skip: slim }, () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js') && !name.startsWith('words/')).map((name) => readFileSync(new URL(name, folder), 'utf8'))
  const shared = ['en.js', 'en.later.js'].map((name) => readFileSync(new URL(`../chat/words/${name}`, folder), 'utf8')).join('')
  const asked = new Set(files.flatMap((text) => [...text.matchAll(/\b(?:words|say)(?:\(\))?\('([a-z_0-9]+)'/g)].map(([, key]) => key)))
  assert.ok(asked.size > 60)
  for (const key of [...asked, ...Object.keys(KEYS)]) assert.ok(key in en || shared.includes(`  ${key}:`), key)
})

test('clocks are short and terms are words', async () => {
  const t = await words('en'), c = await words('zh-hans')
  assert.deepEqual([45, 200, 3900, 200_000].map((seconds) => duration(seconds, t)), ['45 s', '3 min', '1 h 05', '2 days'])
  assert.equal(duration(61, c), '1 分钟')
  assert.deepEqual([term(t, 'reason', 'low_confidence'), term(t, 'reason', 'full_moon'), term(t, 'tier', null)], ['bot not sure', 'full moon', ''])
  assert.equal(moment('2026-11-20T09:00:00Z', 'en', new Date('2026-11-21T09:00:00Z')), 'Nov 20')
  for (const { key, at } of later(new Date('2026-11-21T09:00:00'))) assert.ok(at > new Date('2026-11-21T09:00:00') && key in en, key)
  assert.equal(t('send_note'), 'Save note')
  assert.equal(t('retry'), 'Retry') // the chat's own
})

test('a customer who gave no name is called a visitor, not the shop', () => {
  const talk = new Desk(memory()).talk('c'), names = (/** @type {object} */ called) => talk.entries({ id: 2, name: 'Bob' }, called).map((/** @type {any} */ { author }) => author.name)
  for (const [seq, name] of [[1, ''], [2, 'Vera']]) talk.apply(/** @type {any} */ ({ type: 'message', conversation: 'c', seq, at: at(1), author: { kind: 'visitor', name }, text: 'hi' }), { id: 2, name: 'Bob' })
  assert.deepEqual(names({ visitor: 'Visitor' }), ['Visitor', 'Vera'])
  assert.deepEqual(names({ visitor: 'Vera' }), ['Vera', 'Vera'])
})

test('notes and colleagues are kinds of their own; a note of ours is shown at once and only once', () => {
  const desk = new Desk(memory())
  desk.me = { id: 2, name: 'Bob', role: 'agent' }
  desk.selected = 'c'
  const talk = desk.talk('c'), said = (/** @type {any} */ frame) => desk.apply({ conversation: 'c', at: at(1), ...frame })
  said({ type: 'opened', seq: 2, row: row('c'), customer: {}, summary: null, turns: [], viewers: [{ id: 2, name: 'Bob' }, { id: 3, name: 'Carla' }] })
  said({ type: 'message', seq: 1, author: { kind: 'agent', name: 'Carla' }, text: 'mine' })
  said({ type: 'message', seq: 2, author: { kind: 'bot', name: 'Acme' }, text: 'bot', turn: 't' })
  const client_id = desk.say('@Carla look', 'note')
  const kinds = () => talk.entries(desk.me).map((/** @type {any} */ { author }) => author.kind)
  assert.deepEqual(kinds(), ['colleague', 'bot', 'note'])
  said({ type: 'note', seq: 3, author: { kind: 'agent', name: 'Bob' }, text: '@Carla look', client_id })
  assert.deepEqual(kinds(), ['colleague', 'bot', 'note'])
  assert.deepEqual(talk.viewers.map(({ name }) => name), ['Carla'])
  assert.equal(talk.entries(desk.me)[0], talk.entries(desk.me)[0]) // the same object: the thread draws it once
  assert.equal(talk.answered, 2)
})

test('drafts and what is on its way outlive a reload', () => {
  const store = memory(), desk = new Desk(store)
  desk.select('c')
  desk.draft('say', 'half a sen')
  const client_id = desk.say('hello', 'note')
  const again = new Desk(store)
  assert.equal(again.draft('say', undefined, 'c'), 'half a sen')
  assert.deepEqual(again.unsent.map((kept) => [kept.client_id, kept.kind, kept.text]), [[client_id, 'note', 'hello']])
})

test('a customer without a name keeps a number and a colour, and only what is known stands beside', async () => {
  const say = await words('en'), visitor = { id: '9b2f', name: '', email: '', language: '', blocked: false, number: 4821, place: 'Denver', device: 'Safari, iPhone' }
  assert.equal(called(visitor, say), 'Visitor 4821')
  assert.equal(called({ ...visitor, name: 'Vera' }, say), 'Vera')
  assert.equal(called(undefined, say), 'Visitor')
  assert.deepEqual(known(visitor), ['Denver', 'iPhone'])
  assert.deepEqual(known({ ...visitor, place: '', device: '' }), [])
  assert.equal(hue('9b2f'), hue('9b2f'))
  assert.ok(new Set(Array.from({ length: 200 }, (_, n) => hue(`visitor ${n}`))).size > 8)
})
