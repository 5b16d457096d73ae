// The catalogues and the opening times.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownerLine, words } from '../../static/chat/words.js'
import enFirst from '../../static/chat/words/en.js'
import enLater from '../../static/chat/words/en.later.js'
import zhFirst from '../../static/chat/words/zh-hans.js'
import zhLater from '../../static/chat/words/zh-hans.later.js'
import enMasked from '../../static/chat/words/en.masked.js'
import zhMasked from '../../static/chat/words/zh-hans.masked.js'
import { asText } from '../../static/chat/keepsake.js'
import { message } from './golden.js'

/** @type {Record<string, string | string[]>} */ const en = { ...enFirst, ...enLater, ...enMasked }
/** @type {Record<string, string>} */ const zh = { ...zhFirst, ...zhLater, ...zhMasked }

test('both languages say the same things, with the same blanks', () => {
  assert.deepEqual(Object.keys(zh), Object.keys(en))
  const blanks = (/** @type {string | string[]} */ text) => [...new Set([text].flat().join().match(/\{\w+\}/g))].sort()
  for (const key of Object.keys(en)) assert.deepEqual(blanks(zh[key]), blanks(en[key]), key)
})

test('Chinese is written with full-width punctuation and 您, and nothing shouts', () => {
  for (const [key, text] of Object.entries(zh)) assert.doesNotMatch(text, /[\u4e00-\u9fff][,.?!:;()]|你/, key)
  for (const text of Object.values({ ...en, ...zh }).flat()) assert.doesNotMatch(text, /[!！]|Oops/)
})

test('the reader’s language, one and many', async () => {
  assert.equal((await words('zh-hans'))('send'), '发送')
  assert.equal((await words('zh-CN'))('unread', { n: 2 }), '2 条未读消息')
  const english = await words('fr')
  assert.equal(english('unread', { n: 1 }), '1 unread message')
  assert.equal(english('unread', { n: 2 }), '2 unread messages')
})

test('the place in line is one sentence', async () => {
  const t = await words('en')
  assert.equal(ownerLine({ owner: 'queue', online: true, position: 2, wait_seconds: 180 }, t), 'You are number 2 in line · about 3 minutes')
  assert.equal(ownerLine({ owner: 'queue', online: false }, t), 'No one is online right now')
  assert.equal(ownerLine({ owner: 'human', online: true, agent: { name: 'Bob' } }, t), 'You are now talking to Bob')
})

test('a conversation can be kept as text', async () => {
  const { type, ...event } = message(1, { text: 'Yes [1].', sources: [{ title: 'Returns', url: 'https://a.example/r', article: 1, passage: 1 }] })
  const t = await words('en')
  await t.more()
  assert.match(asText([{ ...event, kind: 'message', key: 'x' }], t, 'Acme'), /Acme assistant \(Bot\): Yes \[1\]\.\n {2}\[1\] Returns https:\/\/a\.example\/r/)
})
