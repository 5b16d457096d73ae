// The list stands still while somebody points at it or walks through it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Steady } from '../../static/console/model/steady.js'
import { row } from './console.test.js'

const rows = (/** @type {string} */ names) => [...names].map((name) => row(name))
const names = (/** @type {any[]} */ list) => list.map(({ conversation }) => conversation).join('')

test('under the pointer nothing moves: what is new stands below, what is gone leaves', () => {
  const steady = new Steady()
  assert.equal(names(steady.sorted(rows('cab'), 0)), 'cab')
  steady.point(true, rows('abc'))
  assert.equal(names(steady.sorted(rows('cxab'), 0)), 'abcx')
  assert.equal(names(steady.sorted(rows('yxcb'), 0)), 'bcxy')
  steady.point(false, [])
  assert.equal(names(steady.sorted(rows('yxcb'), 0)), 'yxcb')
})

test('who walks by keys finds the order for a while, and the place of what went', () => {
  const steady = new Steady()
  steady.walk(rows('abcd'), 0)
  assert.equal(names(steady.sorted(rows('dcba'), 10_000)), 'abcd')
  assert.equal(steady.beside(rows('acd'), 'b', 1)?.conversation, 'c')
  assert.equal(steady.beside(rows('acd'), 'b', -1)?.conversation, 'a')
  assert.equal(steady.beside(rows('abc'), 'd', 1)?.conversation, 'c')
  assert.equal(steady.beside(rows('abcd'), 'b', 1)?.conversation, 'c')
  assert.equal(names(steady.sorted(rows('dcba'), 30_000)), 'dcba')
  steady.walk(rows('abcd'), 40_000)
  steady.leave()
  assert.equal(names(steady.sorted(rows('dcba'), 40_001)), 'dcba')
})
