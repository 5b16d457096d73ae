// The customer's flow in the console, without a page: who may lead it, what is asked of the server, what is kept of its answers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Desk } from '../../static/console/model/desk.js'
import { LEADING, Leading, leads, serves } from '../../static/console/model/leading.js'
import { words } from '../../static/console/words.js'

const slot = (/** @type {string} */ name, /** @type {object} */ more = {}) => ({ name, label: name, kind: 'text', sensitive: false, asked: false, shown: '', typed: '', choices: [], ...more })
const AT = { flow: 'return', title: 'Return an item', state: 'order', state_title: 'Order', states: [{ name: 'order', title: 'Order' }, { name: 'why', title: 'Reason' }], slots: [slot('order', { asked: true })], waits: 'slots', paused: true, since: '2026-11-21T09:00:00Z', others: [], gone: false }
const FLOWS = [{ name: 'return', title: 'Return an item' }]
const ROW = { conversation: 'c', visitor: { id: 'v', name: 'Vera' }, owner: 'human', assignee: { id: 'b', name: 'Bob' }, state: 'open', tags: [], mine: true, seq: 0, read: 0 }

const desk = (/** @type {object | null} */ at, /** @type {object} */ row = {}) => {
  /** @type {Map<string, any>} */ const held = new Map()
  const made = new Desk({ get: (/** @type {string} */ name) => held.get(name) ?? null, set: (/** @type {string} */ name, /** @type {unknown} */ value) => void held.set(name, value) })
  const sent = /** @type {any[]} */ ([])
  made.out = { send: (frame) => sent.push(frame) > 0, open() {}, say() {} }
  made.apply(/** @type {any} */ ({ type: 'welcome', me: { id: 'b', name: 'Bob', role: 'agent' }, presence: 'online', n: 0, rows: [{ ...ROW, ...row }], members: [], teams: [], canned: [], settings: {}, site: { name: 'Acme', language: 'en' } }))
  made.select('c')
  made.apply(/** @type {any} */ ({ type: 'opened', conversation: 'c', seq: 0, customer: {}, summary: null, turns: [], viewers: [], flow: { at, flows: FLOWS, tickets: [] } }))
  return { desk: made, sent }
}
const offered = (/** @type {Desk} */ one) => LEADING.filter((name) => serves(name, one)).join(' ')

test('who has the conversation leads its flow, and nobody else', () => {
  assert.equal(offered(desk(AT).desk), 'hand_back skip_to end_flow')
  assert.equal(offered(desk(null).desk), 'start_flow')
  assert.equal(offered(desk(AT, { mine: false }).desk), '')
  assert.equal(offered(desk(AT, { owner: 'bot' }).desk), '')
  assert.equal(offered(desk(AT, { state: 'resolved' }).desk), '')
  assert.equal(leads(desk(AT).desk), true)
})

test('a flow that is no longer published can only be ended, or another one begun', () => {
  assert.equal(offered(desk({ ...AT, gone: true, states: [], slots: [] }).desk), 'start_flow end_flow')
})

test('handing back is asked again after a broken line until the flow’s own frame answers it', async () => {
  const { desk: one, sent } = desk(AT), t = await words('en')
  const leading = new Leading(/** @type {any} */ ({ desk: one, words: () => t }), (out) => out)
  await leading.run('hand_back')
  const [{ type, client_id, conversation }] = sent
  assert.deepEqual([type, conversation], ['hand_back', 'c'])
  one.asked.again(one.out)
  assert.equal(sent.length, 2)
  one.apply(/** @type {any} */ ({ type: 'flow', conversation: 'c', client_id, at: { ...AT, paused: false }, tickets: [] }))
  one.asked.again(one.out)
  assert.equal(sent.length, 2)
  assert.equal(one.current?.flow?.at?.paused, false)
  assert.equal(leading.run('tags'), undefined, 'what is no verb of flows is left to others')
})

test('a sensitive value that was shown is forgotten when the flow moves or one looks elsewhere', () => {
  const { desk: one } = desk(AT)
  one.apply(/** @type {any} */ ({ type: 'revealed', conversation: 'c', slot: 'phone', shown: '+1 503' }))
  assert.deepEqual(one.current?.revealed, { phone: '+1 503' })
  one.apply(/** @type {any} */ ({ type: 'flow', conversation: 'c', at: AT, tickets: [] }))
  assert.deepEqual(one.current?.revealed, {})
  one.apply(/** @type {any} */ ({ type: 'revealed', conversation: 'c', slot: 'phone', shown: '+1 503' }))
  one.apply(/** @type {any} */ ({ type: 'opened', conversation: 'c', seq: 0, customer: {}, summary: null, turns: [], viewers: [] }))
  assert.deepEqual(one.current?.revealed, {})
  assert.equal(one.current?.flow, null)
})

test('every wait and every verb has words in both languages', async () => {
  for (const language of ['en', 'zh-hans']) {
    const t = await words(language)
    for (const key of [...LEADING, ...['slots', 'yes_no', 'intent', 'effect', 'colleague', 'nothing'].map((waits) => `flow_waits_${waits}`), 'reason_by_flow']) assert.notEqual(t(key), key, `${key} in ${language}`)
  }
})
