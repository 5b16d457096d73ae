// Moments by the shop's clock, wherever the agent sits.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, later, read, typed, wall } from '../../static/console/model/time.js'

test('what is typed is meant by the clock of the shop', () => {
  assert.equal(read('2026-12-03T09:00', 'America/Denver')?.toISOString(), '2026-12-03T16:00:00.000Z')
  assert.equal(read('2026-12-03T09:00', 'Asia/Shanghai')?.toISOString(), '2026-12-03T01:00:00.000Z')
  assert.equal(read('2026-07-03T09:00', 'America/Denver')?.toISOString(), '2026-07-03T15:00:00.000Z')
  assert.equal(read('tomorrow', 'UTC'), null)
  for (const zone of ['America/Denver', 'Asia/Shanghai', 'Asia/Kathmandu', 'UTC']) assert.equal(typed(/** @type {Date} */ (read('2026-10-25T01:30', zone)), zone), '2026-10-25T01:30')
})

test('around a change of clocks an hour that is skipped becomes the next, and none is lost', () => {
  assert.equal(instant(2026, 3, 29, 2, 30, 'Europe/Berlin').toISOString(), '2026-03-29T01:30:00.000Z')
  assert.equal(instant(2026, 3, 29, 3, 30, 'Europe/Berlin').toISOString(), '2026-03-29T01:30:00.000Z')
  assert.equal(instant(2026, 10, 25, 4, 0, 'Europe/Berlin').toISOString(), '2026-10-25T03:00:00.000Z')
})

test('tomorrow at nine is nine in the shop', () => {
  const tomorrow = later(new Date('2026-12-01T23:30:00Z'), 'Asia/Shanghai').find(({ key }) => key === 'tomorrow')
  assert.equal(tomorrow?.at.toISOString(), '2026-12-03T01:00:00.000Z') // it is the second of December there already
  const monday = later(new Date('2026-11-29T23:30:00Z'), 'America/Denver').find(({ key }) => key === 'next_monday')
  assert.deepEqual(wall(/** @type {Date} */ (monday?.at), 'America/Denver'), { year: 2026, month: 11, date: 30, hour: 9, minute: 0, day: 1 })
})
