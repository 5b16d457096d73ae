// The composer: Enter, input methods, limits.

import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { dom } from './page.js'

dom()
await import('../../static/chat/composer.js')
const { words } = await import('../../static/chat/words.js')
const t = await words('zh')

/** @type {any} */ let composer
/** @type {string[]} */ let sent
/** @type {boolean} */ let keeps
/** @type {HTMLTextAreaElement} */ let field

beforeEach(() => {
  composer = document.createElement('chat-composer')
  document.body.replaceChildren(composer)
  sent = []
  keeps = true
  composer.addEventListener('chat-send', (/** @type {any} */ event) => {
    sent.push(event.detail.text)
    if (keeps) event.preventDefault()
  })
  composer.show({ words: t, busy: false })
  field = composer.querySelector('textarea')
})

/** @param {string} text */
function type(text) {
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** @param {object} [more] */
function enter(more) {
  const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...more })
  if (more && 'keyCode' in more) Object.defineProperty(event, 'keyCode', { value: more.keyCode })
  field.dispatchEvent(event)
  return event
}

const button = () => composer.querySelector('.send')

test('Enter sends and empties the field', () => {
  type(' 你好 ')
  assert.ok(enter().defaultPrevented)
  assert.deepEqual(sent, ['你好'])
  assert.equal(field.value, '')
})

test('what nobody has kept stays in the field, with its files, and can be sent again', () => {
  let taken = 0
  composer.tray = { count: 1, ready: ['a file'], wait: () => false, take: () => taken++ }
  keeps = false
  type('你好')
  enter()
  assert.deepEqual([field.value, taken], ['你好', 0])
  keeps = true
  enter()
  assert.deepEqual([sent, field.value, taken], [['你好', '你好'], '', 1])
})

test('Shift+Enter breaks the line', () => {
  type('one')
  assert.equal(enter({ shiftKey: true }).defaultPrevented, false)
  assert.deepEqual(sent, [])
})

test('Enter that takes a word from an input method never sends', () => {
  type('nihao')
  assert.equal(enter({ isComposing: true }).defaultPrevented, false)
  assert.equal(enter({ keyCode: 229 }).defaultPrevented, false)
  assert.deepEqual(sent, [])
})

test('what nobody could see is not sent', () => {
  for (const text of ['', '   ', '\n\n', '\u200b\u200d', '\u0000\u0007', '\u3000']) {
    type(text)
    enter()
    assert.ok(button().disabled)
  }
  assert.deepEqual(sent, [])
})

test('10,000 characters go, one more does not, and the reader is told in time', () => {
  type('好'.repeat(10_000))
  assert.match(composer.textContent, /还可输入 0 字/)
  enter()
  type('🙂'.repeat(10_001))
  assert.match(composer.textContent, /超出 1 字/)
  enter()
  assert.deepEqual(sent.map((text) => text.length), [10_000])
})

test('while the bot writes, the button stops it, until something is typed', () => {
  let stopped = 0
  composer.addEventListener('chat-stop', () => stopped++)
  composer.show({ words: t, busy: true })
  assert.equal(button().getAttribute('aria-label'), '停止回答')
  button().click()
  type('wait')
  button().click()
  assert.equal(stopped, 1)
  assert.deepEqual(sent, ['wait'])
})

test('what a message answers goes with it once, and may be dropped before', async () => {
  const { Quote } = await import('../../static/chat/quote.js')
  const composer = /** @type {any} */ (document.createElement('chat-composer')), sent = /** @type {any[]} */ ([])
  document.body.append(composer)
  composer.show({ words: t, busy: false })
  composer.addEventListener('chat-send', (/** @type {any} */ event) => (sent.push(event.detail.reply_to), event.preventDefault()))
  const entry = /** @type {any} */ ({ kind: 'message', key: 'k', seq: 4, at: '', author: { kind: 'bot', name: 'Acme' }, text: 'You can **return** it [1].' })
  const say = () => (composer.text = 'And shoes?', composer.go())
  new Quote(composer, entry, 'Acme', t)
  assert.match(composer.querySelector('.quoting').textContent, /AcmeYou can return it\./)
  say()
  say()
  new Quote(composer, entry, 'Acme', t)
  composer.querySelector('.quoting button').click()
  say()
  assert.deepEqual(sent, [4, undefined, undefined])
  assert.equal(composer.querySelector('.quoting'), null)
})
