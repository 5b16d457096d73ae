// One row of the inbox as it is drawn: the customer's words, a colleague's note, what a search found. Words are never markup.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { known, lone, maker } from '../../static/console/model/canned.js'
import { Shelves } from '../../static/console/model/shelves.js'
import { Desk } from '../../static/console/model/desk.js'
import { words } from '../../static/console/words.js'
import { row } from './console.test.js'
import { dom } from './page.js'

dom()
const { InboxRow } = await import('../../static/console/elements/row.js')
const say = await words('en')
const how = { chosen: false, marked: false }

test('a row shows the last words of the customer, not those of the bot after them', () => {
  const drawn = new InboxRow('a'), text = () => drawn.node.querySelector('.words')?.textContent
  drawn.update(row('a', { last: { author: 'bot', text: 'No one is online.', at: '' }, asked: { author: 'visitor', text: 'My tent leaks', at: '' } }), how, say)
  assert.equal(text(), 'My tent leaks')
  drawn.update(row('a', { last: { author: 'bot', text: 'Hello', at: '' } }), how, say)
  assert.equal(text(), 'Bot: Hello')
  drawn.update(row('a', { called: { kind: 'transfer', mention: false, read: false, by: 'Ana', text: 'Wants a refund', at: '' } }), how, say)
  assert.equal(text(), 'Ana: Wants a refund')
  assert.ok(drawn.node.classList.contains('unread'))
  drawn.update(row('a', { called: { kind: 'transfer', mention: false, read: true, by: 'Ana', text: 'Wants a refund', at: '' } }), how, say)
  assert.equal(text(), 'hello', 'a note that was read gives way to the customer')
})

test('what a search found is marked, and markup in it stays text', () => {
  const drawn = new InboxRow('a'), evil = '<img src=x onerror=alert(1)>'
  drawn.update(row('a'), { ...how, same: true, found: { hits: [{ seq: 1, by: 'visitor', at: '', parts: [[evil, true], [' & <b>co</b>', false]] }], named: [['Ve', true], ['ra', false]] } }, say)
  assert.deepEqual([...drawn.node.querySelectorAll('mark')].map((node) => node.textContent), ['Ve', evil])
  assert.equal(drawn.node.querySelector('.hit')?.textContent, `${evil} & <b>co</b>`)
  assert.equal(drawn.node.querySelectorAll('img, b').length, 0)
  assert.ok(drawn.node.classList.contains('same'))
})

test('a search keeps what it found beside the rows that the line tells of', async () => {
  const desk = new Desk(/** @type {any} */ ({ get: () => null, set() {} })), hit = { seq: 1, by: 'visitor', at: '', parts: [['tent', true]] }
  const shelves = new Shelves(desk, () => {}, () => {}, async () => /** @type {any} */ ({ ok: true, json: async () => ({ rows: [{ ...row('a'), hits: [hit] }], next: null }) }))
  await shelves.find('tent')
  assert.deepEqual(desk.hits.get('a')?.hits, [hit])
})

test('a lone /word is known for what it is, and what is called so is found', () => {
  const desk = { canned: [{ id: 1, shortcut: 'hello', title: '', text: 'Hi', scope: '' }], macros: [{ id: 2, shortcut: '退货', title: '', steps: [], scope: '' }] }
  assert.deepEqual(['/hello', ' /退货 ', 'see /hello', '/hello there', '/a/b', '/'].map(lone), ['hello', '退货', '', '', '', ''])
  assert.deepEqual(['Hello', '退货', 'helo'].map((one) => known(desk, one)), [true, true, false])
  assert.equal(maker('cannedreply', '退货'), '/admin/agents/cannedreply/add/?shortcut=%E9%80%80%E8%B4%A7')
})
