import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { visitorSession } from '../../static/widget/visitor.js'

/** Two tabs over one memory; the server makes one visitor of each name, and answers when it is told to. */
function tabs() {
  const memory = new Map(), asked = /** @type {any[]} */ ([]), answers = /** @type {(() => void)[]} */ ([])
  const store = { get: (/** @type {string} */ name) => memory.get(name), set: (/** @type {string} */ name, /** @type {any} */ value) => void (value === null ? memory.delete(name) : memory.set(name, value)) }
  globalThis.fetch = /** @type {any} */ ((/** @type {string} */ _url, /** @type {any} */ { body }) => {
    const told = JSON.parse(body)
    asked.push(told)
    return new Promise((done) => answers.push(() => done({ ok: true, json: async () => ({ token: told.visitor ?? `token of ${told.first}`, expires_at: '2999-01-01' }) })))
  })
  const tab = () => visitorSession(/** @type {any} */ ({ base: '', key: 'k', store, kept: { page: () => ({}) } }))
  return { memory, asked, answers, tab, settle: () => new Promise((done) => setImmediate(done)) }
}

test('two tabs of a first visit ask by one name, and keep one token', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const { memory, asked, answers, tab, settle } = tabs()
  const both = [tab()(false), tab()(false)]
  mock.timers.tick(200)
  await settle()
  assert.equal(asked.length, 2)
  assert.ok(asked[0].first.length >= 32)
  assert.equal(asked[0].first, asked[1].first)
  answers[0]()
  await settle()
  answers[1]()
  await settle()
  answers[2]?.() // the second asks again as who the first is
  const [one, two] = await Promise.all(both)
  assert.equal(one.token, two.token)
  assert.deepEqual([...memory.keys()], ['token'])
  mock.timers.reset()
})

test('who was here before asks at once, and by no name', async () => {
  const { memory, asked, answers, tab, settle } = tabs()
  memory.set('token', 'mine')
  const asking = tab()(false)
  await settle()
  assert.deepEqual([asked[0].visitor, asked[0].first], ['mine', undefined])
  answers[0]()
  assert.equal((await asking).token, 'mine')
})
