// The widget at work: draws what Talk knows. Loaded by loader.js when a person reaches for the launcher.

// All that will be needed is named here, so that it comes at once and not one behind another.
import '../chat/bubble.js'
import '../chat/composer.js'
import '../chat/connection.js'
import '../chat/dom.js'
import '../chat/markdown.js'
import '../chat/thread.js'
import '../chat/transcript.js'
import './visitor.js'
import { accents } from '../chat/contrast.js'
import { words } from '../chat/words.js'
import { Shell } from './shell.js'
import { Talk } from './talk.js'

/** @import { Config, Entry, MessageEntry, Words } from '../chat/wire' */
/** @import { Item } from './shell.js' */
/**
 * @typedef {object} Site  what the loader hands over
 * @property {string} base @property {string} key @property {Record<string, string | undefined>} asked
 * @property {{identity?: {email?: string}}} kept @property {HTMLElement} host @property {ShadowRoot} root
 * @property {HTMLElement} launcher @property {HTMLElement} badge
 * @property {(look: object) => void} wear @property {(event: string, detail?: unknown) => void} emit
 */

/** @param {Site} site */
export async function mount(site) {
  const widget = new Widget(site)
  await Promise.all([wear(site, 'tokens', 'chat', 'widget'), widget.speak()])
  return widget
}

/** Styles as objects: a page whose policy forbids inline styles shows them all the same. @param {Site} site @param {...string} names */
async function wear({ base, root }, ...names) {
  const sheets = names.map(async (name) => new CSSStyleSheet().replace(await (await fetch(`${base}/static/css/${name}.css`, { credentials: 'omit' })).text()))
  root.adoptedStyleSheets.push(...await Promise.all(sheets))
}

class Widget {
  #site
  #talk
  #shell
  /** @type {Words | undefined} */ #words
  /** @type {Promise<import('./attention.js').Attention> | undefined} */ #attention
  /** @type {{kind: string, node?: HTMLElement, refuse?: () => void}} */ #card = { kind: '' }
  /** @type {MessageEntry | undefined} */ #greeting
  #back = ''
  #drawing = false
  /** @type {Promise<void> | undefined} */ #styled

  /** @param {Site} site */
  constructor(site) {
    this.#site = site
    this.#talk = new Talk({
      ...site, changed: () => this.#draw(), configured: (config) => this.#configured(config), news: (message) => this.#news(message),
      refused: () => this.#card.refuse?.(),
    })
    this.#shell = new Shell(site.root, (verb) => this.#act(verb))
    this.#shell.composer.text = this.#talk.store.get('draft') ?? ''
    const talk = this.#talk
    const on = (/** @type {string} */ type, /** @type {(detail: any) => void} */ run) => site.root.addEventListener(type, (event) => run(/** @type {CustomEvent} */ (event).detail))
    for (const said of ['chat-send', 'chat-say']) on(said, ({ text }) => this.#say(text))
    on('chat-stop', () => talk.line.send({ type: 'stop' }))
    on('chat-draft', ({ text }) => talk.drafted(text))
    on('chat-rate', ({ seq, score }) => talk.line.send({ type: 'rate', seq, score }))
    on('chat-retry', ({ client_id }) => talk.retry(client_id))
    on('chat-seen', () => this.#attentive && talk.seen())
    document.addEventListener('visibilitychange', () => this.#draw())
  }

  /** @param {{quiet?: boolean, ask?: string}} [how] quiet leaves the focus where it is; ask says that for the visitor */
  open({ quiet = false, ask } = {}) {
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

  reset() {
    this.close()
    this.#talk.reset()
    this.#shell.composer.text = ''
    this.#draw()
  }

  /** Load the language the page or the shop wants. */
  async speak() {
    this.#words = await words(this.#site.asked.locale || this.#talk.config?.locale || document.documentElement.lang || navigator.language)
    this.#draw()
  }

  /** @param {string} text */
  #say(text) {
    this.#talk.say(text)
    this.#site.emit('message', { from: 'visitor', text })
  }

  /** @param {boolean} open */
  #opened(open) {
    const { launcher, host, emit } = this.#site
    this.#talk.store.set('open', open || null, true)
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
    const { store, transcript, config } = this.#talk
    if (verb === 'close') this.close()
    if (verb === 'person') this.#talk.person()
    if (verb === 'begin') this.#talk.begin()
    if (verb === 'sound') {
      store.set('sound', store.get('sound') ? null : true)
      if (store.get('sound')) (await this.#attend()).chime()
    }
    if (verb === 'download' && this.#words) (await import('../chat/keepsake.js')).download(transcript.entries, this.#words, config?.name ?? '')
    this.#draw()
  }

  #attend() {
    return (this.#attention ??= this.#later().then(() => import('./attention.js')).then(({ Attention }) => new Attention(this.#site.root, () => this.open())))
  }

  /** What comes after the first open has its styles apart. */
  #later() {
    return (this.#styled ??= wear(this.#site, 'cards'))
  }

  get #attentive() {
    return this.#shell.open && !document.hidden
  }

  /** @param {import('../chat/wire').MessageEvent} message */
  async #news({ author, text }) {
    this.#site.emit('message', { from: author.kind, text })
    if (this.#attentive || !this.#words) return
    const attention = await this.#attend()
    attention.tell(author.name || this.#talk.config?.name || '', text, this.#words, !this.#shell.open)
    if (this.#talk.store.get('sound')) attention.chime()
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
    const { transcript, config, line, missed } = this.#talk, shell = this.#shell
    const { owner, closed, turn, typing, score, busy, conversation } = transcript, name = config?.name ?? ''
    const agent = owner === 'human' ? transcript.agent ?? { name: words('agent') } : undefined
    const bot = owner === 'bot', minutes = config?.hours?.reply_minutes
    const refused = line.state === 'refused'
    shell.draw({
      words, name, agent, bot, base: this.#site.base, busy, refused, items: this.#items(words), notice: this.#notice(words), person: bot && !closed, aside: bot && !closed && this.#back ? words('person_back', { when: this.#back }) : '',
      state: refused ? words('refused') : !config ? words('connecting') : bot ? words('bot_line')
        : agent ? words('person_line', agent) + (minutes ? ' · ' + words('soon', { n: minutes }) : '') : words(transcript.online ? 'queue_line' : 'offline'),
    })
    const writing = turn && !turn.text && busy ? name : typing && (agent?.name ?? words('agent'))
    shell.thread.show({ entries: this.#entries(), words, name, typing: writing, since: this.#talk.since })
    this.#place(closed ? `score ${score ?? ''}` : missed ? 'contact' : '', conversation + words.locale, words)
    this.#hours(words)
    this.#count(words)
  }

  /** The greeting is the first thing said on every visit; the same object for the same words, so that it is drawn once. @returns {Entry[]} */
  #entries() {
    const { entries } = this.#talk.transcript, { greeting, suggestions = [], name = '' } = this.#talk.config ?? {}
    if (!greeting) return entries
    const buttons = suggestions.map((text) => ({ label: text, say: text })), last = this.#greeting
    if (last?.text !== greeting || String(last.buttons?.map(({ say }) => say)) !== String(suggestions))
      this.#greeting = { kind: 'message', key: 'greeting', at: '', author: { kind: 'bot', name }, text: greeting, buttons }
    return [/** @type {MessageEntry} */ (this.#greeting), ...entries]
  }

  /** A line that is lost for a moment is nobody's business. @param {Words} words */
  #notice(words) {
    const { lostAt, line } = this.#talk
    if (!lostAt || line.state === 'refused') return ''
    const early = 1500 - (Date.now() - lostAt)
    if (early > 0) setTimeout(() => this.#draw(), early)
    return early > 0 ? '' : words('lost')
  }

  /** @param {Words} words @returns {Item[]} */
  #items(words) {
    const sound = this.#talk.store.get('sound')
    /** @type {Item[]} */ const items = [{ verb: 'sound', icon: sound ? 'mute' : 'sound', label: words(sound ? 'sound_off' : 'sound_on') }]
    if (this.#talk.transcript.seq) items.unshift({ verb: 'download', icon: 'save', label: words('download') })
    return items
  }

  /** The card under the thread, if one is due. @param {string} kind @param {string} where @param {Words} words */
  async #place(kind, where, words) {
    const wanted = kind && kind + where
    if (wanted === this.#card.kind) return
    const { thread } = this.#shell, talk = this.#talk
    this.#card = { kind: wanted }
    const { contactCard, scoreCard } = kind ? (await this.#later(), await import('./cards.js')) : {}
    if (this.#card.kind !== wanted) return
    if (kind === 'contact') Object.assign(this.#card, contactCard?.({ words, back: this.#back, email: this.#site.kept.identity?.email, send: (contact) => talk.contact(contact) }))
    else if (kind) Object.assign(this.#card, scoreCard?.({ words, score: talk.transcript.score, rate: (score, comment) => talk.line.send({ type: 'rate', score, comment }), begin: () => talk.begin() }))
    const atEnd = thread.atEnd
    thread.foot.replaceChildren(...(this.#card.node ? [this.#card.node] : []))
    if (atEnd) thread.toEnd()
  }

  /** @param {Words} words */
  async #hours(words) {
    const { config } = this.#talk
    const back = config && !config.online ? (await import('./hours.js')).backAt(config.hours, new Date(), words) : ''
    if (back === this.#back) return
    this.#back = back
    this.#draw()
  }

  /** @param {Words} words */
  #count(words) {
    const { badge, launcher, emit } = this.#site, { unread } = this.#talk, open = this.#shell.open
    badge.hidden = !unread || open
    launcher.setAttribute('aria-label', words(open ? 'close' : 'open') + (badge.hidden ? '' : `, ${words('unread', { n: unread })}`))
    if (open || !unread) this.#attention?.then((attention) => attention.calm())
    if (badge.textContent === String(unread)) return
    badge.textContent = String(unread)
    emit('unread', unread)
  }
}
