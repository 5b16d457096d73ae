// All the console knows, and every verb an agent has. Takes frames in, hands frames out; draws nothing.

import { UNSENT, fits as shaped, uuid } from '../../chat/browser.js'
import { Asked } from './asked.js'
import { Decisions } from './decisions.js'
import { fits, lookedAt, tidy } from './filter.js'
import { Inbox, VIEWS, calls } from './inbox.js'
import { Steady } from './steady.js'
import { Talks } from './talks.js'

/** @import { AgentFrame, Canned, Filter, Kept, Macro, Member, Mode, Offer, Person, Presence, Row, SavedView, View, Welcome } from '../wire' */
/** @import { Shelf } from '../../chat/wire' */
/** @typedef {{send: (frame: {type: string} & Record<string, unknown>) => boolean, open: (conversation: string) => void, say: (conversation: string, client_id: string) => void}} Out */

export class Desk {
  /** @type {Person & {role: string}} */ me = { id: 0, name: '', role: '' }
  /** @type {Presence} */ presence = 'offline'
  /** @type {Member[]} */ members = []
  /** Whether we hear of what waits; null until we were asked. @type {boolean | null} */ sound = null
  /** @type {import('../wire').Team[]} */ teams = []
  /** @type {Canned[]} */ canned = []
  /** @type {Macro[]} */ macros = []
  /** @type {SavedView[]} */ views = []
  settings = { offer_seconds: 30, target_seconds: 300 }
  /** @type {Welcome['site']} */ site = { name: '', language: 'en' }
  ready = false
  inbox = new Inbox()
  steady = new Steady()
  asked = new Asked()
  decisions = new Decisions()
  /** @type {Map<string | number, Offer>} */ offers = new Map()
  selected = ''
  /** Conversations and handovers that we asked for and have not got yet. @type {Set<unknown>} */ wanted = new Set()
  /** The last `claimed` or `withdrawn` took an offer from us. */ dropped = false
  /** @type {View} */ view = 'mine'
  /** What the view is narrowed down to. @type {Filter} */ filter = {}
  /** The saved view that is looked at. @type {number | null} */ saved = null
  /** Rows chosen for one verb on all of them. @type {Set<string>} */ marked = new Set()
  /** Rows of the search, if one searches. @type {Row[] | null} */ found = null
  /** What it found in each, by conversation. @type {Map<string, import('../wire').Found>} */ hits = new Map()
  /** @type {Out} */ out = { send: () => false, open() {}, say() {} }
  #talks = new Talks()
  /** Chosen while there was no line: said as soon as there is one. @type {Presence | null} */ #wish = null
  #store

  /** @param {Shelf} store this tab's memory */
  constructor(store) {
    this.#store = store
    for (const kept of /** @type {Kept[]} */ (store.get('unsent', Array.isArray) ?? [])) if (shaped(kept, { ...UNSENT, conversation: '', kind: '' })) this.talk(kept.conversation).say(kept)
  }

  /** @param {string} conversation */
  talk(conversation) { return this.#talks.get(conversation) }
  get current() { return this.selected ? this.talk(this.selected) : null }
  get row() { return this.inbox.get(this.selected) }

  /** @returns {Row[]} what the list shows */
  get rows() {
    const now = Date.now(), keep = (/** @type {Row} */ row) => fits(row, this.filter, this.me.id, now)
    return this.found ? this.found.map((row) => this.inbox.get(row.conversation) ?? row).filter(keep) : this.steady.sorted(this.inbox.in(this.view, keep), now, this.view)
  }

  get unsent() { return this.#talks.unsent }

  /** @param {AgentFrame} frame @returns {boolean} whether the inbox misses something */
  apply(frame) {
    switch (frame.type) {
      case 'welcome': this.#welcome(frame); return false
      case 'me': this.me = frame.me; return false
      case 'inbox':
        if (!frame.whole) return this.inbox.changed(frame.rows, frame.n)
        this.inbox.whole(frame.rows, frame.n)
        return false
      case 'pong': return frame.n > this.inbox.n
      case 'presence': this.#present(frame.member, frame.state); return false
      case 'offer': this.offers.set(frame.handover, frame); return false
      case 'claimed': case 'withdrawn': this.dropped = frame.handover !== null && this.offers.delete(frame.handover); return false
      case 'mention': case 'taught': case 'merged': case 'language': return false
      case 'views': Object.assign(this, { views: frame.views, saved: lookedAt(frame.views, this) }); return false
      case 'views_changed': case 'texts_changed': this.out.send({ type: frame.type.replace('_changed', '') }); return false
      case 'sound': this.sound = frame.on; return false
      case 'texts': this.canned = frame.canned; this.macros = frame.macros; return false
      case 'decisions': this.decisions.take(frame); return false
      case 'macro_done': case 'bulk_done': case 'decided': this.asked.settle(frame.client_id); return false
      case 'rewritten': this.#rewritten(frame); return false
      case 'flow': this.asked.settle(frame.client_id)
    }
    if (frame.type === 'opened' && frame.row) this.inbox.shelve([frame.row])
    if (!frame.conversation) return false
    this.talk(frame.conversation).apply(frame, this.me)
    this.keep()
    return false
  }

  /** Look at a conversation. @param {string} conversation */
  select(conversation) {
    if (this.selected === conversation) return
    if (this.selected) this.out.send({ type: 'leave', conversation: this.selected })
    this.selected = conversation
    if (!conversation) return
    this.#talks.look(conversation)
    this.out.open(conversation)
  }

  /** @param {1 | -1} step */
  step(step) {
    const { rows } = this, row = this.steady.beside(rows, this.selected, step)
    if (!this.found) this.steady.walk(rows, Date.now())
    if (row) this.select(row.conversation)
  }

  /** @param {string} text @param {Mode} kind @param {Kept['attachments']} [attachments] @returns {string} its client_id */
  say(text, kind, attachments, conversation = this.selected) {
    const kept = { client_id: uuid(), conversation, text, kind, attachments, at: new Date().toISOString() }
    this.talk(conversation).say(kept)
    this.keep()
    if (kind === 'say') this.take(conversation)
    this.out.say(conversation, kept.client_id)
    return kept.client_id
  }

  /** @param {{client_id: string, confirmed?: boolean}} own */
  retry({ client_id, confirmed }) { this.current?.transcript.retry(client_id, confirmed); this.out.say(this.selected, client_id) }

  /** What this tab looked at last. */
  recall() {
    const { saved = null, filter = {} } = this.#store.get('filter', { saved: (/** @type {any} */ saved) => saved === null || saved > 0, filter: {} }) ?? {}
    Object.assign(this, { view: this.#store.get('view', (/** @type {any} */ view) => VIEWS.includes(view)) ?? 'mine', saved, filter: tidy(filter) })
  }

  remember() { this.steady.leave(); this.#store.set('view', this.view); this.#store.set('filter', { saved: this.saved, filter: this.filter }) }

  /** All up to the last message has been seen. */
  seen() {
    const { row, current } = this, seq = current?.transcript.seq ?? 0
    if (row && current?.opened && (seq > row.read || calls(row)) && this.out.send({ type: 'read', conversation: this.selected, seq })) this.inbox.read(this.selected, seq)
  }

  /** One of the plain verbs on the chosen conversation. @param {string} type @param {Record<string, unknown>} [more] @returns {boolean} */
  act(type, more = {}) {
    return this.out.send({ type, conversation: this.selected, ...more })
  }

  /** Answering takes the conversation over; the hands stay where they are. @param {string} conversation */
  take(conversation) {
    const row = this.inbox.get(conversation)
    if (row && !row.mine && !row.assignee && row.state !== 'resolved') this.out.send({ type: 'claim', conversation })
  }

  /** Ask for a waiting customer, or for a conversation. @param {{handover: string | number} | {conversation: string}} what */
  claim(what) {
    this.wanted.add(Object.values(what)[0])
    return this.out.send({ type: 'claim', ...what })
  }

  /** @param {Presence} state */
  be(state) {
    this.presence = state
    this.#wish = this.out.send({ type: 'presence', state }) ? null : state
  }

  /** What was typed and not yet sent. @param {Mode} mode @param {string} [text] */
  draft(mode, text, conversation = this.selected) {
    const name = `draft:${mode}:${conversation}`
    if (text !== undefined) this.#store.set(name, text || null)
    return /** @type {string} */ (this.#store.get(name, '') ?? '')
  }

  /** What is on its way outlives a reload. */
  keep() {
    const { unsent } = this
    this.#store.set('unsent', unsent.length ? unsent : null)
  }

  /** @param {Welcome} frame */
  #welcome({ me, presence, sound = null, n, rows, members, teams, canned, macros = [], views = [], settings, site }) {
    Object.assign(this, { me, presence, sound, members, teams, canned, macros, views, site, ready: true, settings: { ...this.settings, ...settings } })
    this.offers.clear() // what still stands is offered again
    this.decisions.open = [] // and asked again
    this.inbox.whole(rows, n)
    const wish = this.#wish
    queueMicrotask(() => { // once the line is up
      if (wish) this.be(wish)
      this.asked.again(this.out)
    })
  }

  /** @param {AgentFrame & {type: 'rewritten'}} frame */
  #rewritten(frame) {
    this.talk(frame.conversation).rewritten = { ...frame, original: String(this.asked.settle(frame.client_id)?.text ?? '') }
    if (frame.how !== 'read') this.draft('say', frame.text, frame.conversation)
  }

  /** @param {Person['id']} member @param {Presence} state */
  #present(member, state) {
    if (member === this.me.id) this.presence = state
    this.members = this.members.map((one) => (one.id === member ? { ...one, presence: state } : one))
  }
}
