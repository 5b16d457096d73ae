// What comes after the first open, each when it is wanted: where it can't come, the chat goes on without and it is tried again.

import { wear } from '../chat/dom.js'

/** @import { ChatThread } from '../chat/thread.js' */
/** @import { Words } from '../chat/wire' */
/** @import { Attention } from './attention.js' */
/** @import { Menu } from './menu.js' */
/** @import { Talk } from './talk.js' */
/** @typedef {{wanted: string, node?: HTMLElement, refuse?: () => void}} Card */

export class Later {
  /** @type {Record<string, Promise<any>>} */ #come = {}
  /** @type {Card} */ card = { wanted: '' }
  #root
  #talk
  #open

  /** @param {ShadowRoot} root @param {Talk} talk @param {() => void} open */
  constructor(root, talk, open) {
    this.#open = open
    this.#root = root
    this.#talk = talk
  }

  /** A peek, a blinking title, a sound. @returns {Promise<Attention | undefined>} */
  attention() {
    return this.#once('attention', () => import('./attention.js').then(({ Attention }) => new Attention(this.#root, this.#open)))
  }

  /** Nothing to catch anybody's eye with any longer. */
  calm() {
    this.#come.attention?.then((attention) => attention?.calm())
  }

  /** @param {HTMLElement} button @param {Words} words @returns {Promise<Menu | undefined>} */
  async menu(button, words) {
    const chime = async () => (await this.attention())?.chime()
    await this.said(words)
    return this.#once('menu', () => import('./menu.js').then(({ Menu }) => new Menu(button, this.#talk, chime)))
  }

  /** The card under the thread, if one is due (placing.js). @param {ChatThread} thread @param {Words} words */
  async place(thread, words) {
    const talk = this.#talk, { missed, config, transcript: { closed } } = talk
    if (!closed && !missed && !config?.first && !this.card.wanted) return
    await this.said(words);
    (await this.#once('cards', () => import('./placing.js')))?.place(this, talk, thread, words)
  }

  /** When people are back, in the server's words; '' when nobody knows. @param {Words} words @returns {string} */
  back(words) {
    const { config } = this.#talk
    return config?.online ? '' : config?.hours?.back?.find(({ until }) => Date.parse(until) > Date.now())?.[words.locale === 'en' ? 'en' : 'zh-hans'] ?? ''
  }

  /** A language may be another by now. @param {Words} words */
  said(words) {
    return this.#come[words.locale] ??= words.more().catch(() => void delete this.#come[words.locale])
  }

  /** @param {string} name @param {() => Promise<any>} load */
  #once(name, load) {
    this.#come.styles ??= wear(this.#root, 'cards')
    return (this.#come[name] ??= this.#come.styles.then(load).catch(() => {
      delete this.#come[name]
      delete this.#come.styles
    }))
  }
}
