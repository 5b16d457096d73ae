// The console's tools without a page: filters, macros in the "/" list, what is asked again, many at once, who took over.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Asked } from '../../static/console/model/asked.js'
import { answers } from '../../static/console/model/canned.js'
import { Desk } from '../../static/console/model/desk.js'
import { fits, gathered, narrows, offered, tidy, told } from '../../static/console/model/filter.js'
import { Shelves } from '../../static/console/model/shelves.js'
import { pairs } from '../../static/console/model/tools.js'
import { Watch } from '../../static/console/model/watch.js'
import { words } from '../../static/console/words.js'

const NOW = Date.parse('2026-11-21T10:00:00Z')
const row = (/** @type {string} */ conversation, /** @type {object} */ more = {}) => (/** @type {any} */ ({
  conversation, visitor: { id: 'v', name: 'Vera', email: '', language: 'en', blocked: false }, owner: 'human', assignee: null, team: null, last: null, opened_at: '2026-11-21T09:00:00Z',
  seq: 0, read: 0, waiting_since: null, state: 'open', snoozed_until: null, tags: [], priority: 0, reason: '', handover: null, mine: false, ...more,
}))
const memory = () => {
  /** @type {Map<string, any>} */ const held = new Map()
  return { get: (/** @type {string} */ name) => held.get(name) ?? null, set: (/** @type {string} */ name, /** @type {unknown} */ value) => void held.set(name, value) }
}
const desk = (/** @type {object} */ more = {}) => {
  const made = new Desk(memory()), sent = /** @type {any[]} */ ([])
  made.out = { send: (frame) => sent.push(frame) > 0, open() {}, say() {} }
  made.apply(/** @type {any} */ ({ type: 'welcome', me: { id: 'b', name: 'Bob', role: 'agent' }, presence: 'online', n: 0, rows: [], members: [{ id: 'b', name: 'Bob' }, { id: 'a', name: 'Alice' }], teams: [{ id: 1, name: 'Returns' }], canned: [], macros: [], views: [], settings: {}, site: { name: 'Acme', language: 'en' }, ...more }))
  return { desk: made, sent }
}

test('each filter leaves its own rows, and all of them together only what fits all', () => {
  const alices = row('a', { assignee: { id: 'a', name: 'Alice' }, team: { id: 1, name: 'Returns' }, tags: ['vip'], priority: 3, reason: 'lost', visitor: { language: 'zh-hans' } })
  const bobs = row('b', { assignee: { id: 'b', name: 'Bob' }, opened_at: '2026-11-01T09:00:00Z' }), free = row('c')
  const left = (/** @type {object} */ filter) => [alices, bobs, free].filter((one) => fits(one, filter, 'b', NOW)).map(({ conversation }) => conversation).join('')
  const cases = { team: { 1: 'a', none: 'bc' }, agent: { a: 'a', me: 'b', none: 'c' }, tag: { vip: 'a', other: '' }, priority: { 3: 'a', 0: 'bc' }, language: { 'zh-hans': 'a' }, reason: { lost: 'a' }, days: { 7: 'ac', 30: 'abc' } }
  for (const [field, values] of Object.entries(cases)) for (const [value, ids] of Object.entries(values)) assert.equal(left({ [field]: value }), ids, `${field}=${value}`)
  assert.equal(left({ tag: 'vip', agent: 'me' }), '')
  assert.equal(left({}), 'abc')
})

test('a live row leaves the list when it no longer fits', () => {
  const { desk: one } = desk({ rows: [row('a', { tags: ['vip'] }), row('b')] })
  Object.assign(one, { view: 'all', filter: { tag: 'vip' } })
  assert.deepEqual(one.rows.map(({ conversation }) => conversation), ['a'])
  one.apply(/** @type {any} */ ({ type: 'inbox', n: 1, rows: [row('a'), row('b', { tags: ['vip'] })] }))
  assert.deepEqual(one.rows.map(({ conversation }) => conversation), ['b'])
  assert.equal(one.inbox.counts.all, 2) // the counts stay the view's
})

test('what is chosen becomes a filter, the last of a field counts, and every part has a name', async () => {
  assert.deepEqual(gathered(['tag=a=b', 'team=1', 'tag=vip']), { team: '1', tag: 'vip' })
  assert.deepEqual([narrows({}), narrows({ tag: '' }), narrows({ tag: 'x' })], [false, false, true])
  assert.deepEqual(tidy({ days: '7', team: '', tag: 'x' }), { tag: 'x', days: '7' })
  const { desk: one } = desk({ rows: [row('a', { tags: ['vip'] })] }), t = await words('en')
  for (const [field, value] of offered(one)) assert.ok(told(field, value, one, t) && !told(field, value, one, t).includes('_'), `${field}=${value}`)
  assert.equal(told('team', '9', one, t), 'deleted')
})

test('a view that was just saved is the one looked at, and none when it is removed', () => {
  const { desk: one } = desk(), view = { id: 3, name: 'VIP', view: 'all', filter: { tag: 'vip' }, shared: false }
  Object.assign(one, { view: 'all', filter: { tag: 'vip' } })
  one.apply(/** @type {any} */ ({ type: 'views', views: [view] }))
  assert.equal(one.saved, 3)
  one.apply(/** @type {any} */ ({ type: 'views', views: [] }))
  assert.equal(one.saved, null)
})

test('a narrowed view and a search are asked of the server with the filter', async () => {
  const { desk: one } = desk(), asked = /** @type {string[]} */ ([])
  const answer = async (/** @type {any} */ url) => (asked.push(String(url).split('?')[1]), /** @type {any} */ ({ ok: true, json: async () => ({ rows: [row('z', { tags: ['vip'] })], next: null }) }))
  const shelves = new Shelves(one, () => {}, () => {}, answer)
  await shelves.look('mine')
  assert.deepEqual(asked, []) // the line tells these
  one.filter = { tag: 'vip' }
  await shelves.again()
  await shelves.find('boots')
  one.filter = {}
  await shelves.again()
  assert.deepEqual(asked, ['view=mine&tag=vip', 'view=all&tag=vip&q=boots', 'view=all&q=boots'])
})

test('"/" offers macros beside canned replies; a macro leaves no words', () => {
  const found = answers({ canned: [{ id: 1, shortcut: 'return', title: 'Return', text: 'Hi {name}', scope: 'tenant' }], macros: [{ id: 7, shortcut: 'ret-label', title: 'Label', steps: ['reply'], scope: 'tenant' }] }, 'ret', { name: 'Vera' })
  assert.deepEqual(found.map(({ label, text, macro }) => [label, text, macro]), [['/return', 'Hi Vera', undefined], ['/ret-label', '', 7]])
})

test('what was asked is asked again under the same id until it is answered', () => {
  const asked = new Asked(), sent = /** @type {any[]} */ ([])
  assert.equal(asked.ask({ send: () => false }, { type: 'macro' }), false)
  asked.again({ send: (frame) => sent.push(frame) > 0 })
  assert.equal(sent.length, 0) // what did not go out was told so, and is not done later behind the agent's back
  asked.ask({ send: (frame) => sent.push(frame) > 0 }, { type: 'macro', conversation: 'c' })
  asked.again({ send: (frame) => sent.push(frame) > 0 })
  assert.equal(new Set(sent.map(({ client_id }) => client_id)).size, 1)
  assert.equal(asked.waits('macro', 'c'), true)
  assert.equal(asked.settle(sent[0].client_id)?.type, 'macro')
  assert.deepEqual([asked.waits('macro', 'c'), asked.settle('x'), asked.settle()], [false, undefined, undefined])
})

test('rewritten words take the place of the old, which stay', () => {
  const { desk: one, sent } = desk()
  one.asked.ask(one.out, { type: 'rewrite', conversation: 'c', text: 'helo', how: 'fix' })
  one.apply(/** @type {any} */ ({ type: 'rewritten', conversation: 'c', client_id: sent.at(-1).client_id, text: 'Hello', how: 'fix', model: 'M' }))
  assert.equal(one.draft('say', undefined, 'c'), 'Hello')
  assert.equal(one.talk('c').rewritten?.original, 'helo')
})

test('a card and a place that changed are shown, and attributes are read from lines', () => {
  const { desk: one } = desk()
  one.apply(/** @type {any} */ ({ type: 'customer', conversation: 'c', customer: { name: 'Vera', notes: 'x' } }))
  one.apply(/** @type {any} */ ({ type: 'whereabouts', conversation: 'c', visitor: 'v', page: { url: 'https://a.example' }, device: 'Edge', claims: { plan: 'Gold' } }))
  assert.deepEqual(one.talk('c').customer, { name: 'Vera', notes: 'x', page: { url: 'https://a.example' }, device: 'Edge', claims: { plan: 'Gold' } })
  assert.deepEqual(pairs('plan: Gold\n套餐：黄金\nnonsense\nurl: https://a.example'), { plan: 'Gold', 套餐: '黄金', url: 'https://a.example' })
})

test('an agent hears who took over, what a macro did, and which of many were not done', async () => {
  const { desk: one } = desk({ rows: [row('c')] }), t = await words('en'), heard = /** @type {any[]} */ ([]), t2 = await words('zh-hans')
  const watch = new Watch(one, /** @type {any} */ ({ beep() {}, notify() {} }), { tell: (text, back) => heard.push([text, back]), select() {}, write() {}, explain: (refused) => heard.push(refused) })
  const take = (/** @type {any} */ frame, say = t) => (one.apply(frame), watch.take(frame, say, true))
  take({ type: 'claimed', handover: null, conversation: 'c', by: { id: 'a', name: 'Alice' }, from: { id: 'b', name: 'Bob' } })
  assert.equal(heard.pop()[0], 'Alice took over the conversation with Vera.')
  take({ type: 'macro_done', conversation: 'c', client_id: 'x', title: 'Label', did: ['reply', 'tags'] })
  assert.equal(heard.pop()[0], 'Label: replied, tags added.')
  take({ type: 'macro_done', conversation: 'c', client_id: 'x', title: '退货', did: ['reply', 'tags'] }, t2)
  assert.equal(heard.pop()[0], '退货：已回复、已加标签。')
  const refused = [{ conversation: 'd', name: 'Gustav', message: 'resolved' }]
  take({ type: 'bulk_done', client_id: 'x', verb: 'team', done: ['a', 'b'], refused })
  const [text, back] = heard.pop()
  assert.equal(text, '2 are passed on. 1 was not done.')
  back.run()
  assert.equal(heard.pop(), refused)
  one.asked.ask(one.out, { type: 'macro', conversation: 'c' })
  one.asked.again({ send: ({ client_id }) => (take({ type: 'error', code: 'not_yours', message: 'Nothing was done.', client_id }), true) })
  assert.equal(heard.pop()[0], 'Nothing was done.')
})

test('a message of which more or less is shown from now on is drawn anew', () => {
  const { desk: one } = desk(), me = /** @type {any} */ ({ id: 'm', name: 'Bob' })
  const places = [{ start: 0, end: 8, what: 'confided' }]
  const message = { type: 'message', conversation: 'c', seq: 1, at: '2026-01-01T00:00:00.000Z', author: { kind: 'visitor', name: 'Vera' }, text: '••••••••', masked: places }
  one.apply(/** @type {any} */ (message))
  const first = () => /** @type {any} */ (one.talk('c').entries(me)[0])
  assert.deepEqual([first().text, first().opens], ['••••••••', true])
  one.apply(/** @type {any} */ ({ type: 'amended', conversation: 'c', seq: 1, text: 'Do you ship to Ireland?', masked: [] }))
  assert.deepEqual([first().text, first().masked, first().opens], ['Do you ship to Ireland?', undefined, undefined])
  one.apply(/** @type {any} */ ({ type: 'amended', conversation: 'c', seq: 1, text: 'it is ••••••••', masked: [{ start: 6, end: 14, what: 'confided' }] }))
  assert.deepEqual([first().text, first().opens], ['it is ••••••••', true])
})

test('a message that came by mail opens whole and closes again', () => {
  const { desk: one } = desk(), me = /** @type {any} */ ({ id: 'm', name: 'Bob' }), talk = one.talk('c')
  one.apply(/** @type {any} */ ({ type: 'message', conversation: 'c', seq: 1, at: '2026-01-01T00:00:00.000Z', author: { kind: 'visitor', name: 'Vera' }, text: 'Thanks.' }))
  one.apply(/** @type {any} */ ({ type: 'mailed', conversation: 'c', seqs: [1], state: 'came', checks: 'dkim=pass', cut: true }))
  const first = () => /** @type {any} */ (talk.entries(me)[0])
  assert.deepEqual(first().carried, { state: 'came', error: undefined, checks: 'dkim=pass', cut: true })
  one.apply(/** @type {any} */ ({ type: 'original', conversation: 'c', seq: 1, text: 'Thanks. > It left.' }))
  assert.deepEqual([first().text, first().opened], ['Thanks. > It left.', true])
  talk.cover(1)
  assert.deepEqual([first().text, first().opened], ['Thanks.', undefined])
})
