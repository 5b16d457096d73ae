// What a dialog is answered with is done to the conversation it was opened for, whichever is in front by then.

import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { dom } from './page.js'

const window = dom()
for (const name of ['FormData', 'Node']) /** @type {any} */ (globalThis)[name] = window[name]
const { Desk } = await import('../../static/console/model/desk.js')
const { Commands } = await import('../../static/console/model/commands.js')
const { words } = await import('../../static/console/words.js')
const { targets } = await import('../../static/console/model/choosing.js')

const t = await words('en')
const person = (/** @type {string} */ name) => ({ id: name.toLowerCase(), name, presence: 'online' })
const row = (/** @type {string} */ conversation) => ({
  conversation, visitor: { id: 'v', name: 'Vera', email: '', language: 'en', blocked: false }, owner: 'human', assignee: null, team: null, last: { author: 'visitor', text: 'Hello', at: '2026-11-21T09:00:00Z' },
  opened_at: '2026-11-21T09:00:00Z', seq: 0, read: 0, waiting_since: null, state: 'open', snoozed_until: null, tags: [], priority: 0, reason: '', handover: null, mine: true,
})

/** A desk on which 'a' is looked at. */
function sit() {
  /** @type {Map<string, any>} */ const held = new Map()
  const desk = new Desk({ get: (/** @type {string} */ name) => held.get(name) ?? null, set: (/** @type {string} */ name, /** @type {unknown} */ value) => void held.set(name, value) })
  const sent = /** @type {any[]} */ ([]), inserted = /** @type {string[]} */ ([])
  desk.out = { send: (frame) => sent.push(frame) > 0, open() {}, say() {} }
  desk.apply(/** @type {any} */ ({
    type: 'welcome', me: { id: 'bob', name: 'Bob', role: 'agent' }, presence: 'online', n: 0, rows: [row('a'), row('b')], members: [person('Bob'), person('Alice')], teams: [],
    canned: [{ id: 1, shortcut: 'hi', title: 'Hi', text: 'Hello there' }], macros: [{ id: 7, title: 'Close', shortcut: 'c', steps: ['reply', 'resolve'] }], settings: {}, site: { name: 'Acme', language: 'en' },
  }))
  desk.select('a')
  desk.talk('a').lesson = () => ({ question: 'How long?', answer: 'Two years.' })
  const page = /** @type {any} */ ({ desk, words: () => t, tell() {}, redraw() {}, pane() {}, write() {}, written: () => 'draft', insert: (/** @type {string} */ text) => inserted.push(text) })
  return { desk, sent, inserted, commands: new Commands(page) }
}
const dialog = () => /** @type {any} */ (window.document.querySelector('dialog'))
const press = (/** @type {string} */ key, /** @type {object} */ more = {}) => dialog().querySelector('input').dispatchEvent(new window.KeyboardEvent('keydown', { key, bubbles: true, ...more }))
const type = (/** @type {string} */ text) => {
  dialog().querySelector('input').value = text
  dialog().querySelector('input').dispatchEvent(new window.Event('input'))
}
const submit = () => dialog().querySelector('form').dispatchEvent(new window.Event('submit', { cancelable: true }))
const settled = () => new Promise((done) => setTimeout(done))

beforeEach(() => window.document.querySelectorAll('dialog').forEach((/** @type {any} */ one) => one.remove()))

const ANSWERED = {
  transfer: () => { press('ArrowDown'); submit() }, snooze: () => press('Enter'), priority: () => press('Enter'), teach: submit, ticket: submit, macro: () => press('Enter'), rewrite: () => press('Enter'),
  tags: () => { type('vip'); press('Enter'); press('Enter', { ctrlKey: true }) },
}
const TYPE = { tags: 'tag' }

for (const [command, answer] of Object.entries(ANSWERED))
  test(`${command} is done to the conversation it was asked about`, async () => {
    const { desk, sent, commands } = sit()
    commands.run(command)
    desk.select('b') // a customer was accepted meanwhile
    sent.length = 0
    answer()
    await settled()
    const done = sent.filter(({ type }) => type === (/** @type {any} */ (TYPE)[command] ?? command))
    assert.deepEqual(done.map(({ conversation }) => conversation), ['a'])
    assert.ok(sent.every((frame) => frame.conversation !== 'b'), JSON.stringify(sent))
  })

test('a name alone passes nothing on: the note is asked for and the button says to whom', async () => {
  const { desk, sent, commands } = sit()
  desk.members = [...desk.members, /** @type {any} */ ({ ...person('Carla'), presence: 'away' })]
  commands.run('transfer')
  sent.length = 0
  const [alice, carla] = dialog().querySelectorAll('li'), go = dialog().querySelector('.solid')
  carla.click()
  assert.equal(go.disabled, true, 'who is away cannot take it')
  alice.click()
  await settled()
  assert.equal(sent.length, 0)
  assert.equal(go.textContent, 'Transfer to Alice')
  dialog().querySelector('textarea').value = 'Wants a refund'
  submit()
  await settled()
  assert.deepEqual(sent, [{ type: 'transfer', conversation: 'a', to: { agent: 'alice' }, note: 'Wants a refund' }])
})

test('who of a team is there is told, and people who are there come first', () => {
  const { desk } = sit()
  Object.assign(desk, { members: [{ ...person('Zoe'), presence: 'offline' }, person('Alice'), person('Bob')], teams: [{ id: 3, name: 'Returns', members: ['alice', 'zoe'] }] })
  assert.deepEqual(targets(desk, t).map(({ label, hint }) => [label, hint]), [['Alice', 'Online'], ['Zoe', 'Offline'], ['Returns', 'Team, 1 online'], ['The bot', 'goes on by itself']])
})

test('a tag is kept as it is picked, whatever becomes of the dialog', async () => {
  const { sent, commands } = sit()
  commands.run('tags')
  type('vip')
  press('Enter')
  assert.deepEqual(sent.filter(({ type }) => type === 'tag'), [{ type: 'tag', conversation: 'a', tags: ['vip'] }])
  dialog().close()
  await settled()
  assert.equal(sent.filter(({ type }) => type === 'tag').length, 1)
})

test('a canned reply goes where it was chosen for, and stands there when one comes back', async () => {
  const { desk, inserted, commands } = sit()
  commands.run('canned')
  press('Enter')
  await settled()
  assert.deepEqual(inserted, ['Hello there'])
  desk.draft('say', 'Well:')
  commands.run('canned')
  desk.select('b')
  press('Enter')
  await settled()
  assert.deepEqual([inserted.length, desk.draft('say'), desk.draft('say', undefined, 'a')], [1, '', 'Well: Hello there'])
})

test('a command of the palette works on the conversation that the palette was opened over, and shows it', async () => {
  const { desk, sent, commands } = sit()
  commands.run('palette')
  desk.select('b')
  sent.length = 0
  type(t('resolve'))
  press('Enter')
  await settled()
  assert.equal(desk.selected, 'a')
  assert.deepEqual(sent.filter(({ type }) => type === 'resolve').map(({ conversation }) => conversation), ['a'])
})
