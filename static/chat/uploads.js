// Files on their way up, one after another: how far each is, what became of it. Knows no DOM; requests are handed in.

/** @import { Attachment, Dock, Upload } from './wire' */

/** With one message, as the server takes them. */
export const MOST = 10

export class Uploads {
  /** @type {Upload[]} */ list = []
  /** What is to happen once nothing is on its way. @type {(() => void) | null} */ #then = null
  #dock
  #changed
  #request
  /** @type {Promise<number> | undefined} */ #mostBytes

  /** @param {Dock} dock @param {() => void} changed @param {() => XMLHttpRequest} [request] */
  constructor(dock, changed, request = () => new XMLHttpRequest()) {
    this.#dock = dock
    this.#changed = changed
    this.#request = request
  }

  /** Somebody waits for the files. */
  get awaited() {
    return this.#then !== null
  }

  /** How many can go with a message, now or soon. */
  get count() {
    return this.list.filter(({ state }) => state !== 'refused').length
  }

  /** @param {File[]} files @param {(key: 'too_many' | 'too_large', values: {n: number}) => string} sentence */
  async add(files, sentence) {
    for (const file of files) {
      const many = this.count >= MOST
      this.list.push({ file, state: many ? 'refused' : 'waiting', part: 0, error: many ? sentence('too_many', { n: MOST }) : '' })
    }
    this.#changed()
    const most = await (this.#mostBytes ??= this.#ask())
    for (const upload of this.list) // told before megabytes go up for nothing
      if (upload.state === 'waiting' && most && upload.file.size > most) Object.assign(upload, { state: 'refused', error: sentence('too_large', { n: Math.floor(most / 1024 ** 2) }) })
    this.#go()
  }

  /** Those of a message that did not go: they are up. @param {Attachment[]} files */
  back(files) {
    this.list.push(...files.map((attachment) => /** @type {Upload} */ ({ file: { name: attachment.name, size: attachment.size }, state: 'done', part: 1, error: '', attachment })))
    this.#changed()
  }

  /** @param {Upload} upload */
  remove(upload) {
    this.list = this.list.filter((one) => one !== upload)
    upload.request?.abort()
    if (!this.count) this.#then = null // nothing left to wait for: the person decides anew
    this.#go()
  }

  /** Those that the line lost go again. @param {Upload[]} [lost] */
  retry(lost = this.list) {
    for (const upload of lost) if (upload.state === 'lost') Object.assign(upload, { state: 'waiting', part: 0, error: '' })
    this.#go()
  }

  /** @param {() => void} then runs when all have come up @returns {boolean} whether there is something to wait for */
  wait(then) {
    const open = this.list.some(({ state }) => state !== 'done' && state !== 'refused')
    this.#then = open ? then : null
    if (open) this.retry()
    return open
  }

  /** Nobody waits any longer. */
  calm() {
    this.#then = null
  }

  /** What goes with the message. @returns {Attachment[]} */
  get ready() {
    return this.list.flatMap(({ attachment }) => attachment ?? [])
  }

  /** The message is kept; what was turned down has been told and goes too. @returns {Attachment[]} */
  take() {
    const { ready } = this
    for (const { request } of this.list) request?.abort()
    this.list = []
    this.#changed()
    return ready
  }

  #go() {
    const next = this.list.some(({ state }) => state === 'going') ? undefined : this.list.find(({ state }) => state === 'waiting')
    if (next) void this.#send(next, false)
    this.#changed()
    const then = this.#then
    if (!then || this.list.some(({ state }) => state === 'going' || state === 'waiting')) return
    this.#then = null
    if (this.list.every(({ state }) => state === 'done')) then() // else there is a sentence to read first
    else this.#changed()
  }

  /** @param {Upload} upload @param {boolean} fresh with a new token, the last one was turned down */
  async #send(upload, fresh) {
    upload.state = 'going'
    const headers = await this.#dock.headers(fresh).catch(() => null)
    if (!this.list.includes(upload)) return
    if (!headers) return this.#end(upload, 'lost')
    const request = (upload.request = this.#request())
    request.open('POST', this.#dock.url)
    for (const [name, value] of Object.entries({ ...headers, 'content-type': 'application/octet-stream', 'content-disposition': disposition(upload.file.name) })) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => {
      upload.part = total ? loaded / total : 0
      this.#changed()
    }
    request.onerror = request.ontimeout = () => this.#end(upload, 'lost')
    request.onload = () => {
      const told = read(request.responseText)
      if (request.status === 201 && told.id) this.#end(upload, 'done', { attachment: told })
      else if (request.status === 401 && !fresh) void this.#send(upload, true)
      else this.#end(upload, request.status === 429 && told.retry_after || request.status >= 500 || !told.message ? 'lost' : 'refused', { error: told.message ?? '' })
    }
    request.send(upload.file)
  }

  /** @param {Upload} upload @param {Upload['state']} state @param {Partial<Upload>} [more] */
  #end(upload, state, more = {}) {
    Object.assign(upload, { state, request: undefined, ...more })
    this.#go()
  }

  /** How large a file may be; 0 when it can't be learnt now, and the server will tell. */
  async #ask() {
    try {
      const answer = await fetch(this.#dock.url, { headers: await this.#dock.headers(false) })
      return Number((await answer.json()).most_bytes) || 0
    } catch {
      this.#mostBytes = undefined
      return 0
    }
  }
}

/** The name as RFC 6266 and RFC 8187 write it. @param {string} name */
const disposition = (name) => `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (sign) => '%' + sign.charCodeAt(0).toString(16))}`

/** @param {string} text @returns {any} */
function read(text) {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}
