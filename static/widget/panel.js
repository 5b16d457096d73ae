// The widget at work: shows what Talk knows. Loaded by loader.js when a person reaches for the launcher.

import { accents } from '../chat/contrast.js'
import { wear } from '../chat/dom.js'
import { words } from '../chat/words.js'
import { Later } from './later.js'
import { Shell } from './shell.js'
import { Talk } from './talk.js'

/** @import { Config, Embed, MessageEvent, Own, Words } from '../chat/wire' */

/** @param {Embed} site */
export async function mount(site) {
  const widget = new Widget(site)
  await Promise.all([wear(site.root, 'widget'), widget.speak()])
  return widget
}

class Widget {
  #site
  #talk
  #shell
  /** @type {Words | undefined} */ #words
  #later
  #drawing = false
  /** @type {string | undefined} */ #spoken

  /** @param {Embed} site */
  constructor(site) {
    this.#site = site
    const talk = (this.#talk = new Talk({
      ...site, changed: () => this.#draw(), configured: (config) => this.#configured(config), news: (message) => this.#news(message),
      refused: () => this.#later.card.refuse?.(),
    }))
    this.#later = new Later(site.root, talk, () => this.open())
    const { composer } = (this.#shell = new Shell(site, (verb) => this.#act(verb)))
    composer.token = talk.token
    composer.text = talk.tab.get('draft', '') ?? ''
    const on = (/** @type {string} */ type, /** @type {(detail: any) => void} */ run) => site.root.addEventListener(type, (event) => {
      run(/** @type {CustomEvent} */ (event).detail)
      event.preventDefault() // it is kept
    })
    for (const type of ['chat-send', 'chat-say']) on(type, ({ text, files: attachments, ...more }) => {
      this.#say(text, { attachments, ...more })
      this.#shell.focus() // what was pressed may be gone
    })
    on('chat-stop', () => talk.line.send({ type: 'stop' }))
    on('chat-draft', ({ text }) => {
      this.#prepare()
      talk.drafted(text)
    })
    on('chat-person', () => this.#act('person'))
    on('chat-rate', (rating) => talk.ask({ type: 'rate', ...rating }))
    on('chat-retry', ({ client_id }) => talk.retry(client_id))
    on('chat-seen', () => this.#attentive && talk.seen())
    document.addEventListener('visibilitychange', () => this.#draw())
  }

  /** @param {{quiet?: boolean, ask?: string} | null} [how] quiet leaves the focus where it is; ask says that for the visitor */
  open(how) {
    const { quiet = false, ask } = how ?? {}
    if (!this.#shell.open) {
      this.#shell.show(quiet)
      this.#opened(true)
      this.#talk.start()
    }
    if (ask) this.#say(ask)
  }

  close() {
    if (!this.#shell.open) return
    this.#shell.hide()
    this.#opened(false)
    this.#site.launcher.focus({ preventScroll: true })
  }

  toggle() {
    return this.#shell.open ? this.close() : this.open()
  }

  /** Be connected, so that news is noticed while the panel is closed. */
  watch() {
    this.#talk.start()
  }

  identify() {
    this.#talk.identify()
  }

  /** What the page tells of itself. @param {string} type @param {object} fields */
  tell(type, fields) {
    this.#talk.ask({ type, ...fields }, true)
  }

  reset() {
    this.close()
    this.#talk.reset()
    this.#shell.composer.text = ''
    this.#shell.composer.tray?.take()
    this.#draw()
  }

  /** What a message needs beyond plain words. */
  #prepare() {
    if (this.#words) this.#shell.thread.prepare(this.#words)
  }

  /** Load the language that the customer speaks, or else the page or the shop wants. */
  async speak() {
    const { asked } = this.#site, { config, store, transcript: { language } } = this.#talk
    this.#words = await words(language || asked.locale || config?.locale || document.documentElement.lang || navigator.language)
    if (store.get('talked', 0)) this.#prepare()
    this.#draw()
  }

  /** @param {string} text @param {Partial<Own>} [more] */
  #say(text, more) {
    if (this.#shell.panel.matches('.asking')) return void (this.#shell.composer.text = text)
    this.#prepare()
    this.#talk.say(text, more)
    this.#site.emit('message', { from: 'visitor', text })
  }

  /** @param {boolean} open */
  #opened(open) {
    const { launcher, host, emit } = this.#site
    this.#talk.tab.set('open', open || null)
    launcher.setAttribute('aria-expanded', String(open))
    host.toggleAttribute('data-open', open)
    emit(open ? 'open' : 'close')
    this.#draw()
  }

  /** @param {Config} config */
  #configured({ theme, locale }) {
    const { asked, wear } = this.#site
    const look = { ...accents(asked.accent || theme.accent), position: theme.position, mode: theme.mode, locale }
    wear(look)
    this.#talk.store.set('look', look)
    this.speak()
  }

  /** @param {string} verb */
  async #act(verb) {
    if (verb === 'close') this.close()
    if (verb === 'person') {
      this.#talk.ask({ type: 'person' })
      this.#shell.focus() // what was pressed goes
    }
    if (verb === 'more' && this.#words) (await this.#later.menu(this.#shell.more, this.#words))?.toggle(this.#words)
  }

  get #attentive() {
    return this.#shell.open && !document.hidden
  }

  /** @param {MessageEvent} message */
  async #news(message) {
    const { author } = message
    this.#site.emit('message', { from: author.kind, text: message.text })
    if (this.#attentive || !this.#words) return
    const attention = await this.#later.attention()
    attention?.tell(author.name || this.#talk.name, message, this.#words, !this.#shell.open)
    if (this.#talk.store.get('sound', true)) attention?.chime()
  }

  #draw() {
    if (this.#drawing || !this.#words) return
    this.#drawing = true
    const draw = () => {
      this.#drawing = false
      this.#render(/** @type {Words} */ (this.#words))
    }
    document.hidden ? setTimeout(draw, 50) : requestAnimationFrame(draw)
  }

  /** @param {Words} words */
  #render(words) {
    const { language } = this.#talk.transcript
    if (language !== this.#spoken) {
      this.#spoken = language
      this.speak()
    }
    this.#shell.draw(this.#talk, words, this.#later.back(words))
    this.#later.place(this.#shell.thread, words)
    this.#count(words)
  }

  /** @param {Words} words */
  #count(words) {
    const { badge, launcher, emit } = this.#site, { unread } = this.#talk, { open } = this.#shell
    badge.hidden = !unread || open
    launcher.setAttribute('aria-label', words(open ? 'close' : 'open') + (badge.hidden ? '' : `, ${words('unread', { n: unread })}`))
    if (open || !unread) this.#later.calm()
    if (badge.textContent === String(unread)) return
    badge.textContent = String(unread)
    emit('unread', unread)
  }
}
