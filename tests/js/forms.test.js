// Forms: what their fields take, how they are sent and sent again, and where they are drawn.

import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { golden, message, welcome } from './golden.js'
import { dom } from './page.js'

const window = dom(), scope = /** @type {any} */ (globalThis)
scope.fetch = async () => ({ text: async () => '' })
scope.CSSStyleSheet = class extends window.CSSStyleSheet { replace = async () => this }
window.HTMLElement.prototype.checkVisibility ??= () => true
const { words } = await import('../../static/chat/words.js')
const { number, read, readAll, told } = await import('../../static/chat/fields.js')
const { Transcript } = await import('../../static/chat/transcript.js')
const { Outbox } = await import('../../static/chat/outbox.js')
const { keep, recover } = await import('../../static/widget/visitor.js')
await import('../../static/chat/thread.js')
const { Body } = await import('../../static/chat/body.js')
const { draw } = await import('../../static/chat/form.js')
assert.ok(Body)

const en = await words('en'), zh = await words('zh-hans')
await Promise.all([en.more(), zh.more()])
const form = golden['message.form'].form
/** @param {string} type @param {object} [more] @returns {any} */
const field = (type, more) => ({ name: 'it', label: 'What', type, ...more })

test('the answer to the golden form is told as the server tells it', () => {
  assert.equal(told(form, golden['client.submit'].values, en), golden['message.submitted'].text)
  assert.equal(told(form, { reason: 'damaged', opened: true }, zh), 'Reason：It arrived damaged · Have you opened it? 是')
  assert.equal(told({ id: 'x', fields: [field('yes_no', { label: '包装是否已拆开？' })] }, { it: false }, zh), '包装是否已拆开？否')
  assert.equal(told(form, {}, en), '(nothing entered)')
})

test('days and files are told as people write them', () => {
  const asked = { id: 'x', fields: [field('date', { name: 'day' }), field('file', { name: 'photo' }), field('text', { name: 'note' })] }
  assert.equal(told(asked, { day: '2026-12-01', photo: 'f', note: ' two\n words ' }, zh, { f: 'tent.png' }), 'What：2026年12月1日 · What：tent.png · What：two words')
})

test('a sensitive value is told masked', () => {
  const asked = { id: 'x', fields: [field('text', { sensitive: true })] }
  assert.equal(told(asked, { it: '4111 1111 1111 1234' }, en), 'What: ••••1234')
  assert.equal(told(asked, { it: '123456789' }, en), 'What: ••••')
})

test('numbers are read as people type them', () => {
  for (const [text, value] of /** @type {[string, number][]} */ ([['12', 12], [' 1,234.5 ', 1234.5], ['12,5', 12.5], ['１２', 12], ['-3', -3], ['1,234', 1234]])) assert.equal(number(text), value, text)
  for (const [text, value] of /** @type {[string, number][]} */ ([['€ 12.50', 12.5], ['¥99', 99], ['99元', 99], ['12 EUR', 12]])) assert.equal(number(text, true), value, text)
  for (const text of ['', 'many', '1.2.3', '12 EUR', '1,2,3']) assert.ok(Number.isNaN(number(text)), text)
})

test('what a field cannot hold is told by a sentence of both languages', () => {
  /** @type {[any, any, string][]} */ const wrong = [
    [field('text', { required: true }), ' ', 'fill_in'], [field('choice', { required: true, choices: [] }), '', 'choose'], [field('yes_no', { required: true }), undefined, 'choose'],
    [field('number'), 'many', 'no_number'], [field('money'), '1e99', 'no_number'], [field('email'), 'vera@', 'bad_email'], [field('phone'), 'home', 'no_phone'],
    [field('choice', { choices: [{ label: 'A', value: 'a' }] }), 'b', 'choose'], [field('text'), 'x'.repeat(2001), 'too_much'],
  ]
  for (const [asked, raw, key] of wrong) {
    assert.equal(read(asked, raw).wrong, key)
    for (const language of [en, zh]) assert.notEqual(language(key), key)
  }
  for (const type of ['text', 'number', 'date', 'file', 'yes_no']) assert.deepEqual(read(field(type), ''), {})
  assert.deepEqual(read(field('yes_no'), false), { value: false })
  assert.deepEqual(read(field('money'), '59,90 €'), { value: 59.9 })
})

test('all that is wrong is told at once', () => {
  const { values, wrong } = readAll(form, { reason: '', order: '', opened: undefined, paid: 'a lot', card: '1234' })
  assert.deepEqual(wrong, { reason: 'choose', order: 'fill_in', paid: 'no_number' })
  assert.deepEqual(values, { card: '1234' })
})

const { client_id, values } = golden['client.submit']
const own = { client_id, text: golden['message.submitted'].text, at: '2026-11-21T09:30:20Z', form: { id: 'return-1' }, values }

test('an answer goes out as the golden frame, and again until it is acknowledged', () => {
  const transcript = new Transcript(), sent = /** @type {any[]} */ ([]), timers = /** @type {any[]} */ ([])
  const outbox = new Outbox({ transcript, session: async () => golden.session, open: () => /** @type {any} */ ({}), later: (run, ms) => timers.push([run, ms]), never() {} }, (frame) => (sent.push(frame), true))
  transcript.apply(welcome(0))
  transcript.say(own)
  outbox.flush()
  timers.find(([, ms]) => ms === 10_000)[0]()
  assert.deepEqual(sent, [golden['client.submit'], golden['client.submit']])
})

test('once it was sent it is text in the history, the same row before and after the server has it', () => {
  const transcript = new Transcript()
  for (const frame of [welcome(0), message(1), message(2), message(3), golden['message.form']]) transcript.apply(frame)
  transcript.say(own)
  const before = /** @type {any} */ (transcript.entries.at(-1))
  assert.deepEqual([before.text, before.mark, before.form], [own.text, 'sending', { id: 'return-1' }])
  transcript.apply(golden['message.submitted'])
  const after = /** @type {any} */ (transcript.entries.at(-1))
  assert.deepEqual([after.text, after.mark, after.key, transcript.unsent.size], [own.text, 'sent', before.key, 0])
})

test('an answer outlives the page, one with secrets does not', () => {
  /** @type {any} */ let stored
  const tab = { get: () => stored, set: (/** @type {string} */ _, /** @type {any} */ value) => (stored = JSON.parse(JSON.stringify(value))) }
  const transcript = new Transcript(), again = new Transcript()
  transcript.say(own)
  transcript.say({ ...own, client_id: 'b', secret: true })
  keep(tab, transcript)
  recover(tab, again)
  assert.deepEqual([...again.unsent.values()].map(({ client_id, values, form }) => [client_id, values, form]), [[client_id, values, own.form]])
})

/** @type {any} */ let thread
/** @type {any[]} */ let said = []
const settled = async () => {
  for (let n = 0; n < 20; n++) await new Promise((done) => setTimeout(done, 5))
}
const asked = (/** @type {object} */ more) => ({ kind: 'message', key: 'q', seq: 4, at: '', author: { kind: 'bot', name: 'Acme' }, turn: 't', text: 'Two things.', form, progress: { step: 2, of: 4 }, ...more })
const mine = (/** @type {object} */ more) => ({ kind: 'message', key: 'a', at: '', author: { kind: 'visitor', name: '' }, text: own.text, form: { id: 'return-1' }, mark: 'sent', ...more })

beforeEach(() => {
  thread?.remove()
  said = []
  thread = document.createElement('chat-thread')
  document.body.append(thread)
  thread.addEventListener('chat-say', (/** @type {any} */ event) => said.push(event.detail))
})

/** @param {any[]} entries @param {object} [view] */
async function show(entries, view) {
  thread.show({ entries, words: en, ...view })
  await thread.prepare(en)
  await settled()
}

test('a form is filled in, told what is wrong beside the field, and sent once', async () => {
  await show([asked({ form: { ...form, id: 'filled' } })])
  assert.equal(thread.querySelector('.step').textContent, 'Step 2 of 4')
  const node = thread.querySelector('form'), submit = () => node.dispatchEvent(new Event('submit', { cancelable: true }))
  submit()
  assert.deepEqual(said, [])
  assert.deepEqual([...node.querySelectorAll('.wrong')].map(({ textContent }) => textContent), ['Please choose.', 'Please fill this in.', '', '', ''])
  const order = node.querySelector('[spellcheck="false"], input[type="text"]')
  assert.equal(order.getAttribute('aria-invalid'), 'true')
  order.value = '12345678'
  node.querySelector('input[value="damaged"]').checked = true
  node.dispatchEvent(new Event('input'))
  submit()
  const { client_id, ...detail } = /** @type {any} */ (said[0])
  assert.deepEqual(detail, { text: 'Reason: It arrived damaged · Order number: 12345678', form: { id: 'filled' }, values: { reason: 'damaged', order: '12345678' } })
  assert.match(client_id, /^[\da-f-]{36}$/)
  submit()
  assert.equal(/** @type {any} */ (said[1]).client_id, client_id) // what was said twice is one
})

test('only what the bot said last is asked for; before it a form is a list of its labels', async () => {
  const labels = () => [...thread.querySelectorAll('.labels li')].map(({ textContent }) => textContent)
  await show([asked({}), mine({ form: undefined, key: 'b', text: 'one moment' })])
  assert.ok(thread.querySelector('form'), 'words of our own change nothing')
  await show([asked({}), mine({ mark: 'sending' })])
  assert.equal(thread.querySelector('form'), null)
  assert.deepEqual(labels(), form.fields.map((/** @type {any} */ { label }) => label))
  await show([asked({}), mine({ mark: 'failed', error: 'Please fill in: Reason.' })])
  assert.ok(thread.querySelector('form'), 'what was refused can be mended')
  await show([asked({}), asked({ key: 'q2', seq: 5, form: undefined, progress: undefined, text: 'Something else.' })])
  assert.equal(thread.querySelector('form'), null)
  assert.equal(thread.querySelector('.step'), null)
})

test('what was entered is there again when it is drawn in another language', async () => {
  await show([asked({ form: { ...form, id: 'drawn' } })])
  thread.querySelector('input[type="text"]').value = '99'
  thread.querySelector('form').dispatchEvent(new Event('input'))
  await show([asked({ form: { ...form, id: 'drawn' } })], { words: zh })
  assert.equal(thread.querySelector('input[type="text"]').value, '99')
  assert.equal(thread.querySelector('.step').textContent, '第 2 步，共 4 步')
})

test('an agent sees the same form and cannot fill it in, a recording shows none', async () => {
  await show([asked({})], { me: 'agent' })
  assert.ok(thread.querySelector('fieldset.all').disabled)
  assert.equal(thread.querySelector('.go'), null)
  const still = document.createElement('chat-thread'), node = document.createElement('div')
  still.dataset.still = ''
  still.append(node)
  await draw(node, /** @type {any} */ (asked({})), true, /** @type {any} */ ({ words: en, me: 'visitor', emit() {} }))
  assert.equal(node.querySelector('form'), null)
  assert.ok(node.querySelector('.labels'))
})
