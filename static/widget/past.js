// Earlier conversations of this customer, over the one that goes on: a list, and each of them to read. Fetched when it is wanted.

import { dateOf } from '../chat/dates.js'
import { h, icon } from '../chat/dom.js'
import { entriesOf } from '../chat/recorded.js'

/** @import { Numbered, Words } from '../chat/wire' */
/** @import { Talk } from './talk.js' */
/** @typedef {{id: string, opened_at: string, closed: boolean, text: string}} Earlier */

const BACK = 'M12.5 5l-5 5 5 5'

export class Past {
  #title = h('h3', { tabIndex: -1 })
  #back = h('button.tool', { type: 'button', onclick: () => this.#up() }, icon('back', BACK))
  #body = h('div.shown')
  #node = h('section.past', {}, h('header', {}, this.#back, this.#title), this.#body)
  /** @type {any[]} */ #beneath
  /** @type {Earlier[]} */ #list = []
  #more = false
  #reading = false
  #talk
  #words
  #button

  /** @param {HTMLElement} panel @param {HTMLElement} button opens it @param {Talk} talk @param {Words} words */
  constructor(panel, button, talk, words) {
    this.#button = button
    this.#talk = talk
    this.#words = words
    talk.past?.close()
    talk.past = this
    this.#beneath = [...panel.children].filter((each) => !each.classList.contains('top'))
    for (const each of this.#beneath) each.hidden = true
    this.#back.title = this.#back.ariaLabel = words('back')
    this.#node.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Escape') return
      event.stopPropagation() // which would close the chat
      this.#up()
    })
    for (const type of ['chat-say', 'chat-rate', 'chat-person', 'chat-retry', 'chat-seen']) this.#node.addEventListener(type, (/** @type {Event} */ event) => event.stopPropagation())
    panel.append(this.#node)
    void this.#choose()
  }

  close() {
    const focused = this.#node.contains(this.#node.getRootNode().activeElement)
    this.#node.remove()
    this.#talk.past = undefined
    for (const each of this.#beneath) each.hidden = false
    this.#beneath.find((each) => each.localName === 'chat-thread')?.toEnd()
    if (focused) this.#button.focus()
  }

  #up() {
    this.#reading ? this.#choose() : this.close()
  }

  /** The list, its first page at least. */
  async #choose() {
    this.#show(this.#words('earlier'), false)
    if (!this.#list.length && !await this.#fetch(() => this.#ask(''), (page) => this.#add(page), () => this.#choose())) return
    const rows = this.#list.filter(({ id }) => id !== this.#talk.transcript.conversation)
    this.#body.replaceChildren(rows.length ? h('ul', {}, ...rows.map((row) => h('li', {}, this.#row(row)))) : h('p', {}, this.#words('no_earlier')),
      ...(this.#more ? [this.#further(() => this.#fetch(() => this.#ask(`?before=${this.#list.at(-1)?.id}`), (page) => this.#add(page), () => this.#choose()).then(() => this.#choose()))] : []))
  }

  /** @param {any} page */
  #add({ conversations, more }) {
    this.#list.push(...conversations)
    this.#more = more
  }

  /** @param {Earlier} row */
  #row(row) {
    return h('button', { type: 'button', onclick: () => this.#read(row) }, h('span', { dir: 'auto' }, row.text || '…'), h('time', { dateTime: row.opened_at }, dateOf(row.opened_at, this.#words)))
  }

  /** @param {Earlier} row @param {Numbered[]} [later] what is shown already */
  async #read(row, later = []) {
    if (!later.length) this.#show(dateOf(row.opened_at, this.#words), true)
    await this.#fetch(() => this.#ask(`/${row.id}${later.length ? `?before=${later[0].seq}` : ''}`), async ({ events, more }) => {
      const all = [...events, ...later], thread = /** @type {any} */ (h('chat-thread', { 'data-still': true }))
      await thread.prepare(this.#words).catch(() => {})
      this.#body.replaceChildren(...(more ? [this.#further(() => this.#read(row, all))] : []), thread)
      thread.show({ entries: entriesOf(all), words: this.#words, name: this.#talk.name })
    }, () => this.#read(row, later))
  }

  /** @param {string} title @param {boolean} reading */
  #show(title, reading) {
    this.#reading = reading
    this.#title.textContent = this.#node.ariaLabel = title
    this.#body.replaceChildren(h('p', { role: 'status' }, this.#words('loading')))
    this.#title.focus()
  }

  /** @param {() => void} onclick */
  #further(onclick) {
    return h('button.link', { type: 'button', onclick }, this.#words('show_earlier'))
  }

  /** What was answered is shown; where nothing was, it can be tried again. @param {() => Promise<any>} ask @param {(told: any) => unknown} show @param {() => void} again */
  async #fetch(ask, show, again) {
    try {
      await show(await ask())
      return true
    } catch (error) {
      const { message } = /** @type {{message?: string}} */ (error)
      const sentence = error instanceof Error || !message ? this.#words('not_loaded') : message
      this.#body.replaceChildren(h('p', { role: 'alert' }, sentence), h('button.link', { type: 'button', onclick: again }, this.#words('retry')))
      return false
    }
  }

  /** @param {string} path @param {boolean} [fresh] with a new token, the last one was turned down @returns {Promise<any>} */
  async #ask(path, fresh = false) {
    const authorization = `Bearer ${await this.#talk.token(fresh)}`
    const answer = await fetch(new URL(`/api/v1/widget/conversations${path}`, import.meta.url), { credentials: 'omit', headers: { authorization } })
    if (answer.status === 401 && !fresh) return this.#ask(path, true)
    const told = await answer.json()
    if (!answer.ok) throw told
    return told
  }
}
