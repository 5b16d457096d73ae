// <desk-reply>: the chat's composer with two modes (to the customer, or a note on amber paper), canned replies after "/",
// colleagues after "@", and the bot's draft. Every word typed is kept by conversation and mode.

import '../../chat/composer.js'
import { Tray } from '../../chat/tray.js'
import { h } from '../../chat/dom.js'
import { answers, known, lone, named, values, wanted } from '../model/canned.js'
import { Choices } from './choices.js'
import { DraftBox } from './draft.js'
import { sure } from './dialogs.js'
import { presence } from './head.js'
import { Once, say, tool } from './parts.js'
import { RewrittenBar } from './rewritten.js'

/** @import { Words } from '../../chat/wire' */
/** @import { ChatComposer } from '../../chat/composer.js' */
/** @import { Desk } from '../model/desk.js' */
/** @import { Mode } from '../wire' */

export class DeskReply extends HTMLElement {
  /** @type {Mode} */ mode = 'say'
  #composer = /** @type {ChatComposer} */ (document.createElement('chat-composer'))
  #modes = h('div.modes', { role: 'group' })
  #hint = h('p.hint')
  #choices = new Choices(() => this.#field, (text, caret, macro) => this.#complete(text, caret, macro))
  #draft = new DraftBox((text) => { this.write('say'); this.insert(text) }, (command, detail) => say(this, command, detail))
  #rewritten = new RewrittenBar((text) => this.#replace(text), (command) => say(this, command))
  #once = new Once()
  /** A lone /word that is meant as it stands. */ #meant = ''
  /** @type {Words | null} */ #words = null
  /** @type {Desk | null} */ #desk = null
  #of = ''
  /** Files that wait for their message, by conversation and mode. @type {Map<string, Tray>} */ #trays = new Map()
  #held = ''
  /** What is sent ends the conversation. */ #last = false

  connectedCallback() {
    if (this.firstChild) return
    this.append(this.#draft.node, this.#rewritten.node, this.#choices.node, this.#choices.empty, h('div.paper', {}, this.#modes, this.#composer, this.#hint))
    this.addEventListener('keydown', (event) => this.#key(event), { capture: true })
    this.addEventListener('chat-draft', (event) => this.#drafted(/** @type {CustomEvent} */ (event).detail.text))
    this.addEventListener('focusout', () => setTimeout(() => this.contains(document.activeElement) || this.#choices.close()))
    this.#composer.addEventListener('chat-send', (event) => {
      event.stopPropagation()
      if (this.#doubt(/** @type {CustomEvent} */ (event).detail)) return
      const kept = say(this, this.#last ? 'send_resolve' : 'send', { .../** @type {CustomEvent} */ (event).detail, kind: this.mode })
      if (kept) event.preventDefault()
      this.#last = false
    })
  }

  /** A lone /word is seldom meant for a customer: the reply of that name is shown, or one is asked. @param {{text: string, files?: unknown[]}} said */
  #doubt({ text, files }) {
    const name = this.mode === 'say' && !files?.length ? lone(text) : '', desk = this.#desk, words = this.#words
    if (!name || !desk || !words || this.#meant === text) return false
    if (known(desk, name)) this.#look()
    else void sure({ title: words('no_such_reply', { name }), text: [words('send_as_it_is')], submit: words('send') }, words).then((yes) => {
      this.#meant = yes ? text : ''
      if (yes && this.#composer.text.trim() === text) this.#composer.go()
      this.#meant = ''
    })
    return true
  }

  get text() { return this.#composer.text }

  get #field() {
    return /** @type {HTMLTextAreaElement} */ (this.#composer.querySelector('textarea'))
  }

  /** @param {Mode} mode */
  write(mode) {
    this.mode = mode
    if (this.#desk) this.#recall(this.#desk)
    say(this, 'redraw')
    this.#field.focus()
  }

  /** Text into the composer, after what is there; and files that were up already. @param {string} text @param {import('../wire').Kept['attachments']} [files] */
  insert(text, files = []) {
    const before = this.#composer.text
    this.#composer.text = before ? `${before.trimEnd()} ${text}` : text
    this.#drafted(this.#composer.text)
    if (files.length) (this.#composer.tray ??= new Tray(this.#composer)).back(files)
    this.#field.focus()
  }

  /** @param {Desk} desk @param {Words} words */
  show(desk, words) {
    this.#desk = desk
    this.#words = words
    if (this.#of !== desk.selected) this.mode = 'say'
    if (this.#of !== desk.selected) this.#recall(desk)
    const note = this.mode === 'note', { row } = desk
    this.classList.toggle('note', note)
    this.#once.draw('modes', [this.mode, words.locale], () => {
      const held = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.mode
      this.#modes.setAttribute('aria-label', words('modes'))
      this.#modes.replaceChildren(...['say', 'note'].map((mode) => h('button.mode', { type: 'button', 'data-mode': mode, 'aria-pressed': String(this.mode === mode), onclick: () => this.write(/** @type {Mode} */ (mode)) }, words(mode === 'say' ? 'reply' : 'note'))),
        tool('canned', words, 'canned'), tool('macro', words, 'macro'), tool('rewrite', words, 'rewrite'), tool('suggest', words, 'suggest'))
      if (held) this.#modes.querySelector(`[data-mode="${held}"]`)?.focus()
      this.#composer.show({ words: spoken(words, note), busy: false })
    })
    const away = !note && row && !row.mine && row.state !== 'resolved'
    this.#hint.textContent = note ? words('note_hint') : row?.state === 'resolved' ? words('hint_resolved') : away ? (row.assignee ? words('hint_theirs', { name: row.assignee.name }) : [words('hint_claim'), this.#gone(desk, words)].filter(Boolean).join(' ')) : this.#gone(desk, words) || words('reply_hint')
    this.#rewritten.show(desk, words)
    this.#draft.show(desk, words)
  }

  /** What becomes of a reply to somebody who has left. @param {Desk} desk @param {Words} words */
  #gone({ current }, words) {
    if (!current?.opened || current.seen.here) return ''
    return [presence(current, words), current.mail ? words('goes_by_mail', { to: current.mail }) : words('waits_here')].filter(Boolean).join(', ')
  }

  /** Other words for those that stand there. @param {string} text */
  #replace(text) {
    this.mode = 'say'
    this.#composer.text = text
    this.#drafted(text)
    this.#field.focus()
  }

  /** @param {Desk} desk */
  #recall(desk) {
    this.#of = desk.selected
    this.#shift(`${this.mode}:${desk.selected}`)
    this.#composer.text = desk.draft(this.mode)
    this.#choices.close()
  }

  /** Each conversation and mode has files of its own: none goes to another customer, or from a note to one. @param {string} to */
  #shift(to) {
    const { tray } = this.#composer
    if (to === this.#held) return
    if (tray) this.#trays.set(this.#held, tray)
    tray?.leave()
    this.#held = to
    this.#last = false
    this.#composer.tray = this.#trays.get(to)
    this.#composer.tray?.show()
    this.#trays.delete(to)
  }

  /** @param {string} text */
  #drafted(text) {
    if (this.#desk) {
      this.#desk.draft(this.mode, text)
      if (this.mode === 'say') say(this, 'typing', text)
    }
    this.#look()
  }

  /** What stands before the caret may want completing. */
  #look() {
    const desk = this.#desk, caret = this.#field.selectionStart, found = desk && wanted(this.#composer.text, caret, this.mode === 'note')
    if (!found) return this.#choices.close()
    const filled = values(desk.current?.customer, desk.me, desk.site.name)
    this.#choices.offer(found.kind === 'mention'
      ? named(desk.members.filter(({ id }) => id !== desk.me.id), found.query).map(({ name }) => ({ label: `@${name}`, hint: '', text: `@${name.replaceAll(' ', '')} ` }))
      : answers(desk, found.query, filled), found, this.#words)
  }

  /** @param {string} text @param {number} caret @param {number} [macro] */
  #complete(text, caret, macro) {
    this.#composer.text = text
    this.#field.setSelectionRange(caret, caret)
    this.#drafted(text)
    this.#choices.close()
    this.#field.focus()
    if (macro) say(this, 'macro', macro)
  }

  /** Before the composer sees it. @param {KeyboardEvent} event */
  #key(event) {
    const { key } = event
    this.#last = false
    if (event.isComposing || event.keyCode === 229 || event.target !== this.#field) return
    if (this.#choices.key(event)) return
    if (key !== 'Enter' || !(event.ctrlKey || event.metaKey) || this.mode === 'note') return
    event.preventDefault()
    event.stopPropagation()
    this.#last = this.#composer.full
    this.#composer.go()
  }
}

/** The composer's own words, for the mode. @param {Words} words @param {boolean} note @returns {Words} */
const spoken = (words, note) => Object.assign((/** @type {string} */ key, /** @type {any} */ values) => words(note && (key === 'write' || key === 'send') ? `${key}_note` : key, values), { locale: words.locale, more: words.more })

customElements.define('desk-reply', DeskReply)
