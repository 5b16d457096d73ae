// The transcript: order, holes, own messages, streamed answers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Transcript } from '../../static/chat/transcript.js'
import { golden, message, welcome } from './golden.js'

/** @param {Transcript} transcript */
const texts = (transcript) => transcript.entries.map((entry) => (entry.kind === 'message' ? entry.text : entry.kind))

/** @param {Transcript} transcript @returns {any} */
const last = (transcript) => transcript.entries.at(-1)

/** @param {...any} frames */
function told(...frames) {
  const transcript = new Transcript()
  for (const frame of frames) transcript.apply(frame)
  return transcript
}

test('every golden event is taken in', () => {
  const transcript = told(welcome(0))
  for (const [name, frame] of Object.entries(golden)) if (!name.startsWith('client.') && name !== 'session') transcript.apply(frame)
  assert.equal(transcript.newest, 7)
})

test('events show in the order of their numbers, each once, whatever order they come in', () => {
  const transcript = told(welcome(0), message(1), message(3), message(2), message(3), message(1))
  assert.deepEqual(texts(transcript), ['answer 1', 'answer 2', 'answer 3'])
  assert.equal(transcript.seq, 3)
  assert.equal(transcript.hole, false)
})

test('nothing shows beyond a hole until it is filled', () => {
  const transcript = told(welcome(1), message(1), message(3))
  assert.deepEqual(texts(transcript), ['answer 1'])
  assert.ok(transcript.hole && transcript.torn)
  transcript.asked()
  transcript.apply(message(2))
  assert.deepEqual(texts(transcript), ['answer 1', 'answer 2', 'answer 3'])
})

test('a hole that the answer to sync passes was not for us', () => {
  const transcript = told(welcome(0), message(1), message(4), message(6))
  transcript.asked()
  transcript.apply(message(4))
  transcript.apply(message(6))
  transcript.apply(message(7))
  assert.deepEqual(texts(transcript), ['answer 1', 'answer 4', 'answer 6', 'answer 7'])
})

test('a repeat that came before sync was asked proves nothing', () => {
  const transcript = told(welcome(0), message(1), message(3), message(3))
  assert.deepEqual(texts(transcript), ['answer 1'])
})

test('a pong with a newer number shows a hole', () => {
  assert.ok(told(welcome(1), message(1), { type: 'pong', seq: 2 }).hole)
})

test('a message of ours shows at once, keeps its place in the page, and is never doubled', () => {
  const transcript = told(welcome(0))
  transcript.say({ client_id: 'a', text: 'hi', at: '2026-11-21T09:30:00Z' })
  assert.equal(last(transcript).mark, 'sending')
  transcript.apply({ type: 'ack', client_id: 'a', seq: 1, at: '2026-11-21T09:30:01Z' })
  assert.equal(last(transcript).mark, 'sent')
  const { key } = last(transcript)
  transcript.apply(message(1, { author: { kind: 'visitor', name: '' }, text: 'hi', client_id: 'a' }))
  assert.deepEqual(texts(transcript), ['hi'])
  assert.equal(last(transcript).key, key)
})

test('files show with our message at once, and with the server’s', () => {
  const file = { id: 'f', name: 'tent.png', type: 'image/png', size: 9, width: 4, height: 3, url: '/api/v1/attachments/x' }
  const transcript = told(welcome(0))
  transcript.say({ client_id: 'a', text: '', at: '', attachments: [file] })
  assert.deepEqual(last(transcript).attachments, [file])
  transcript.apply(message(1, { author: { kind: 'visitor', name: '' }, text: '', client_id: 'a', attachments: [{ ...file, url: '/api/v1/attachments/y' }] }))
  assert.equal(transcript.entries.length, 1)
  assert.equal(last(transcript).attachments[0].url, '/api/v1/attachments/y')
})

test('our message from another tab shows too', () => {
  assert.deepEqual(texts(told(welcome(0), message(1, { author: { kind: 'visitor', name: '' }, text: 'other tab', client_id: 'b' }))), ['other tab'])
})

test('a failed message says why and can be tried again', () => {
  const transcript = told(welcome(0))
  transcript.say({ client_id: 'a', text: 'hi', at: '' })
  transcript.fail('a', 'Too long')
  assert.deepEqual([last(transcript).mark, last(transcript).error], ['failed', 'Too long'])
  transcript.retry('a')
  assert.deepEqual([last(transcript).mark, last(transcript).error], ['sending', undefined])
})

test('an answer or a read mark tells that ours was read', () => {
  const own = message(1, { author: { kind: 'visitor', name: '' }, client_id: 'a' })
  /** @type {any} */ let first = told(welcome(0), own, { type: 'read', who: 'agent', seq: 1 }).entries[0]
  assert.equal(first.mark, 'read')
  first = told(welcome(0), own, message(2)).entries[0]
  assert.equal(first.mark, 'read')
  first = told(welcome(0), own, { type: 'read', who: 'visitor', seq: 1 }).entries[0]
  assert.equal(first.mark, 'sent')
})

test('deltas grow one answer, and the final message takes its place', () => {
  const transcript = told(welcome(0), { type: 'turn', turn: 't', state: 'thinking' })
  assert.ok(transcript.busy)
  transcript.apply({ type: 'delta', turn: 't', at: 0, text: 'You can ' })
  transcript.apply({ type: 'delta', turn: 't', at: 8, text: 'return' })
  assert.equal(last(transcript).text, 'You can return')
  const { key } = last(transcript)
  transcript.apply(message(1, { turn: 't', text: 'You can return it.' }))
  assert.deepEqual(texts(transcript), ['You can return it.'])
  assert.equal(last(transcript).key, key)
  assert.equal(transcript.busy, false)
})

test('offsets count characters, not UTF-16 units', () => {
  const transcript = told(welcome(0), { type: 'delta', turn: 't', at: 0, text: '好🙂' }, { type: 'delta', turn: 't', at: 2, text: '的' })
  assert.equal(last(transcript).text, '好🙂的')
})

test('a repeated delta changes nothing and a lost one adds no nonsense', () => {
  const transcript = told(welcome(0), { type: 'delta', turn: 't', at: 0, text: 'ab' }, { type: 'delta', turn: 't', at: 0, text: 'ab' }, { type: 'delta', turn: 't', at: 9, text: 'z' })
  assert.equal(last(transcript).text, 'ab')
})

test('who comes back in mid-answer gets the text so far', () => {
  const transcript = told(welcome(0, { partial: { turn: 't', text: '您可以' } }), { type: 'delta', turn: 't', at: 3, text: '退货' })
  assert.equal(last(transcript).text, '您可以退货')
})

test('a late word about an answer that is already there starts no second one', () => {
  const transcript = told(welcome(0), message(1, { turn: 't' }), { type: 'turn', turn: 't', state: 'writing' }, { type: 'delta', turn: 't', at: 0, text: 'x' })
  assert.deepEqual(texts(transcript), ['answer 1'])
})

test('a cancelled answer goes away', () => {
  const transcript = told(welcome(0), { type: 'delta', turn: 't', at: 0, text: 'ab' }, { type: 'turn', turn: 't', state: 'cancelled' })
  assert.deepEqual(texts(transcript), [])
  assert.equal(transcript.busy, false)
})

test('a new place in line replaces the old one', () => {
  const line = (/** @type {number} */ seq, /** @type {number} */ position) => ({ type: 'owner', seq, at: '', owner: 'queue', online: true, position })
  const transcript = told(welcome(0), message(1), line(2, 3), line(3, 2))
  assert.deepEqual(texts(transcript), ['answer 1', 'owner'])
  assert.deepEqual([last(transcript).position, last(transcript).before], [2, 'bot'])
})

test('another conversation starts an empty page, with what is still unsaid', () => {
  const transcript = told(welcome(0), message(1))
  transcript.say({ client_id: 'a', text: 'hi', at: '' })
  transcript.apply(welcome(0, { conversation: 'c2' }))
  assert.deepEqual(texts(transcript), ['hi'])
  assert.equal(transcript.unsent.get('a')?.conversation, 'c1')
})

test('a score goes to its answer or to the whole', () => {
  const transcript = told(welcome(0), message(1), { type: 'rated', seq: 2, at: '', of: 1, score: -1 }, { type: 'rated', seq: 3, at: '', score: 5 })
  assert.equal(last(transcript).score, -1)
  assert.equal(transcript.score, 5)
})

test('any shuffling, doubling and loss ends in the same page once the gaps are asked for', () => {
  const all = Array.from({ length: 30 }, (_, n) => message(n + 1))
  let seed = 7
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647
  for (let round = 0; round < 200; round++) {
    const transcript = told(welcome(0))
    const some = all.flatMap((event) => (random() < 0.3 ? [] : random() < 0.3 ? [event, event] : [event])).sort(() => random() - 0.5)
    for (const event of some) transcript.apply(event)
    transcript.apply({ type: 'pong', seq: 30 })
    if (transcript.hole) {
      transcript.asked()
      for (const event of all.slice(transcript.seq)) transcript.apply(event)
    }
    assert.deepEqual(texts(transcript), all.map(({ text }) => text))
  }
})

test('what was sealed whole is shown to who wrote it, while the page lives', () => {
  const transcript = told(welcome(0)), own = 'b1'
  const sealed = (/** @type {number} */ seq) => ({ ...message(seq), author: { kind: 'visitor', name: '' }, client_id: own, text: '••••••••' })
  transcript.say({ client_id: own, text: 'ada@example.com', at: '' })
  transcript.apply(/** @type {any} */ (sealed(1)))
  assert.deepEqual(texts(transcript), ['ada@example.com'])
  assert.deepEqual(texts(told(welcome(0), sealed(1))), ['••••••••'], 'not to a page that comes later')
})
