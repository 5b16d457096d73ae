// A file that goes with a form: it comes up when it is chosen, and is there when the form is sent. Fetched with the first such field.

import { h } from './dom.js'
import { size } from './files.js'
import { dock } from './tray.js'
import { Uploads } from './uploads.js'

/** @import { Words } from './wire' */

export class FileField {
  input
  #uploads
  #state = h('p.hint', { role: 'status' })
  #bar = h('progress', { max: 1, hidden: true })
  #again = h('button.link', { type: 'button', hidden: true, onclick: () => this.#uploads.retry() })
  #words

  /** @param {HTMLElement} node where it stands @param {string} id @param {object} about @param {Words} words */
  constructor(node, id, about, words) {
    this.#words = words
    const composer = /** @type {any} */ (node.getRootNode()).querySelector?.('chat-composer')
    this.#uploads = new Uploads(dock(composer?.token), () => this.#draw())
    this.input = h('input', { type: 'file', id, ...about, onchange: () => this.#chosen() })
    this.#again.textContent = words('retry')
    node.append(this.input, this.#bar, h('div.beside', {}, this.#state, this.#again))
  }

  /** What has come up. */
  get attachment() {
    return this.#uploads.ready[0]
  }

  /** @param {() => void} then @returns {boolean} whether it is still on its way; then `then` runs when it is there */
  wait(then) {
    return this.#uploads.wait(then)
  }

  #chosen() {
    for (const one of this.#uploads.list) this.#uploads.remove(one)
    const files = [...this.input.files ?? []]
    if (files.length) void this.#uploads.add(files, this.#words)
  }

  #draw() {
    const [upload] = this.#uploads.list, going = upload?.state === 'going' || upload?.state === 'waiting', lost = upload?.state === 'lost'
    const text = !upload ? '' : lost ? upload.error || this.#words('file_lost') : upload.error || (going ? this.#words('file_going', { name: upload.file.name }) : size(upload.file.size, this.#words))
    if (this.#state.textContent !== text) this.#state.textContent = text
    this.#state.classList.toggle('bad', !!upload?.error || lost)
    this.#bar.hidden = !going
    this.#bar.value = upload?.part ?? 0
    this.#again.hidden = !lost
  }
}
