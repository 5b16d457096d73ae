import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Talk } from '../../static/console/model/talk.js'

const me = { id: 1, name: 'Bob' }
const said = (/** @type {number} */ seq) => /** @type {any} */ ({ type: 'message', conversation: 'c', seq, at: '2026-12-01T10:00:00Z', author: { kind: 'agent', name: 'Bob' }, text: `reply ${seq}` })
const opened = (/** @type {any} */ more) => /** @type {any} */ ({ type: 'opened', conversation: 'c', seq: 2, customer: {}, summary: null, turns: [], viewers: [], ...more })
const states = (/** @type {Talk} */ talk) => talk.entries(me).map((entry) => entry.kind === 'message' && entry.carried?.state)

test('what became of each reply by mail is shown with it, live', () => {
  const talk = new Talk('c')
  talk.apply(opened({ mail: { to: 'v@example.org', mailed: [{ seqs: [1], state: 'sent' }] }, seen: { here: false, at: '2026-12-01T09:00:00Z' } }), me)
  talk.apply(said(1), me)
  talk.apply(said(2), me)
  assert.deepEqual([states(talk), talk.mail, talk.seen.here], [['sent', undefined], 'v@example.org', false])
  talk.apply(/** @type {any} */ ({ type: 'mailed', conversation: 'c', seqs: [2], state: 'bounced', error: 'no such person' }), me)
  assert.deepEqual(states(talk), ['sent', 'bounced'])
  talk.apply(/** @type {any} */ ({ type: 'mailed', conversation: 'c', seqs: [2], state: 'needless' }), me)
  assert.deepEqual(states(talk), ['sent', undefined], 'read in the chat')
  talk.apply(/** @type {any} */ ({ type: 'seen', conversation: 'c', here: true, at: '2026-12-01T10:01:00Z' }), me)
  assert.equal(talk.seen.here, true)
})
