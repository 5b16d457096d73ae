// The files that are to go with the next message, above the field: name, size, how far, what is wrong. Fetched with the first file.

import { h, icon, wear } from './dom.js'
import { size } from './files.js'
import { Uploads } from './uploads.js'

/** @import { ChatComposer } from './composer.js' */
/** @import { Attachment, Dock, Token, Upload, Words } from './wire' */

/** @type {WeakMap<object, Promise<void>>} */ const dressed = new WeakMap()

export class Tray {
  #list = h('ul.uploads', { role: 'list' })
  #status = h('p.unseen', { role: 'status' })
  #waits = h('p.waits', { role: 'status' })
  node = h('div.tray', { hidden: true }, this.#list, this.#status, this.#waits)
  /** @type {Map<Upload, {node: any, state: string}>} */ #rows = new Map()
  #uploads
  #composer
  /** @type {any} */ #drag

  /** @param {ChatComposer} composer */
  constructor(composer) {
    this.#composer = composer
    this.#uploads = new Uploads(dock(composer.token), () => this.#draw())
    const root = /** @type {any} */ (composer.getRootNode())
    if (root.adoptedStyleSheets && !dressed.has(root)) dressed.set(root, wear(root, 'tray').catch(() => void dressed.delete(root)))
    this.show()
    addEventListener('online', () => this.#uploads.retry())
  }

  get count() {
    return this.#uploads.count
  }

  /** @param {File[]} files none while they are still held over the page */
  async hold(files) {
    if (this.#composer.checkVisibility?.() === false) return // no conversation is open
    clearTimeout(this.#drag)
    this.#composer.classList.toggle('held', !files.length)
    if (!files.length) return void (this.#drag = setTimeout(() => this.#composer.classList.remove('held'), 300))
    const words = /** @type {Words} */ (this.#composer.words)
    await words.more().catch(() => {}) // keys are better than no file
    void this.#uploads.add(files, words)
  }

  /** @param {Attachment[]} files that are up already */
  back(files) {
    this.#uploads.back(files)
  }

  /** @param {() => void} then @returns {boolean} whether what is to be sent has to wait; then it runs when it need not */
  wait(then) {
    const waits = this.#uploads.wait(then)
    this.#draw()
    return waits
  }

  /** @returns {Attachment[] | undefined} what goes with the message */
  get ready() {
    const { ready } = this.#uploads
    return ready.length ? ready : undefined
  }

  /** The message is kept, and these with it. */
  take() {
    this.#uploads.take()
  }

  show() {
    this.#composer.prepend(this.node)
    this.#draw()
  }

  /** Out of sight; nothing is sent from there by itself. */
  leave() {
    this.#uploads.calm()
    this.node.remove()
  }

  #draw() {
    const { words } = this.#composer, { list, awaited } = this.#uploads
    if (!words) return
    this.node.hidden = !list.length
    for (const [upload, { node }] of this.#rows) if (!list.includes(upload)) {
      node.remove()
      this.#rows.delete(upload)
    }
    for (const upload of list) this.#row(upload, words)
    this.#list.setAttribute('aria-label', words('files'))
    const told = list.filter(({ error, state }) => error || state === 'lost').map((upload) => `${upload.file.name}: ${upload.error || words('file_lost')}`)
    write(this.#status, told.join('\n'))
    write(this.#waits, awaited ? words('waits_for_files') : '')
    if (this.node.isConnected) this.#composer.refresh()
  }

  /** @param {Upload} upload @param {Words} words */
  #row(upload, words) {
    const held = this.#rows.get(upload), state = `${upload.state}${upload.error}${words.locale}`
    if (held?.state === state) return void this.#move(held.node, upload)
    const node = this.#drawn(upload, words), focused = held?.node.contains(held.node.getRootNode().activeElement)
    held ? held.node.replaceWith(node) : this.#list.append(node)
    this.#rows.set(upload, { node, state })
    if (focused) node.querySelector('button').focus()
    if (upload.error || !held) node.scrollIntoView?.({ block: 'nearest' })
    this.#move(node, upload)
  }

  /** @param {Upload} upload @param {Words} words */
  #drawn(upload, words) {
    const { file: { name, size: bytes }, state, error } = upload, wrong = state === 'refused' || state === 'lost'
    const away = words(state === 'going' || state === 'waiting' ? 'file_cancel' : 'file_remove', { name })
    return h(`li.upload.${state}`, {}, icon('clip'),
      h('span.told', {}, h('span.called', { dir: 'auto', title: name }, name), wrong ? h('span.wrong', {}, error || words('file_lost')) : h('span.size', {}, size(bytes, words))),
      state === 'lost' && h('button.link', { type: 'button', onclick: () => this.#uploads.retry([upload]) }, words('retry')),
      h('button.away', { type: 'button', title: away, 'aria-label': away, onclick: () => this.#remove(upload) }, icon('close')),
      !wrong && state !== 'done' && h('progress', { max: 1, 'aria-label': words('file_going', { name }) }))
  }

  /** @param {any} node @param {Upload} upload */
  #move(node, { part }) {
    const bar = node.querySelector('progress')
    if (bar) bar.value = part
  }

  /** @param {Upload} upload */
  #remove(upload) {
    this.#uploads.remove(upload)
    this.#composer.focus()
  }
}

/** Where files go up, and the token that owns them: on the tenant's host, wherever the page is. @param {Token} [token] @returns {Dock} */
export const dock = (token) => ({
  url: new URL(`/api/v1/${token ? 'widget' : 'console'}/attachments`, import.meta.url).href,
  headers: async (fresh) => /** @type {Record<string, string>} */ (token ? { authorization: `Bearer ${await token(fresh)}` } : {}),
})

/** A screen reader tells it once. @param {HTMLElement} node @param {string} text */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text
}
