// The panel's frame: header, menu, notice, thread, composer. Keeps the keyboard inside while it is open and fits a phone's screen.

import { h, icon } from '../chat/dom.js'

/** @import { Words } from '../chat/wire' */
/** @import { ChatThread } from '../chat/thread.js' */
/** @import { ChatComposer } from '../chat/composer.js' */
/** @import { IconName } from '../chat/dom.js' */

const PHONE = matchMedia('(max-width: 480px)')
const REACHABLE = 'button:not(:disabled), a[href], textarea, input, [tabindex="0"]'

/** @typedef {{verb: string, icon: IconName, label: string}} Item */

export class Shell {
  thread = /** @type {ChatThread} */ (document.createElement('chat-thread'))
  composer = /** @type {ChatComposer} */ (document.createElement('chat-composer'))
  #face = h('span.face')
  #name = h('h2.name')
  #state = h('p.state')
  #notice = h('p.notice', { role: 'status' })
  #menu = h('div.menu', { hidden: true })
  #more = h('button.tool', { type: 'button', 'aria-expanded': 'false', onclick: () => this.#toggleMenu() }, icon('more'))
  #close = h('button.tool', { type: 'button', onclick: () => this.#act('close') }, icon('down'))
  #person = h('button.link', { type: 'button', onclick: () => this.#act('person') })
  #aside = h('span.aside')
  #scroll = ''
  #act

  /** @param {ShadowRoot} root @param {(verb: string) => void} act */
  constructor(root, act) {
    this.#act = act
    this.root = root
    this.panel = h('section.panel.chat', { role: 'dialog', hidden: true, tabIndex: -1 },
      h('div.top', {}, this.#face, h('div.names', {}, this.#name, this.#state), this.#more, this.#close, this.#menu),
      this.#notice, this.thread,
      h('div.bottom', {}, this.composer, h('div.reach', {}, this.#person, this.#aside)))
    this.panel.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.#key(event))
    for (const type of ['keydown', 'keyup', 'keypress']) // the page's own shortcuts are not meant for us
      root.host.addEventListener(type, (event) => event.stopPropagation())
    root.addEventListener('click', (event) => this.#menu.hidden || event.composedPath().includes(this.#more) || this.#toggleMenu())
    visualViewport?.addEventListener('resize', () => this.#fit())
    visualViewport?.addEventListener('scroll', () => this.#fit())
    PHONE.addEventListener('change', () => this.#fit())
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
    if (quiet) return
    if (matchMedia('(pointer: coarse)').matches) this.panel.focus() // a keyboard on the screen would hide the greeting
    else this.composer.focus()
  }

  hide() {
    this.panel.hidden = true
    this.#fit()
  }

  /**
   * @param {{words: Words, name: string, state: string, agent?: {name: string, avatar?: string}, bot: boolean, notice: string, person: boolean, aside: string, items: Item[], busy: boolean, refused: boolean, base: string}} view
   */
  draw({ words, name, state, agent, bot, notice, person, aside, items, busy, refused, base }) {
    this.panel.lang = words.locale
    this.panel.setAttribute('aria-label', words('chat', { name }))
    label(this.#close, words('close'))
    label(this.#more, words('more'))
    this.#name.textContent = name
    this.#state.textContent = state
    this.panel.classList.toggle('waiting', !name && !refused)
    this.panel.classList.toggle('refused', refused)
    const who = agent ? 'agent' + agent.name + agent.avatar : bot ? 'bot' : 'queue'
    if (this.#face.dataset.who !== who) {
      this.#face.dataset.who = who
      // Pictures come from the shop's own server or not at all: no visitor is told to anyone else.
      const picture = agent?.avatar && new URL(agent.avatar, base).origin === base && h('img', { src: new URL(agent.avatar, base).href, alt: '' })
      this.#face.replaceChildren(picture || (agent ? [...agent.name][0]?.toUpperCase() : icon(bot ? 'bot' : 'person')))
    }
    this.#notice.textContent = notice
    this.#person.textContent = words('person')
    this.#person.hidden = !person
    this.#aside.textContent = aside
    this.#menu.replaceChildren(...items.map((item) => h('button', { type: 'button', onclick: () => this.#act(item.verb) }, icon(item.icon), item.label)))
    this.composer.show({ words, busy })
  }

  #toggleMenu() {
    this.#menu.hidden = !this.#menu.hidden
    this.#more.setAttribute('aria-expanded', String(!this.#menu.hidden))
    if (!this.#menu.hidden) this.#menu.querySelector('button')?.focus()
    else if (this.#menu.contains(this.root.activeElement)) this.#more.focus()
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'Escape' && !event.isComposing) {
      if (this.#menu.hidden) return this.#act('close')
      this.#toggleMenu()
      this.#more.focus()
    }
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

/** @param {HTMLElement} button @param {string} text */
function label(button, text) {
  button.title = text
  button.setAttribute('aria-label', text)
}
