import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { refused } from '../../static/widget/patience.js'

const slow = /** @type {any} */ ({ type: 'error', code: 'too_fast', message: 'Try again in 7 seconds.', retry_after: 7 })

test('a person who was asked for too fast is asked for again, and why is told meanwhile', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const asked = /** @type {any[]} */ ([]), door = { refused: () => assert.fail('no field is wrong'), changed: () => {} }
  const talk = /** @type {any} */ ({ told: '', wish: { type: 'person' }, ask: (/** @type {any} */ wish) => asked.push(wish) })
  refused(talk, slow, door)
  assert.equal(talk.told, 'Try again in 7 seconds.')
  mock.timers.tick(6_900)
  assert.deepEqual(asked, [])
  mock.timers.tick(200)
  assert.deepEqual([asked, talk.told], [[{ type: 'person' }], ''])
  mock.timers.reset()
})

test('an address left too fast is a refused field, and a score is not given twice', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  let fields = 0
  const talk = /** @type {any} */ ({ told: '', wish: { type: 'contact' }, ask: () => assert.fail('not again') })
  refused(talk, slow, { refused: () => fields++, changed: () => {} })
  talk.wish = { type: 'rate' }
  refused(talk, slow, { refused: () => fields++, changed: () => {} })
  mock.timers.tick(10_000)
  assert.equal(fields, 1)
  mock.timers.reset()
})
