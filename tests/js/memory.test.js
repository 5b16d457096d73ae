// What this browser remembers may be an older version's, half written, huge or a stranger's: it counts as absent, and nothing stops.

import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { dom } from './page.js'

dom()
const { UNSENT, fits, perhaps, storage, uuid } = await import('../../static/chat/browser.js')
const { Talk } = await import('../../static/widget/talk.js')
const { Desk } = await import('../../static/console/model/desk.js')

/** All that JSON can be, and what it can't. */
const JUNK = ['', '{broken', 'null', 'true', '0', '-1', '1e999', '"x"', '[]', '[null]', '[[]]', '[{}]', '[1,"a"]', '{}', '{"name":1}', '{"name":"A","greeting":{},"locale":[]}',
  '{"name":"A","greeting":"Hi","locale":"en","suggestions":"abc"}', '{"name":"A","greeting":"Hi","locale":"en","suggestions":[1]}', '{"conversation":1,"seq":"x"}',
  '[{"client_id":"a","text":"t","at":"never"}]', '[{"client_id":"a","text":"t","at":"2026-11-30T00:00:00Z","attachments":[null]}]', '{"saved":[],"filter":3}', '"' + 'x'.repeat(2_000_000) + '"']
const NAMES = ['token', 'talked', 'seen', 'contact', 'config', 'look', 'sound', 'open', 'unsent', 'draft', 'leaving']

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
})

const door = () => (/** @type {any} */ ({ base: 'https://acme.example', key: 'k', gone: new AbortController().signal, kept: { page: () => ({}) }, changed() {}, configured() {}, news() {}, refused() {} }))

test('an id is a UUID 4 and never the same', () => {
  const made = new Set(Array.from({ length: 500 }, uuid))
  assert.equal(made.size, 500)
  for (const id of made) assert.match(id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
})

test('a value has the shape of its example or counts as absent', () => {
  assert.ok(fits({ a: 'x', more: 1 }, { a: '' }))
  assert.ok(fits([], ['']))
  assert.ok(fits({}, { a: perhaps('') }))
  for (const [value, like] of [[null, {}], [undefined, ''], ['x', 0], [{ a: 1 }, { a: '' }], [[1], ['']], [{ a: 1 }, { a: perhaps('') }], ['ab', ['']]]) assert.ok(!fits(value, like), JSON.stringify([value, like]))
  assert.ok(fits({ client_id: 'a', text: '', at: '2026-11-30T00:00:00Z' }, UNSENT))
})

test('the widget starts and says its words over any memory', () => {
  for (const name of NAMES) for (const junk of JUNK) {
    localStorage.clear()
    sessionStorage.clear()
    const place = ['open', 'unsent', 'draft', 'leaving'].includes(name) ? sessionStorage : localStorage
    place.setItem(`yingda:k:${name}`, junk)
    const talk = new Talk(door()), told = `${name} = ${junk.slice(0, 60)}`
    assert.ok(Array.isArray(talk.entries), told)
    assert.equal(typeof talk.unread, 'number', told)
    assert.equal(typeof talk.missed, 'boolean', told)
    assert.equal(typeof (talk.tab.get('draft', '') ?? ''), 'string', told)
    for (const { text, at } of talk.transcript.unsent.values()) assert.ok(typeof text === 'string' && Date.parse(at), told)
    talk.transcript.say({ client_id: uuid(), text: 'hello', at: new Date().toISOString() })
    assert.equal(talk.entries.at(-1)?.kind, 'message', told)
  }
})

test('one broken message on its way does not take the others along', () => {
  const good = { client_id: uuid(), text: 'still to be said', at: new Date().toISOString() }
  sessionStorage.setItem('yingda:k:unsent', JSON.stringify([null, { text: 1 }, good]))
  assert.deepEqual([...new Talk(door()).transcript.unsent.values()].map(({ text }) => text), ['still to be said'])
})

test('the console starts over any memory', () => {
  for (const junk of JUNK) {
    sessionStorage.setItem('console:unsent', junk)
    sessionStorage.setItem('console:draft:say:c', junk)
    const desk = new Desk(storage(() => sessionStorage, 'console:'))
    assert.ok(Array.isArray(desk.unsent), junk.slice(0, 60))
    assert.equal(typeof desk.draft('say', undefined, 'c'), 'string', junk.slice(0, 60))
  }
})

test('where storage throws, the page remembers by itself', () => {
  const refused = storage(() => { throw new Error('refused') }, 'x:')
  refused.set('a', { b: 1 })
  assert.deepEqual(refused.get('a', { b: 0 }), { b: 1 })
  refused.set('a', null)
  assert.equal(refused.get('a', {}), undefined)
})

test('what no longer fits into storage is remembered by the page, not its old value', () => {
  const full = /** @type {any} */ ({ getItem: () => '"old"', setItem() { throw new Error('full') }, removeItem() {} })
  const shelf = storage(() => full, 'y:')
  shelf.set('a', 'new')
  assert.equal(shelf.get('a', ''), 'new')
})

test('what is said while the line is coming up outlives the page', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] }) // to give it up takes half a minute, for which this process would wait
  const scope = /** @type {any} */ (globalThis)
  scope.fetch = () => new Promise(() => {})
  const talk = new Talk(door())
  talk.start()
  talk.say('said too early')
  assert.deepEqual([...new Talk(door()).transcript.unsent.values()].map(({ text }) => text), ['said too early'])
})
