// <desk-console>: the page. Puts the parts together, gives each what it shows, and carries keys and events to the commands.

import { storage } from '../chat/browser.js'
import { h } from '../chat/dom.js'
import { Account } from './elements/account.js'
import { Alerts } from './elements/alerts.js'
import { Commands } from './model/commands.js'
import './elements/conversation.js'
import './elements/customer.js'
import { Desk } from './model/desk.js'
import { narrows, tidy } from './model/filter.js'
import { Keyboard } from './elements/keyboard.js'
import { Line } from './model/line.js'
import './elements/list.js'
import './elements/offers.js'
import { Panes, wear } from './elements/panes.js'
import { Shelves } from './model/shelves.js'
import { Toasts } from './elements/toasts.js'
import './elements/top.js'
import { Watch } from './model/watch.js'
import { words } from './words.js'

/** @import { Words } from '../chat/wire' */
/** @import { AgentFrame } from './wire' */

class DeskConsole extends HTMLElement {
  #tab = storage(() => sessionStorage, `console:${this.dataset.member}:`)
  #kept = storage(() => localStorage, 'console:')
  #desk = new Desk(this.#tab)
  #alerts = new Alerts()
  #account = new Account(this.#desk, this.#alerts, (key) => this.#tell(key), this.dataset.token)
  #panes = new Panes(this, this.#kept)
  #top = /** @type {import('./elements/top.js').DeskTop} */ (document.createElement('desk-top'))
  #inbox = /** @type {import('./elements/list.js').DeskInbox} */ (document.createElement('desk-inbox'))
  #middle = /** @type {import('./elements/conversation.js').DeskConversation} */ (document.createElement('desk-conversation'))
  #customer = /** @type {import('./elements/customer.js').DeskCustomer} */ (document.createElement('desk-customer'))
  #offers = /** @type {import('./elements/offers.js').DeskOffers} */ (document.createElement('desk-offers'))
  #toasts = new Toasts(() => [this.#middle.reply, ...this.#middle.reply.querySelectorAll('.choices, .no-choice')])
  #keyboard = new Keyboard(this.#desk, this.#panes, (command) => this.#run(command))
  /** @type {Words | undefined} */ #words
  #drawing = false
  #typedAt = 0
  #line = new Line({ desk: this.#desk, open: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws/agent/`), changed: (frame) => this.#changed(frame) })
  #shelves = new Shelves(this.#desk, () => this.#draw(), () => this.#tell('unreachable'))
  #watch = new Watch(this.#desk, this.#alerts, { tell: (text, back) => this.#toasts.tell(text, back), select: (conversation) => this.#run('select', conversation), write: () => this.#write('say'), explain: (refused) => this.#run('refused', refused) })
  #commands = new Commands({
    desk: this.#desk, words: () => /** @type {Words} */ (this.#words), write: (mode) => this.#write(mode), insert: (text, files) => this.#middle.reply.insert(text, files), written: () => this.#middle.reply.text, find: () => this.#find(),
    tell: (text, undo) => this.#toasts.tell(text, undo && { label: this.#words?.('undo') ?? '', run: undo }), look: (view, filter, saved) => this.#look(view, filter, saved), narrow: (filter) => this.#narrow(filter),
    pane: (pane) => this.#panes.show(pane), aside: (on) => this.#panes.aside(on), alerts: () => void this.#account.sound(), redraw: () => this.#draw(),
  })

  async connectedCallback() {
    if (this.firstElementChild?.localName === 'desk-top') return
    wear(this.dataset.accent)
    this.#desk.out = this.#line
    this.#top.dataset.site = this.dataset.site
    this.#desk.recall()
    if (narrows(this.#desk.filter)) void this.#shelves.again()
    this.#words = await words(this.dataset.language)
    this.#name()
    this.replaceChildren(this.#top, this.#offers, h('main', {}, this.#inbox, this.#middle, this.#customer), this.#toasts.node)
    this.#listen()
    this.#toasts.listen()
    const at = decodeURIComponent(location.hash.slice(1))
    if (at) this.#run('select', at)
    this.#line.connect()
    setInterval(() => this.#tick(), 1000)
    this.#draw()
  }

  #name() {
    const say = /** @type {Words} */ (this.#words)
    for (const [part, role, name] of /** @type {[HTMLElement, string, string][]} */ ([[this.#inbox, 'navigation', say('views')], [this.#customer, 'complementary', say('customer')], [this.#offers, 'region', say('offers')], [this.#top, 'banner', '']])) {
      part.setAttribute('role', role)
      if (name) part.setAttribute('aria-label', name)
    }
  }

  #listen() {
    this.addEventListener('desk-do', (event) => {
      const { command, detail } = /** @type {CustomEvent} */ (event).detail
      this.#run(command, detail)
      event.preventDefault() // it is done
    })
    this.#keyboard.listen()
    for (const type of ['focusin', 'focusout', 'pointerup', 'keyup']) document.addEventListener(type, () => this.#offers.keys(this.#keyboard.takes), { passive: true })
    for (const type of ['pointerdown', 'keydown', 'focus']) addEventListener(type, () => this.#watch.active(Date.now()), { passive: true })
    const wake = () => {
      if (document.hidden) return
      this.#line.wake()
      this.#draw()
    }
    for (const type of ['online', 'pageshow', 'focus']) addEventListener(type, wake)
    document.addEventListener('visibilitychange', wake)
    addEventListener('hashchange', () => this.#run('select', decodeURIComponent(location.hash.slice(1))))
  }

  /** @param {string} command @param {any} [detail] */
  #run(command, detail) {
    if (command === 'typing') this.#typing(detail)
    else if (command === 'find') void this.#shelves.find(detail)
    else if (command === 'older') void this.#shelves.older()
    else if (command === 'seen') this.#seen()
    else if (this.#words && this.#account.run(command, detail, this.#words)) return this.#draw()
    else if (command !== 'redraw') {
      const before = this.#desk.selected
      this.#commands.run(command, detail)
      if (this.#desk.selected !== before) history.replaceState(null, '', `#${this.#desk.selected}`)
    }
    this.#draw()
  }

  /** @param {AgentFrame} [frame] */
  #changed(frame) {
    if (frame?.type === 'language') return location.reload()
    if (frame && this.#words) this.#watch.take(frame, this.#words, !document.hidden && document.hasFocus())
    this.#draw()
  }

  #draw() {
    if (this.#drawing) return
    this.#drawing = true
    const run = () => {
      this.#drawing = false
      this.#show()
    }
    if (document.hidden) setTimeout(run, 250)
    else requestAnimationFrame(run)
  }

  #show() {
    const desk = this.#desk, say = this.#words
    if (!say) return
    this.#alerts.on = !!desk.sound
    this.#top.show(desk, say, { line: this.#line.state, reason: this.#line.reason })
    this.#inbox.show(desk, say, this.#shelves)
    this.#middle.show(desk, say)
    this.#customer.show(desk, say)
    this.#customer.hidden = !desk.row
    this.#offers.show(desk, say, this.#keyboard.takes)
    this.#toasts.place()
    this.#alerts.count(this.#watch.count)
    this.dataset.chosen = desk.selected ? 'yes' : ''
    if (this.#middle.atEnd) this.#seen()
  }

  #tick() {
    if (!this.#words) return
    this.#inbox.tick(this.#desk, this.#words)
    this.#middle.tick(this.#desk, this.#words)
    this.#offers.tick(this.#desk, this.#words)
    if (this.#watch.rest(Date.now())) this.#tell('auto_away')
  }

  #seen() {
    if (!document.hidden && document.hasFocus() && this.#panes.reading) this.#desk.seen()
  }

  /** @param {string} text */
  #typing(text) {
    if (text ? Date.now() - this.#typedAt < 3000 : !this.#typedAt) return
    this.#typedAt = text ? Date.now() : 0
    this.#desk.act('typing', { on: !!text })
  }

  /** @param {string} key */
  #tell(key) {
    this.#toasts.tell(this.#words?.(key) ?? '')
    this.#draw()
  }

  /** @param {import('./wire').Mode} mode */
  #write(mode) {
    this.#panes.show('conversation')
    this.#show() // what is hidden takes no focus
    this.#middle.reply.write(mode)
  }

  #find() {
    this.#panes.show('inbox')
    this.#inbox.find()
  }

  /** @param {import('./wire').View} view @param {import('./wire').Filter} [filter] a saved view brings its own @param {number | null} [saved] */
  #look(view, filter = this.#desk.saved === null ? this.#desk.filter : {}, saved = null) {
    Object.assign(this.#desk, { view, saved, filter: tidy(filter) })
    this.#desk.remember()
    this.#inbox.clear()
    void this.#shelves.look(view)
  }

  /** @param {import('./wire').Filter} filter */
  #narrow(filter) {
    Object.assign(this.#desk, { saved: null, filter: tidy(filter) })
    this.#desk.remember()
    void this.#shelves.again()
  }
}

customElements.define('desk-console', DeskConsole)
