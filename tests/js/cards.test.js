import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { dom } from './page.js'

dom()
const { Talk } = await import('../../static/widget/talk.js')
const { contact } = await import('../../static/widget/cards.js')
const words = /** @type {any} */ ((/** @type {string} */ key) => key)
const made = (kept = {}) => new Talk(/** @type {any} */ ({ base: 'https://acme.example', key: 'k', gone: new AbortController().signal, kept: { page: () => ({}), ...kept }, changed() {}, configured() {}, news() {}, refused() {} }))
const fields = (/** @type {any} */ talk) => [...contact(talk, words).node.querySelectorAll('input')]

beforeEach(() => sessionStorage.clear())

test('what stands in the form for an address is there again when it is drawn anew, also on the next page', () => {
  const talk = made(), { node } = contact(talk, words), [email, name] = node.querySelectorAll('input')
  email.value = 'maria@examp'
  name.value = 'Maria'
  node.dispatchEvent(new Event('input', { bubbles: true }))
  for (const again of [talk, made()]) assert.deepEqual(fields(again).map((field) => field.value), ['maria@examp', 'Maria'])
})

test('the address that the page names stands in the form until another is typed', () => {
  const talk = made({ identity: { email: 'page@example.com' } }), { node } = contact(talk, words), [email] = node.querySelectorAll('input')
  assert.equal(email.value, 'page@example.com')
  email.value = ''
  node.dispatchEvent(new Event('input', { bubbles: true }))
  assert.equal(fields(talk)[0].value, '')
})

test('the form asks for what the shop can use', () => {
  const talk = made(), asked = /** @type {any[]} */ ([])
  talk.config = /** @type {any} */ ({ leave: 'phone' })
  talk.ask = (frame) => asked.push(frame)
  const { node } = contact(talk, words), [number] = node.querySelectorAll('input')
  assert.equal(number.type, 'tel')
  for (const typed of ['12', 'call me', '+86 138 0013 8000']) {
    number.value = typed
    node.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
  }
  assert.deepEqual(asked, [{ type: 'contact', phone: '+86 138 0013 8000' }])
})

test('an address that is known is not asked for, and can be changed', () => {
  const talk = made()
  talk.config = /** @type {any} */ ({ leave: 'email' })
  talk.transcript.left = true
  Object.assign(talk.transcript, { owner: 'queue', online: false, conversation: 'c' })
  talk.store.set('contact', 'c')
  assert.equal(talk.missed, true, 'though one was left here before')
  const { node } = contact(talk, words), place = document.createElement('div')
  place.append(node)
  assert.equal(place.querySelectorAll('input').length, 0)
  place.querySelector('button')?.click()
  assert.equal(place.querySelectorAll('input').length, 2)
})

test('the next person at this browser finds nothing of it', () => {
  const talk = made(), { node } = contact(talk, words)
  node.querySelector('input').value = 'maria@example.com'
  node.dispatchEvent(new Event('input', { bubbles: true }))
  talk.reset()
  assert.deepEqual(fields(talk).map((field) => field.value), ['', ''])
})
