// The connection against a scripted server and a clock that the test moves.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Connection } from '../../static/chat/connection.js'
import { Transcript } from '../../static/chat/transcript.js'
import { golden, message, welcome } from './golden.js'
import { Wire } from './wire.js'

/** @param {{session?: () => Promise<any>}} [options] */
function stage({ session } = {}) {
  const transcript = new Transcript()
  /** @type {Wire[]} */ const wires = []
  /** @type {boolean[]} */ const sessions = []
  let now = 0, id = 0
  /** @type {Map<number, {at: number, run: () => void}>} */ const timers = new Map()
  const line = new Connection({
    transcript,
    session: async (fresh) => (sessions.push(fresh), session ? session() : golden.session),
    open: () => (wires.push(new Wire()), /** @type {any} */ (wires.at(-1))),
    random: () => 0.5,
    later: (run, ms) => (timers.set(++id, { at: now + ms, run }), id),
    never: (timer) => timers.delete(timer),
  })
  const wire = () => /** @type {Wire} */ (wires.at(-1))
  const pass = async (/** @type {number} */ seconds) => {
    const until = now + seconds * 1000
    for (;;) {
      const due = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0]
      if (!due) break
      timers.delete(due[0])
      now = due[1].at
      due[1].run()
      await settle()
    }
    now = until
  }
  return { transcript, line, wires, wire, sessions, pass, say: (/** @type {string} */ text, client_id = text) => (transcript.say({ client_id, text, at: '' }), line.say(client_id)) }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

/** @param {number} [seq] */
async function online(seq = 0) {
  const scene = stage()
  await scene.line.connect()
  scene.wire().accept()
  scene.wire().tell(welcome(seq))
  return scene
}

test('the first frame is hello, and the first load asks for everything', async () => {
  const { wire, line } = await online()
  assert.deepEqual(wire().sent[0], { type: 'hello', token: golden.session.token, after: 0 })
  assert.equal(line.state, 'online')
})

test('a lost line is taken up where it broke, after 1 to 2 seconds', async () => {
  const { wires, wire, pass } = await online()
  wire().tell(message(1), message(2))
  wire().hangUp(1006)
  await pass(0.9)
  assert.equal(wires.length, 1)
  await pass(1.2)
  assert.equal(wires.length, 2)
  wire().accept()
  assert.deepEqual(wire().sent[0], { type: 'hello', token: golden.session.token, conversation: 'c1', after: 2 })
})

test('tries come slower and slower, never more than 30 s apart', async () => {
  const { wires, wire, pass } = await online()
  const gaps = []
  for (let n = 0; n < 8; n++) {
    wire().hangUp(1012)
    let waited = 0
    for (const before = wires.length; wires.length === before; waited += 0.5) await pass(0.5)
    gaps.push(waited)
  }
  assert.deepEqual(gaps, [...gaps].sort((a, b) => a - b))
  assert.ok(gaps[0] <= 2 && /** @type {number} */ (gaps.at(-1)) <= 30, String(gaps))
})

test('what was not acknowledged is said again under the same client_id, what was is not', async () => {
  const { wire, pass, say } = await online()
  say('one')
  say('two')
  wire().tell({ type: 'ack', client_id: 'one', seq: 1, at: '' })
  wire().hangUp(1006)
  await pass(3)
  wire().accept()
  wire().tell(welcome(1), message(1, { client_id: 'one', author: { kind: 'visitor', name: '' } }))
  assert.deepEqual(wire().got('say'), [{ type: 'say', client_id: 'two', text: 'two' }])
})

test('files go by their ids, again after a lost line, under the same client_id', async () => {
  const { wire, pass, transcript, line } = await online()
  transcript.say({ client_id: 'one', text: '', at: '', attachments: [{ id: 'f', name: 'tent.png', type: 'image/png', size: 9, url: '/x' }] })
  line.say('one')
  assert.deepEqual(wire().got('say'), [{ type: 'say', client_id: 'one', text: '', attachments: ['f'] }])
  wire().hangUp(1006)
  await pass(2)
  wire().accept()
  wire().tell(welcome(0))
  assert.deepEqual(wire().got('say'), [{ type: 'say', client_id: 'one', text: '', attachments: ['f'] }])
})

test('a message said while the line is down goes out when it is up', async () => {
  const { wire, pass, say, transcript } = await online()
  wire().hangUp(1006)
  say('later')
  await pass(3)
  wire().accept()
  wire().tell(welcome(0))
  assert.equal(wire().got('say').length, 1)
  assert.equal(transcript.unsent.get('later')?.state, 'sending')
})

test('a message nobody acknowledges is repeated, fails after 30 s, and goes out by itself after the next welcome', async () => {
  const { wire, pass, say, transcript } = await online()
  say('hi')
  await pass(11)
  assert.equal(wire().got('say').length, 2)
  for (let n = 0; n < 4; n++) {
    await pass(5)
    wire().tell({ type: 'pong', seq: 0 })
  }
  assert.equal(transcript.unsent.get('hi')?.state, 'failed')
  wire().hangUp(1006)
  await pass(3)
  wire().accept()
  wire().tell(welcome(0))
  assert.equal(wire().got('say').length, 1)
})

test('a hole is asked for at once, and once', async () => {
  const { wire } = await online(1)
  wire().tell(message(1), message(3))
  wire().tell({ type: 'typing', who: 'agent', on: true })
  assert.deepEqual(wire().got('sync'), [{ type: 'sync', after: 1 }])
})

test('an acknowledged message that never shows is asked for after a moment', async () => {
  const { wire, pass, say } = await online()
  say('hi')
  wire().tell({ type: 'ack', client_id: 'hi', seq: 1, at: '' })
  await pass(1)
  assert.equal(wire().got('sync').length, 0)
  await pass(2)
  assert.deepEqual(wire().got('sync'), [{ type: 'sync', after: 0 }])
})

test('it pings every 25 s and a newer number in the pong is asked for', async () => {
  const { wire, pass } = await online(1)
  wire().tell(message(1))
  await pass(26)
  assert.equal(wire().got('ping').length, 1)
  wire().tell({ type: 'pong', seq: 4 })
  assert.deepEqual(wire().got('sync'), [{ type: 'sync', after: 1 }])
})

test('a line that answers no ping is dead', async () => {
  const { wires, line, pass } = await online()
  await pass(36)
  assert.equal(line.state, 'waiting')
  await pass(3)
  assert.equal(wires.length, 2)
})

test('a server that accepts but never welcomes is left', async () => {
  const { line, wire, pass } = stage()
  await line.connect()
  wire().accept()
  await pass(11)
  assert.equal(line.state, 'waiting')
})

test('waking up checks the line, or tries at once', async () => {
  const { wire, wires, line } = await online()
  line.wake()
  assert.equal(wire().got('ping').length, 1)
  wire().hangUp(1006)
  line.wake()
  await settle()
  assert.equal(wires.length, 2)
})

test('4401 asks for a fresh token at once, a second one waits', async () => {
  const { wire, wires, sessions, pass, line } = await online()
  wire().hangUp(4401)
  await settle()
  assert.deepEqual(sessions, [false, true])
  wire().accept()
  wire().hangUp(4401)
  await settle()
  assert.equal(line.state, 'waiting')
  await pass(8)
  assert.equal(wires.length, 3)
})

test('4403 ends it, with the words that came before it', async () => {
  const { wire, wires, line, pass } = await online()
  wire().tell({ type: 'error', code: 'forbidden', message: 'This chat is closed for now.' })
  wire().hangUp(4403)
  await pass(120)
  assert.deepEqual([line.state, line.sentence], ['refused', 'This chat is closed for now.'])
  assert.equal(wires.length, 1)
})

test('4429 and 4408 wait at least half a minute', async () => {
  for (const code of [4429, 4408]) {
    const { wire, wires, pass } = await online()
    wire().hangUp(code)
    await pass(29)
    assert.equal(wires.length, 1)
    await pass(20)
    assert.equal(wires.length, 2)
  }
})

test('a page that is not allowed is told so, a server that is down is asked again', async () => {
  const refused = stage({ session: () => Promise.reject({ code: 'origin_not_allowed' }) })
  await refused.line.connect()
  assert.deepEqual([refused.line.state, refused.line.refusal], ['refused', 'origin_not_allowed'])
  const down = stage({ session: () => Promise.reject(new TypeError('network')) })
  await down.line.connect()
  assert.deepEqual([down.line.state, down.line.sentence], ['waiting', ''])
  await down.pass(3)
  assert.ok(down.sessions.length > 1)
})

test('a session refused for a while says why, in the words of the server, until the line is up', async () => {
  const refusals = [{ code: 'too_fast', message: 'Try again in 42 seconds.', retry_after: 42 }]
  const { line, wire, sessions, pass } = stage({ session: () => refusals.length ? Promise.reject(refusals.pop()) : Promise.resolve({ token: 't' }) })
  await line.connect()
  assert.deepEqual([line.state, line.sentence], ['waiting', 'Try again in 42 seconds.'])
  await pass(41)
  assert.equal(sessions.length, 1)
  while (sessions.length < 2) await pass(1)
  wire().accept()
  wire().tell(welcome(0))
  assert.deepEqual([line.state, line.sentence], ['online', ''])
  wire().tell({ type: 'error', code: 'too_fast', message: 'Slow.' })
  wire().hangUp(1006)
  assert.deepEqual([line.state, line.sentence], ['waiting', ''])
})

test('what is said in a row goes one at a time and in order, too_fast or not', async () => {
  const { wire, say, pass } = await online()
  for (const text of ['one', 'two', 'three']) say(text)
  const said = () => wire().got('say').map(({ text }) => text)
  const ack = (/** @type {string} */ client_id, /** @type {number} */ seq) => wire().tell({ type: 'ack', client_id, seq, at: '' })
  assert.deepEqual(said(), ['one'])
  ack('one', 1)
  wire().tell({ type: 'error', code: 'too_fast', message: 'slow', client_id: 'two', retry_after: 20 })
  say('four')
  await pass(19)
  assert.deepEqual(said(), ['one', 'two'])
  await pass(2)
  ack('two', 2)
  ack('three', 3)
  ack('four', 4)
  assert.deepEqual(said(), ['one', 'two', 'two', 'three', 'four'])
})

test('too_fast is said again when the server allows it', async () => {
  const { wire, say, pass, transcript } = await online()
  say('hi')
  wire().tell({ type: 'error', code: 'too_fast', message: 'slow', client_id: 'hi', retry_after: 5 })
  await pass(4)
  assert.equal(wire().got('say').length, 1)
  await pass(2)
  assert.equal(wire().got('say').length, 2)
  assert.equal(transcript.unsent.get('hi')?.state, 'sending')
})

test('a message the server cannot take fails with its words', async () => {
  const { wire, say, transcript } = await online()
  say('hi')
  wire().tell({ type: 'error', code: 'too_long', message: 'At most 10,000 characters.', client_id: 'hi' })
  assert.deepEqual(transcript.unsent.get('hi')?.error, 'At most 10,000 characters.')
})

test('a word to a closed conversation opens the next one with it', async () => {
  const { wire, wires, say, transcript } = await online()
  wire().tell(message(1), { type: 'closed', seq: 2, at: '' })
  say('again')
  wire().tell({ type: 'error', code: 'closed', message: 'closed', client_id: 'again' })
  await settle()
  assert.equal(wires.length, 2)
  wire().accept()
  assert.deepEqual(wire().sent[0], { type: 'hello', token: golden.session.token, after: 0 })
  wire().tell(welcome(0, { conversation: 'c2' }))
  assert.deepEqual(wire().got('say'), [{ type: 'say', client_id: 'again', text: 'again' }])
  assert.equal(transcript.entries.length, 1)
})

test('when the server gives another conversation than asked, unsaid words wait for their writer', async () => {
  const { wire, pass, say, transcript } = await online()
  say('hi')
  wire().hangUp(1006)
  await pass(3)
  wire().accept()
  wire().tell({ type: 'error', code: 'not_found', message: '' }, welcome(3, { conversation: 'c2' }))
  assert.equal(transcript.unsent.get('hi')?.state, 'failed')
  assert.equal(wire().got('say').length, 0)
  assert.deepEqual(wire().got('sync').at(0), { type: 'sync', after: 0 })
})

test('closing leaves nothing running', async () => {
  const { line, wires, pass } = await online()
  line.close()
  await pass(600)
  assert.equal(line.state, 'idle')
  assert.equal(wires.length, 1)
})

test('every frame the client sends has a golden example of the same shape', async () => {
  const { wire, line, say, pass } = await online(1)
  say('hi')
  wire().tell(message(1), message(3))
  await pass(26)
  line.send({ type: 'stop' })
  for (const frame of wire().sent) {
    const example = golden[`client.${frame.type}`]
    assert.ok(example, frame.type)
    for (const [field, value] of Object.entries(frame)) assert.equal(typeof value, typeof example[field], `${frame.type}.${field}`)
  }
})
