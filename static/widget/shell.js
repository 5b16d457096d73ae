// The panel's frame: header, menu, notice, thread, composer. Keeps the keyboard inside while it is open and fits a phone's screen.

import '../chat/composer.js'
import { h, icon, label } from '../chat/dom.js'
import '../chat/thread.js'

/** @import { Embed, OwnerEntry, Words } from '../chat/wire' */
/** @import { ChatThread } from '../chat/thread.js' */
/** @import { ChatComposer } from '../chat/composer.js' */
/** @import { Talk } from './talk.js' */

const PHONE = matchMedia('(max-width: 480px), (max-width: 960px) and (max-height: 480px)')
const REACHABLE = 'button:not(:disabled), a[href], textarea, input, [tabindex="0"]'

export class Shell {
  thread = /** @type {ChatThread} */ (document.createElement('chat-thread'))
  composer = /** @type {ChatComposer} */ (document.createElement('chat-composer'))
  #face = h('span.face')
  #name = h('h2.name')
  #state = h('p.state')
  #notice = h('p.notice', { role: 'status' })
  more = h('button.tool', { type: 'button', 'aria-expanded': 'false', onclick: () => this.#act('more') }, icon('more'))
  #close = h('button.tool', { type: 'button', onclick: () => this.#act('close') }, icon('down'))
  #person = h('button.link', { type: 'button', onclick: () => this.#act('person') })
  #aside = h('span.aside')
  #scroll = ''
  #act

  /** @param {Embed} site @param {(verb: string) => void} act */
  constructor({ root, gone: signal }, act) {
    this.#act = act
    this.root = root
    this.panel = h('section.panel.chat', { role: 'dialog', hidden: true, tabIndex: -1 },
      h('div.top', {}, this.#face, h('div.names', {}, this.#name, this.#state), this.more, this.#close),
      this.#notice, this.thread,
      h('div.bottom', {}, this.composer, h('div.reach', {}, this.#person, this.#aside)))
    this.panel.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.#key(event))
    const fit = () => this.#fit()
    for (const type of ['resize', 'scroll']) visualViewport?.addEventListener(type, fit, { signal })
    PHONE.addEventListener('change', fit, { signal })
    root.append(this.panel)
  }

  get open() {
    return !this.panel.hidden
  }

  /** @param {boolean} quiet leave the focus where it is */
  show(quiet) {
    this.panel.hidden = false
    this.#fit()
    this.thread.toEnd()
    if (!quiet) this.focus()
  }

  /** Where one goes on: not a phone's composer, because its keyboard would hide what was said. */
  focus() {
    matchMedia('(pointer: coarse)').matches ? this.panel.focus() : this.composer.focus()
  }

  hide() {
    this.panel.hidden = true
    this.#fit()
  }

  /** @param {Talk} talk @param {Words} words @param {string} back  when people are there again, if they are not */
  draw(talk, words, back) {
    const { name, config, entries, since, lost, transcript: { owner, closed, busy, turn, typing, agent: known } } = talk
    const refused = talk.line.state === 'refused', bot = owner === 'bot', agent = owner === 'human' ? known ?? { name: words('agent') } : undefined
    this.panel.lang = words.locale
    this.panel.setAttribute('aria-label', words('chat', { name }))
    label(this.#close, words('close'))
    label(this.more, words('more'))
    this.#name.textContent = name
    this.#name.ariaHidden = String(!name)
    this.#state.replaceChildren(...[refused ? talk.line.sentence || words('refused') : config ? this.#who(talk, words, agent) : words('connecting')].flat())
    this.panel.classList.toggle('waiting', !name && !refused)
    this.panel.classList.toggle('refused', refused)
    this.#wear(bot, agent)
    this.#notice.textContent = lost ? talk.line.sentence || words('lost') : talk.told
    this.#person.textContent = words('person')
    this.#person.hidden = !bot || closed
    this.#aside.textContent = bot && !closed && back ? words('person_back', { when: back }) : ''
    this.composer.show({ words, busy })
    this.thread.show({ entries, words, name, since, typing: turn && !turn.text && busy ? name : typing && (agent?.name ?? words('agent')) })
  }

  /** Who answers, and how soon. @param {Talk} talk @param {Words} words @param {OwnerEntry['agent']} agent */
  #who({ config, transcript: { owner, online } }, words, agent) {
    const n = config?.hours?.reply_minutes
    if (agent) return [h('span', {}, words('person_line', agent)), n ? ' · ' + words('soon', { n }) : '']
    return words(owner === 'bot' ? 'bot_line' : online ? 'queue_line' : 'offline')
  }

  /** @param {boolean} bot @param {OwnerEntry['agent']} agent */
  #wear(bot, agent) {
    const who = agent ? 'agent' + agent.name : String(bot)
    if (this.#face.dataset.who === who) return
    this.#face.dataset.who = who
    this.#face.replaceChildren(agent ? [...agent.name][0]?.toUpperCase() : icon(bot ? 'bot' : 'person'))
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'Escape' && !event.isComposing) return this.#act('close')
    if (event.key !== 'Tab') return
    const stops = [...this.panel.querySelectorAll(REACHABLE)].filter((/** @type {any} */ node) => node.checkVisibility())
    const at = stops.indexOf(this.root.activeElement), edge = event.shiftKey ? 0 : stops.length - 1
    if (at !== edge && at >= 0) return
    event.preventDefault()
    stops[event.shiftKey ? stops.length - 1 : 0]?.focus()
  }

  /** On a phone the panel is the screen: what the keyboard leaves of it, and the page behind stands still. */
  #fit() {
    const full = PHONE.matches && this.open, { style } = this.panel, page = document.documentElement.style
    this.panel.setAttribute('aria-modal', String(full))
    style.setProperty('--height', full && visualViewport ? `${visualViewport.height}px` : '')
    style.setProperty('--top', full && visualViewport ? `${visualViewport.offsetTop}px` : '')
    if (full === (page.overflow === 'hidden')) return
    if (full) this.#scroll = page.overflow
    page.overflow = full ? 'hidden' : this.#scroll
  }
}
