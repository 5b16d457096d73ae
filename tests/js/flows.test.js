// The editor of flows, without a browser: marks in the text, the drawing's layout, the walk through it, completion.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complete, path } from '../../static/admin/flows/completing.js'
import { figured } from '../../static/admin/flows/figures.js'
import { cut, estimate, place, wrap } from '../../static/admin/flows/layout.js'
import { marks, mended, units } from '../../static/admin/flows/marks.js'
import { stateAt, step } from '../../static/admin/flows/walk.js'

/** @import { Graph, GraphEdge, GraphState, Language, Problem } from '../../static/admin/flows/types' */

/** @param {Partial<Problem>} facts @returns {Problem} */
const problem = (facts) => ({ line: 1, column: 1, endColumn: 0, severity: 'error', sentence: 'wrong', fix: '', fixLine: 0, ...facts })

/** @param {string} text @param {Partial<Problem>} facts */
function marked(text, facts) {
  const [{ from, to }] = marks(text, [problem(facts)])
  return text.slice(from, to)
}

test('code points become the UTF-16 units that an editor counts', () => {
  assert.equal(units('a😀b', 2), 3)
  assert.equal(units('退货', 1), 1)
  assert.equal(units('ab', 9), 2)
  const text = 'states:\n  - name: 😀😀 退货 gone\n'
  assert.equal(marked(text, { line: 2, column: 14, endColumn: 16 }), '退货')
  assert.equal(marked(text, { line: 2, column: 11 }), '😀😀')
})

test('a mark without an end covers its word, and one beyond the text its last character', () => {
  assert.equal(marked('a: target\n', { column: 4 }), 'target')
  assert.equal(marked('a: [x, y\n', { column: 4 }), '[')
  assert.equal(marked('states:\n', { line: 9, column: 3 }), '')
  assert.equal(marked('states: x', { line: 9, column: 3 }), 'x')
  assert.equal(marked('abc', { column: 70 }), 'c')
  assert.equal(marked('', {}), '')
})

test('marks come in the order of the text', () => {
  const found = marks('one\ntwo\n', [problem({ line: 2, sentence: 'b' }), problem({ line: 1, sentence: 'a' })])
  assert.deepEqual(found.map(({ message }) => message), ['a', 'b'])
})

test('what is missing is put before its line, or at the end', () => {
  const fix = '  - name: b\n'
  assert.equal(mended('states:\n  - name: a\ntitle: x\n', problem({ fix, fixLine: 3 })), 'states:\n  - name: a\n  - name: b\ntitle: x\n')
  assert.equal(mended('states:\n  - name: a', problem({ fix, fixLine: 3 })), 'states:\n  - name: a\n  - name: b\n')
  assert.equal(mended('states:\n  - name: a\n', problem({ fix, fixLine: 3 })), 'states:\n  - name: a\n  - name: b\n')
})

/** @param {string} name @param {Partial<GraphState>} [facts] @returns {GraphState} */
const state = (name, facts) => ({ name, label: '', does: [], ends: false, line: 1, endLine: 1, ...facts })
/** @param {string} from @param {string} to @param {string} [label] @returns {GraphEdge} */
const edge = (from, to, label = '') => ({ from, to, label, kind: label ? 'condition' : 'default' })
/** @type {Graph} */
const RETURNS = {
  states: [state('确认订单', { line: 2, endLine: 9 }), state('选择原因', { line: 10, endLine: 14 }), state('请求订单号', { line: 15, endLine: 20, does: ['询问订单号'] })],
  edges: [edge('确认订单', '选择原因', 'has_order_id'), edge('确认订单', '请求订单号'), edge('请求订单号', '确认订单'), edge('选择原因', '不存在')],
}

test('boxes have room for Han characters, and none covers another', () => {
  assert.equal(estimate('退货', 14), 28)
  assert.ok(estimate('ab', 14) < 20)
  const { nodes, edges, width, height } = place(RETURNS)
  assert.equal(edges.length, 3, 'a way to nowhere is not drawn')
  for (const node of nodes) {
    assert.ok(node.width >= estimate(node.state.name, 14) + 16)
    assert.ok(node.x >= 0 && node.y >= 0 && node.x + node.width <= width && node.y + node.height <= height)
  }
  for (const [n, a] of nodes.entries())
    for (const b of nodes.slice(n + 1)) assert.ok(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y, `${a.state.name} covers ${b.state.name}`)
  assert.ok(nodes[0].y < nodes[1].y, 'the first state is above')
})

test('two ways between the same states, and one back to itself, are all drawn', () => {
  const { edges } = place({ states: [state('a'), state('b')], edges: [edge('a', 'b', 'x'), edge('a', 'b'), edge('b', 'b', 'again')] })
  assert.equal(edges.length, 3)
  for (const { points } of edges) for (const { x, y } of points) assert.ok(Number.isFinite(x) && Number.isFinite(y))
})

test('nothing is drawn of nothing, and 200 states are laid out', () => {
  assert.deepEqual(place({ states: [], edges: [] }).nodes, [])
  const many = Array.from({ length: 200 }, (_, n) => state(`s${n}`))
  const ways = many.slice(1).map(({ name }, n) => edge(`s${n >> 1}`, name))
  assert.equal(place({ states: many, edges: ways }).nodes.length, 200)
})

test('long texts are broken between words, or between Han characters, and cut at the end', () => {
  assert.deepEqual(wrap('one two three', 14, (text) => text.length, 2, 8), ['one two', 'three'])
  assert.deepEqual(wrap('请求客户的订单号', 14, (text) => text.length, 2, 4), ['请求客户', '的订单号'])
  assert.deepEqual(wrap('one two three four', 14, (text) => text.length, 2, 5), ['one', 'two…'])
  assert.equal(cut('abcdef', 14, (text) => text.length, 4), 'abc…')
})

test('arrow keys walk down a way and back, and sideways', () => {
  const placed = place(RETURNS)
  const [left, right] = placed.nodes.slice(1).sort((a, b) => a.x - b.x).map(({ state: { name } }) => name)
  const down = step(placed, '确认订单', 'ArrowDown')
  assert.ok([left, right].includes(down))
  assert.equal(step(placed, down, 'ArrowUp'), '确认订单')
  const beside = placed.nodes[1].y < placed.nodes[2].y + placed.nodes[2].height && placed.nodes[2].y < placed.nodes[1].y + placed.nodes[1].height
  if (beside) assert.equal(step(placed, left, 'ArrowRight'), right)
  assert.equal(step(placed, '选择原因', 'Home'), '确认订单')
  assert.equal(step(placed, '确认订单', 'End'), '请求订单号')
  assert.equal(step(placed, '确认订单', 'ArrowLeft'), '确认订单')
  assert.equal(step(placed, 'gone', 'ArrowDown'), '确认订单')
})

test('the cursor stands in the state whose lines hold it', () => {
  assert.equal(stateAt(RETURNS.states, 12), '选择原因')
  assert.equal(stateAt(RETURNS.states, 1), '')
})

/** @type {Language} */
const LANGUAGE = {
  top: { states: '', slots: '' },
  state: { name: '', actions: '', transitions: '' },
  slot: { type: '', prompt: '' },
  triggers: { intents: '' },
  intent: { name: '', examples: '' },
  choice: { value: '' },
  transition: { condition: '', target: '' },
  kinds: { text: '', id: '' },
  actions: { say: { about: '', params: { text: '' } }, ask: { about: '', params: { slots: '', text: '' } } },
}
const NAMES = { states: ['确认订单', 'b'], slots: ['order_id'], intents: ['退货'] }

/** What is offered at the end of a text. @param {string} text */
function offered(text) {
  const lines = text.split('\n')
  const found = complete(lines.at(-1) ?? '', lines.slice(0, -1), LANGUAGE, NAMES)
  return found && [found.word, found.options.map(({ label }) => label).join(' ')]
}

test('what encloses a line is known by its indentation', () => {
  const above = ['states:', '  - name: a', '    actions:', '      - type: ask', '        params:']
  assert.deepEqual(path(above, 10), ['states', 'actions', 'params'])
  assert.deepEqual(path(['slots:', '  order_id:'], 4), ['slots', 'order_id'])
  assert.deepEqual(path(above, 0), [])
})

test('completion offers what fits the place', () => {
  assert.deepEqual(offered('sta'), ['sta', 'states slots'])
  assert.deepEqual(offered('states:\n  - name: a\n    tr'), ['tr', 'name actions transitions'])
  assert.deepEqual(offered('states:\n  - '), ['', 'name actions transitions'])
  const within = 'states:\n  - name: a\n    actions:\n'
  assert.deepEqual(offered(`${within}      - type: s`), ['s', 'say ask'])
  assert.deepEqual(offered(`${within}      - type: ask\n        params:\n          te`), ['te', 'slots text'])
  assert.deepEqual(offered(`${within}      - type: ask\n        params:\n          slots: [or`), ['or', 'order_id'])
  assert.deepEqual(offered(`${within}      - {type: say, params: {text: "您的 {{ ord`), ['ord', 'order_id'])
  assert.deepEqual(offered('states:\n  - name: a\n    transitions:\n      - condition: default\n        target: 确'), ['确', '确认订单 b'])
  assert.deepEqual(offered('states:\n  - name: a\n    transitions:\n      - condition: ha'), ['ha', 'default has_order_id order_id'])
  assert.deepEqual(offered('states:\n  - name: a\n    transitions:\n      - '), ['', 'condition target'])
  assert.deepEqual(offered('slots:\n  order_id:\n    pro'), ['pro', 'type prompt'])
  assert.deepEqual(offered('slots:\n  order_id: {type: i'), ['i', 'text id'])
  assert.equal(offered('title: a'), null)
  assert.equal(offered('# sta'), null)
})

test('a state tells how many came and whether many were lost there', () => {
  const words = { passed: '{n} came', leavers: '{n} came, {lost} left', came: '{n}: {on} {away} {handed} {cancelled} {here}' }
  const states = ['ask', 'over', 'new'].map((name) => ({ name, label: '', does: [], ends: name === 'over', line: 1, endLine: 1 }))
  const counts = { ask: { entered: 20, on: 12, away: 5, handed_over: 1, cancelled: 1 }, over: { entered: 12, on: 0, away: 0, handed_over: 12, cancelled: 0 } }
  const [ask, over, none] = figured({ states, edges: [] }, counts, words).states.map(({ passage }) => passage)
  assert.deepEqual(ask, { shown: '20 came, 7 left', told: '20: 12 5 1 1 1', share: 0.35, much: true })
  assert.deepEqual([over?.shown, over?.much], ['12 came', false], 'it hands over by its own nature')
  assert.equal(none, undefined)
})
