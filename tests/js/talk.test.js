import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dom } from './page.js'

dom()
const { Talk } = await import('../../static/widget/talk.js')

test('what the page tells before the line is up goes out with it, the last word only, and is no wish of the visitor', async () => {
  const talk = new Talk(/** @type {any} */ ({ base: 'https://acme.example', key: 'k', gone: new AbortController().signal, kept: { page: () => ({}) }, changed() {}, configured() {}, news() {}, refused() {} }))
  talk.ask({ type: 'person' })
  talk.ask({ type: 'attributes', attributes: { plan: 'Gold' } }, true)
  talk.ask({ type: 'attributes', attributes: { plan: 'Gold', seats: 3 } }, true)
  assert.deepEqual(talk.wish, { type: 'person' })
  const sent = /** @type {any[]} */ ([]), scope = /** @type {any} */ (globalThis)
  /** @type {any} */ let socket
  scope.fetch = async () => ({ ok: true, json: async () => ({ token: 't', expires_at: new Date(Date.now() + 3_600_000).toISOString(), config: { name: 'Acme', greeting: '', locale: 'en' } }) })
  scope.WebSocket = class {
    constructor() { socket = this }
    send(/** @type {string} */ text) { sent.push(JSON.parse(text)) }
    close() {}
  }
  talk.start()
  while (!socket) await new Promise((done) => setTimeout(done, 10))
  for (let n = 0; n < 2; n++) socket.onmessage({ data: JSON.stringify({ type: 'welcome', conversation: 'c', seq: 0, owner: 'bot', config: { name: 'Acme', greeting: '', locale: 'en' } }) })
  talk.line.close()
  assert.deepEqual(sent, [{ type: 'person' }, { type: 'attributes', attributes: { plan: 'Gold', seats: 3 } }])
})
