// Files on their way up: in order, cancelled, lost and taken up again, turned down, waited for.

import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { Uploads } from '../../static/chat/uploads.js'
import { words } from '../../static/chat/words.js'

const scope = /** @type {any} */ (globalThis)
const t = await words('en')
await t.more()

class Request {
  /** @type {any} */ upload = {}
  /** @type {Record<string, string>} */ headers = {}
  /** @type {any} */ onload
  /** @type {any} */ onerror
  status = 0
  responseText = ''
  aborted = false
  /** @type {any} */ body

  open() {}

  /** @param {string} name @param {string} value */
  setRequestHeader(name, value) {
    this.headers[name] = value
  }

  /** @param {any} body */
  send(body) {
    this.body = body
  }

  abort() {
    this.aborted = true
  }

  /** @param {number} status @param {object} told */
  answer(status, told) {
    Object.assign(this, { status, responseText: JSON.stringify(told) })
    this.onload()
  }
}

/** @type {Request[]} */ let requests
/** @type {boolean[]} */ let asked
/** @type {Uploads} */ let uploads

beforeEach(() => {
  requests = []
  asked = []
  scope.fetch = async () => ({ json: async () => ({ most_bytes: 2 * 1024 ** 2 }) })
  const dock = { url: 'https://acme.example/up', headers: async (/** @type {boolean} */ fresh) => (asked.push(fresh), { authorization: `Bearer ${fresh}` }) }
  uploads = new Uploads(dock, () => {}, () => (requests.push(new Request()), /** @type {any} */ (requests.at(-1))))
})

/** @param {string} name @param {number} [size] @returns {any} */
const file = (name, size = 10) => ({ name, size })
const kept = (/** @type {string} */ id) => ({ id, name: `${id}.txt`, type: 'text/plain', size: 10, url: `/a/${id}` })
const settle = () => new Promise((done) => setTimeout(done))
const states = () => uploads.list.map(({ state }) => state)

test('one after another, in order, with the name as RFC 6266 writes it', async () => {
  await uploads.add([file("订单 (1)'*.txt"), file('b.txt')], t)
  await settle()
  assert.deepEqual(states(), ['going', 'waiting'])
  assert.equal(requests[0].headers['content-disposition'], "attachment; filename*=UTF-8''%E8%AE%A2%E5%8D%95%20%281%29%27%2a.txt")
  requests[0].upload.onprogress({ loaded: 5, total: 10 })
  assert.equal(uploads.list[0].part, 0.5)
  requests[0].answer(201, kept('a'))
  await settle()
  requests[1].answer(201, kept('b'))
  assert.deepEqual(uploads.take().map(({ id }) => id), ['a', 'b'])
  assert.equal(uploads.count, 0)
})

test('what is sent waits for what is going up, and then goes by itself', async () => {
  let gone = 0
  assert.equal(uploads.wait(() => gone++), false) // nothing to wait for
  await uploads.add([file('a.txt')], t)
  await settle()
  assert.equal(uploads.wait(() => gone++), true)
  assert.equal(gone, 0)
  requests[0].answer(201, kept('a'))
  assert.equal(gone, 1)
  assert.equal(uploads.awaited, false)
})

test('a refusal is told in the server’s words, and stops what waits', async () => {
  let gone = 0
  await uploads.add([file('page.html'), file('b.txt')], t)
  await settle()
  uploads.wait(() => gone++)
  requests[0].answer(415, { code: 'bad_file', message: "We can't take files of this kind." })
  await settle()
  requests[1].answer(201, kept('b'))
  assert.equal(gone, 0)
  assert.equal(uploads.list[0].error, "We can't take files of this kind.")
  assert.equal(uploads.wait(() => gone++), false) // read, and sent all the same
  assert.deepEqual(uploads.take().map(({ id }) => id), ['b'])
})

test('a lost line keeps the file, which goes again when it is asked for', async () => {
  await uploads.add([file('a.txt')], t)
  await settle()
  requests[0].onerror()
  assert.deepEqual(states(), ['lost'])
  uploads.retry()
  await settle()
  requests[1].answer(503, { message: 'Try again in a moment.' })
  assert.deepEqual([states(), uploads.list[0].error], [['lost'], 'Try again in a moment.'])
  assert.equal(uploads.wait(() => {}), true) // to send is to ask
  await settle()
  requests[2].answer(201, kept('a'))
  assert.deepEqual(states(), ['done'])
})

test('a token that was turned down is asked for anew, once', async () => {
  await uploads.add([file('a.txt')], t)
  await settle()
  requests[0].answer(401, { message: 'Your visit has ended.' })
  await settle()
  assert.deepEqual(asked.slice(-2), [false, true])
  requests[1].answer(401, { message: 'Your visit has ended.' })
  assert.deepEqual(states(), ['refused'])
})

test('a cancelled file is broken off and the next one goes', async () => {
  await uploads.add([file('a.txt'), file('b.txt')], t)
  await settle()
  uploads.remove(uploads.list[0])
  assert.ok(requests[0].aborted)
  await settle()
  assert.equal(requests[1].body.name, 'b.txt')
})

test('too large and too many are told before anything goes up', async () => {
  await uploads.add([file('big.png', 3 * 1024 ** 2), ...Array.from({ length: 11 }, (_, n) => file(`${n}.txt`))], t)
  await settle()
  assert.equal(uploads.list[0].error, 'This file is too large. It can have at most 2 MB.')
  assert.equal(uploads.list.at(-1)?.error, 'A message can carry at most 10 files.')
  assert.equal(requests.length, 1)
})

test('where the rule can’t be learnt, the server decides', async () => {
  scope.fetch = async () => { throw new TypeError('no line') }
  await uploads.add([file('big.png', 3 * 1024 ** 2)], t)
  await settle()
  assert.deepEqual(states(), ['going'])
})
