// The agent's line against a scripted server and a clock that the test moves.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Desk } from '../../static/console/model/desk.js'
import { Line } from '../../static/console/model/line.js'
import { Wire } from './wire.js'

const row = (/** @type {string} */ conversation, /** @type {object} */ more = {}) => ({ conversation, visitor: { id: 'v', name: 'Vera', email: '' }, owner: 'human', last: null, seq: 0, read: 0, state: 'open', tags: [], priority: 0, reason: '', mine: true, ...more })
const welcome = (/** @type {number} */ n = 0, /** @type {object[]} */ rows = []) => ({ type: 'welcome', me: { id: 2, name: 'Bob', role: 'agent' }, presence: 'online', n, rows, members: [], teams: [], canned: [], settings: {}, site: { name: 'Acme', language: 'en' } })
const opened = (/** @type {number} */ seq) => ({ type: 'opened', conversation: 'c', seq, row: row('c'), customer: {}, summary: null, turns: [], viewers: [] })
const message = (/** @type {number} */ seq, /** @type {object} */ more = {}) => ({ type: 'message', conversation: 'c', seq, at: '2026-11-21T09:30:00Z', author: { kind: 'visitor', name: 'Vera' }, text: `words ${seq}`, ...more })

function stage(/** @type {Map<string, any>} */ held = new Map()) {
  const desk = new Desk({ get: (name) => held.get(name) ?? null, set: (name, value) => void held.set(name, value) })
  /** @type {Wire[]} */ const wires = []
  let now = 0, id = 0
  /** @type {Map<number, {at: number, run: () => void}>} */ const timers = new Map()
  const line = new Line({
    desk, open: () => (wires.push(new Wire()), /** @type {any} */ (wires.at(-1))), random: () => 0.5,
    later: (run, ms) => (timers.set(++id, { at: now + ms, run }), id), never: (timer) => void timers.delete(timer),
  })
  desk.out = line
  const pass = (/** @type {number} */ ms) => {
    const until = now + ms
    for (;;) {
      const next = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0]
      if (!next) break
      timers.delete(next[0])
      now = next[1].at
      next[1].run()
    }
    now = until
  }
  const wire = () => /** @type {Wire} */ (wires.at(-1))
  line.connect()
  return { desk, line, wires, wire, pass, held }
}

test('the server begins; then the chosen conversation is opened from where we are', () => {
  const { desk, line, wire } = stage()
  wire().tell(welcome(0, [row('c')]))
  assert.equal(line.state, 'online')
  desk.select('c')
  assert.deepEqual(wire().sent, [{ type: 'open', conversation: 'c', after: 0 }])
  desk.select('d')
  assert.deepEqual(wire().sent.slice(1), [{ type: 'leave', conversation: 'c' }, { type: 'open', conversation: 'd', after: 0 }])
})

test('a lost line comes back with everything later, and says again what was not acknowledged', () => {
  const { desk, line, wires, wire, pass } = stage()
  wire().tell(welcome(0, [row('c')]))
  desk.select('c')
  wire().tell(opened(2), message(1), message(2))
  const said = desk.say('hello', 'say'), noted = desk.say('for us', 'note')
  wire().tell({ type: 'ack', client_id: said, conversation: 'c', seq: 3, at: 'x' })
  wire().hangUp(1012)
  assert.equal(line.state, 'waiting')
  pass(1000)
  assert.equal(wires.length, 2)
  wire().tell(welcome(0, [row('c')]))
  assert.deepEqual(wire().sent, [{ type: 'open', conversation: 'c', after: 2 }, { type: 'note', conversation: 'c', client_id: noted, text: 'for us' }])
  wire().tell(message(3, { client_id: said, author: { kind: 'agent', name: 'Bob' }, text: 'hello' }), { ...message(4), type: 'note', client_id: noted, author: { kind: 'agent', name: 'Bob' }, text: 'for us' })
  assert.equal(desk.unsent.length, 0)
  assert.equal(desk.talk('c').entries(desk.me).length, 4)
})

test('files go by their ids, again after a reload too', () => {
  const { desk, wire, held } = stage()
  wire().tell(welcome(0, [row('c')]))
  desk.select('c')
  wire().tell(opened(0))
  const file = { id: 'f', name: 'label.pdf', type: 'application/pdf', size: 9, url: '/x' }
  const said = desk.say('', 'say', [file]), noted = desk.say('look', 'note', [file])
  assert.deepEqual(wire().got('say')[0], { type: 'say', conversation: 'c', client_id: said, text: '', attachments: ['f'] })
  assert.deepEqual(/** @type {any} */ (desk.talk('c').entries(desk.me)[0]).attachments, [file])
  const reloaded = stage(new Map(JSON.parse(JSON.stringify([...held]))))
  reloaded.wire().tell(welcome(0, [row('c')]))
  assert.deepEqual(reloaded.wire().got('say'), [{ type: 'say', conversation: 'c', client_id: said, text: '', attachments: ['f'] }])
  assert.deepEqual(reloaded.wire().got('note'), [{ type: 'note', conversation: 'c', client_id: noted, text: 'look', attachments: ['f'] }])
})

test('a hole in the inbox is asked for once, and a heartbeat finds the last one', () => {
  const { wire, desk, pass } = stage()
  wire().tell(welcome(3, [row('a')]), { type: 'inbox', n: 5, rows: [row('b')] }, { type: 'inbox', n: 6, rows: [row('c')] })
  assert.deepEqual(wire().got('sync'), [{ type: 'sync' }])
  wire().tell({ type: 'inbox', n: 7, rows: [row('a'), row('b'), row('c'), row('d')], whole: true })
  assert.equal(desk.inbox.n, 7)
  pass(20_000)
  assert.equal(wire().got('ping').length, 1)
  wire().tell({ type: 'pong', n: 8 })
  assert.equal(wire().got('sync').length, 2)
})

test('a hole in the conversation is asked for', () => {
  const { wire, desk } = stage()
  wire().tell(welcome(0, [row('c')]))
  desk.select('c')
  wire().tell(opened(1), message(1), message(3))
  assert.deepEqual(wire().got('sync'), [{ type: 'sync', conversation: 'c', after: 1 }])
  wire().tell(message(2), message(3))
  assert.equal(desk.talk('c').transcript.seq, 3)
})

test('silence is a dead line; no answer to a message means saying it again, then telling', () => {
  const { wire, wires, desk, pass } = stage()
  wire().tell(welcome(0, [row('c')]))
  desk.select('c')
  wire().tell(opened(0))
  const said = desk.say('hello', 'say')
  pass(10_000)
  assert.equal(wire().got('say').length, 2)
  pass(20_000) // a ping at 20 s, and nothing back
  assert.equal(wires[0].readyState, 3)
  pass(40_000)
  assert.equal(desk.talk('c').transcript.unsent.get(said)?.state, 'failed')
  assert.equal(desk.unsent[0].text, 'hello') // kept
})

test('a refusal is said at the message, a busy server is tried again, a closed door is not', () => {
  const { wire, wires, line, desk, pass } = stage()
  wire().tell(welcome(0, [row('c')]))
  desk.select('c')
  const long = desk.say('x', 'say'), soon = desk.say('y', 'say')
  wire().tell({ type: 'error', code: 'too_long', message: 'Too long.', client_id: long }, { type: 'error', code: 'too_fast', message: 'Slow.', client_id: soon, retry_after: 2 })
  assert.equal(desk.talk('c').transcript.unsent.get(long)?.error, 'Too long.')
  pass(2000)
  assert.equal(wire().got('say').filter(({ client_id }) => client_id === soon).length, 2)
  wire().hangUp(4403)
  pass(120_000)
  assert.equal(line.state, 'refused')
  assert.equal(wires.length, 1)
})

test('what a rule warns about goes when the agent says so, and ends the conversation only then', () => {
  const { wire, desk } = stage(), sent = (/** @type {string} */ type) => wire().got(type)
  wire().tell(welcome(0, [row('c')]))
  desk.select('c')
  const own = desk.say('6222', 'say')
  let done = 0
  desk.talk('c').then.set(own, () => void done++)
  wire().tell({ type: 'error', code: 'confirm', message: 'A card. Send it anyway?', client_id: own })
  const held = /** @type {any} */ (desk.talk('c').entries(desk.me).at(-1))
  assert.deepEqual([held.mark, held.ask, held.error, done], ['failed', 'confirm', 'A card. Send it anyway?', 0])
  desk.retry({ client_id: own, confirmed: true })
  assert.deepEqual(sent('say').map(({ confirmed }) => confirmed), [undefined, true])
  wire().tell({ type: 'ack', conversation: 'c', client_id: own, seq: 1, at: '2026-11-21T09:30:00Z' })
  assert.equal(done, 1)
})

test('what a rule does not let go is taken back whole', () => {
  const { wire, desk } = stage(), file = /** @type {any} */ ({ id: 'f', name: 'a.png', type: 'image/png', size: 1, url: '/f' })
  wire().tell(welcome(0, [row('c')]))
  desk.select('c')
  const own = desk.say('no', 'say', [file])
  wire().tell({ type: 'error', code: 'filtered', message: 'Never.', client_id: own })
  const kept = desk.talk('c').back(own)
  assert.deepEqual([kept?.text, kept?.attachments], ['no', [file]])
  assert.deepEqual(desk.unsent, [])
  assert.equal(desk.talk('c').back(own), undefined)
})

test('a masked message is shown as it was written for as long as one looks', () => {
  const { wire, desk } = stage(), masked = [{ start: 0, end: 4, rule: 'numbers' }], shown = () => /** @type {any} */ (desk.talk('c').entries(desk.me).at(-1))
  wire().tell(welcome(0, [row('c')]), message(1, { text: '****', masked }))
  desk.select('c')
  assert.deepEqual([shown().text, shown().opens, shown().opened], ['****', true, undefined])
  wire().tell({ type: 'original', conversation: 'c', seq: 1, text: '1381' })
  assert.deepEqual([shown().text, shown().opened], ['1381', true])
  desk.talk('c').cover(1)
  assert.equal(shown().text, '****')
  wire().tell({ type: 'original', conversation: 'c', seq: 1, text: '1381' }, opened(1))
  assert.equal(shown().text, '****')
})

test('who is out is told why, and is in again by looking back after a log-in', () => {
  const { wire, wires, line, pass } = stage()
  wire().tell(welcome(0, []), { type: 'error', code: 'unauthorized', message: 'You are logged out.' })
  wire().hangUp(4401)
  assert.deepEqual([line.state, line.reason], ['refused', 'You are logged out.'])
  line.wake()
  wire().hangUp(1006) // still out: the handshake is turned down
  pass(120_000)
  assert.deepEqual([line.state, line.reason, wires.length], ['refused', 'You are logged out.', 2])
  line.wake()
  wire().tell(welcome(0, []))
  assert.deepEqual([line.state, line.reason], ['online', ''])
})

test('a new role is worn at once', () => {
  const { wire, desk } = stage()
  wire().tell(welcome(0, []), { type: 'me', me: { id: 'b', name: 'bob', role: 'operator' } })
  assert.equal(desk.me.role, 'operator')
})
