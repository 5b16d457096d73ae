import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dom } from './page.js'
import { message } from './golden.js'

dom();
/** @type {any} */ (globalThis).matchMedia = () => ({ matches: true })
await import('../../static/chat/thread.js')
const { words } = await import('../../static/chat/words.js')
const en = await words('en')
const entry = (/** @type {number} */ seq) => ({ ...message(seq), kind: 'message', key: `seq:${seq}` })

test('a screen reader hears the answers of a new conversation, whose numbers begin anew', () => {
  const thread = /** @type {any} */ (document.createElement('chat-thread'))
  document.body.append(thread)
  const told = () => thread.querySelector('p[role=status]').textContent
  thread.show({ entries: [], words: en, since: 0 })
  thread.show({ entries: [entry(1), entry(2), entry(3)], words: en, since: 0 })
  assert.match(told(), /answer 3/)
  thread.show({ entries: [], words: en, since: Infinity })
  thread.show({ entries: [], words: en, since: 0 })
  thread.show({ entries: [entry(1)], words: en, since: 0 })
  assert.match(told(), /answer 1$/)
  thread.show({ entries: [entry(1), entry(2)], words: en, since: 0 })
  assert.match(told(), /answer 2$/)
})

test('nor is it missed where both conversations fall between two drawings', () => {
  const thread = /** @type {any} */ (document.createElement('chat-thread'))
  document.body.append(thread)
  thread.show({ entries: [entry(1), entry(2), entry(3)], words: en, since: 0 })
  thread.show({ entries: [entry(1)], words: en, since: 0 })
  assert.match(thread.querySelector('p[role=status]').textContent, /answer 1$/)
})
