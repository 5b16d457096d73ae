// What flows ask an agent, without a page: what is new, what ended how, what is left of the time, what an answer sends.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Commands } from '../../static/console/model/commands.js'
import { choices, left } from '../../static/console/model/decisions.js'
import { Desk } from '../../static/console/model/desk.js'
import { Watch } from '../../static/console/model/watch.js'
import { words } from '../../static/console/words.js'

const asked = (/** @type {string} */ decision, /** @type {object} */ more = {}) => ({ decision, conversation: `c-${decision}`, visitor: 'Vera', team: '', asked_at: '2026-11-21T09:00:00Z', due_at: '2026-11-21T09:10:00Z', question: 'Give back €45?', flow: 'Goodwill', state: 'colleague', label: '', kind: 'choice', choices: [{ value: 'yes', label: '' }, { value: 'half', label: 'Half' }], fields: [], ...more })
const frame = (/** @type {object[]} */ decisions, /** @type {object[]} */ ended = []) => /** @type {any} */ ({ type: 'decisions', decisions, ended })
const WELCOME = /** @type {any} */ ({ type: 'welcome', me: { id: 'b', name: 'Bob', role: 'agent' }, presence: 'online', n: 0, rows: [], members: [], teams: [], canned: [], settings: {}, site: { name: 'Acme', language: 'en' } })

const seated = async () => {
  const desk = new Desk({ get: () => null, set: () => {} }), t = await words('en')
  const sent = /** @type {any[]} */ ([]), told = /** @type {string[]} */ ([]), beeps = /** @type {boolean[]} */ ([])
  desk.out = { send: (one) => sent.push(one) > 0, open() {}, say() {} }
  const page = /** @type {any} */ ({ desk, words: () => t, tell: (/** @type {string} */ text) => told.push(text), pane() {}, redraw() {}, select() {}, write() {}, explain() {} })
  const watch = new Watch(desk, /** @type {any} */ ({ beep: (/** @type {boolean} */ urgent) => beeps.push(urgent), notify() {} }), page)
  const take = (/** @type {any} */ one) => {
    desk.apply(one)
    watch.take(one, t, true)
  }
  take(WELCOME)
  return { desk, sent, told, beeps, watch, take, commands: new Commands(page) }
}

test('a question is told of once, also when the line broke meanwhile', async () => {
  const { told, beeps, take, watch, desk } = await seated()
  take(frame([asked('1')]))
  assert.deepEqual([told, beeps, watch.count], [['Vera: Give back €45?'], [true], 1])
  take(WELCOME)
  assert.equal(desk.decisions.open.length, 0)
  take(frame([asked('1')]))
  assert.equal(told.length, 1)
  take(frame([asked('1'), asked('2'), asked('3')]))
  assert.equal(told[1], '2 decisions wait for you')
})

test('the agent hears who answered, and of their own answer that the bot goes on', async () => {
  const { told, take } = await seated()
  for (const [end, text] of [[{ how: 'answered', by: 'Carol' }, 'Carol has answered: Give back €45?'], [{ how: 'answered', by: 'Bob' }, 'Answered. The bot goes on.'], [{ how: 'late', by: '' }, 'Time was over, the bot goes on: Give back €45?'], [{ how: 'dropped', by: '' }, 'No longer needed: Give back €45?']]) {
    take(frame([asked('1')]))
    take(frame([], [{ decision: '1', ...(/** @type {object} */ (end)) }]))
    assert.equal(told.at(-1), text)
  }
})

test('an answer is asked again after a broken line until it is answered', async () => {
  const { desk, sent, take, commands } = await seated()
  take(frame([asked('1')]))
  commands.run('decisions')
  assert.deepEqual([desk.selected, desk.decisions.reach], ['c-1', '1'])
  commands.run('decide', { decision: '1', conversation: 'c-1', answer: 'half' })
  const [{ type, decision, answer, client_id }] = sent.filter(({ type }) => type === 'decide')
  assert.deepEqual([type, decision, answer], ['decide', '1', 'half'])
  assert.equal(desk.asked.waits('decide', 'c-1'), true)
  take({ type: 'decided', decision: '1', client_id })
  assert.equal(desk.asked.waits('decide', 'c-1'), false)
})

test('one goes through the questions, the most pressing first', async () => {
  const { desk, take, commands, told } = await seated()
  commands.run('decisions')
  assert.equal(told.at(-1), 'Nothing to decide right now.')
  take(frame([asked('1'), asked('2')]))
  for (const id of ['c-1', 'c-2', 'c-1']) {
    commands.run('decisions')
    assert.equal(desk.selected, id)
  }
})

test('what is typed is kept until the question is over', async () => {
  const { desk, take } = await seated()
  take(frame([asked('1'), asked('2')]))
  desk.decisions.drafts.set('1', 'as an exc')
  take(frame([asked('1')]))
  assert.equal(desk.decisions.drafts.get('1'), 'as an exc')
  take(frame([]))
  assert.equal(desk.decisions.drafts.size, 0)
})

test('the time that is left, and when it gets pressing', () => {
  const start = Date.parse('2026-11-21T09:00:00Z')
  assert.deepEqual([60, 301, 560, 700].map((seconds) => left(asked('1'), start + seconds * 1000)), [{ seconds: 540, level: 'calm' }, { seconds: 299, level: 'soon' }, { seconds: 40, level: 'late' }, { seconds: 0, level: 'late' }])
})

test('yes and no are said in the agent’s language', async () => {
  for (const [language, yes] of [['en', 'Yes'], ['zh-hans', '是']]) {
    const t = await words(language)
    assert.deepEqual(choices(asked('1'), t), [{ value: 'yes', label: yes }, { value: 'half', label: 'Half' }])
    for (const key of ['decisions', 'asks_you', 'decide_what', 'time_left', 'asked_many', 'decided_late', 'decided_dropped', 'decided_answered']) assert.notEqual(t(key), key, `${key} in ${language}`)
  }
})
