// The customer's side of the talk, without anything to look at: token, line, transcript, and what this browser remembers of them.

import { perhaps, storage, uuid } from '../chat/browser.js'
import { Connection } from '../chat/connection.js'
import { Transcript } from '../chat/transcript.js'
import { keep, recover, visitorSession } from './visitor.js'

/** @import { Config, Door, Entry, Frame, MessageEntry, Own, Session, Token } from '../chat/wire' */

/** A line that is lost for a moment is nobody's business. */
const MOMENT = 1500
/** What is shown of the shop before it has answered. */
const CONFIG = { name: '', greeting: '', locale: '', suggestions: perhaps(['']) }

export class Talk {
  transcript = new Transcript()
  /** Newer than this is news; nothing is before the first welcome. */ since = Infinity
  /** When the line was lost; 0 while it is up. */ #lostAt = 0
  #welcomed = false
  /** Wishes that have not gone out, by kind. @type {Map<string, {type: string, seq?: number}>} */ #owed = new Map()
  /** The last of them that nothing was heard of. @type {{type: string} | undefined} */ wish
  /** Why it has to wait, in the server's words. */ told = ''
  /** @type {MessageEntry | undefined} */ #greeting
  /** Earlier conversations, while they are shown. @type {{close: () => void} | undefined} */ past
  #door

  /** @param {Door} door */
  constructor(door) {
    this.#door = door
    const prefix = `yingda:${door.key}:`
    this.store = storage(() => localStorage, prefix)
    /** What is only this tab's. */ this.tab = storage(() => sessionStorage, prefix)
    /** @type {Config | undefined} */ this.config = this.store.get('config', CONFIG)
    const session = visitorSession({ ...door, store: this.store })
    /** @type {Promise<Session> | undefined} */ let asked
    this.line = new Connection({
      transcript: this.transcript,
      session: async (fresh) => {
        const given = await (asked = session(fresh))
        this.#configure(given.config)
        return given
      },
      open: () => new WebSocket(door.base.replace(/^http/, 'ws') + '/ws/chat/'),
      changed: (frame) => this.#changed(frame),
    })
    /** @type {Token} */ this.token = async (fresh) => {
      await asked // two who ask at once would be two visitors
      return (await session(fresh)).token
    }
    recover(this.tab, this.transcript)
    const wake = () => document.hidden || this.line.wake()
    for (const type of ['online', 'pageshow', 'visibilitychange']) addEventListener(type, wake, { signal: door.gone })
    door.gone.addEventListener('abort', () => this.line.close())
  }

  get name() { return this.config?.name ?? '' }
  /** The line has been down for longer than a moment. */
  get lost() {
    return this.#lostAt > 0 && Date.now() - this.#lostAt >= MOMENT && this.line.state !== 'refused'
  }

  /** The greeting is the first thing said on every visit; the same object for the same words, so that it is drawn once. @returns {Entry[]} */
  get entries() {
    const { entries } = this.transcript, { greeting, suggestions = [] } = this.config ?? {}, last = this.#greeting
    if (!greeting) return entries
    if (last?.text !== greeting || String(last.buttons?.map(({ say }) => say)) !== String(suggestions))
      this.#greeting = { kind: 'message', key: 'greeting', at: '', author: { kind: 'bot', name: this.name }, text: greeting, buttons: suggestions.map((text) => ({ label: text, say: text })) }
    return [/** @type {MessageEntry} */ (this.#greeting), ...entries]
  }

  /** Be connected. */
  start() {
    if (this.line.state === 'idle' || this.line.state === 'refused') this.line.connect()
  }

  /** @param {string} text @param {Partial<Own>} [more] files, or the form that it answers */
  say(text, more) {
    const own = { client_id: uuid(), text, at: new Date().toISOString(), ...more }
    this.transcript.say(own)
    this.store.set('talked', Date.now())
    this.#keep()
    if (this.transcript.closed) this.begin()
    else this.line.say(own.client_id)
    this.#door.changed()
  }

  /** @param {string} client_id */
  retry(client_id) {
    this.transcript.retry(client_id)
    this.line.say(client_id)
    this.#door.changed()
  }

  /** A person, a score, an address left, what the page tells: if the line is down it goes out when it is back. @param {{type: string, seq?: number} & Record<string, unknown>} frame @param {boolean} [quietly] nobody waits for it */
  ask(frame, quietly) {
    if (!quietly) this.wish = frame
    if (!this.line.send(frame)) this.#owed.set(frame.type + (frame.seq ?? ''), frame)
  }

  /** @param {string} text */
  drafted(text) {
    this.tab.set('draft', text || null)
    import('./typing.js').then(({ tell }) => tell(this, text, this.#door.root), () => {})
  }

  /** The reader has seen all there is. */
  seen() {
    const { seq, conversation } = this.transcript
    if (this.unread && this.line.send({ type: 'read', seq })) this.store.set('seen', { conversation, seq })
  }

  get seenUpTo() {
    const seen = this.store.get('seen', { conversation: '', seq: 0 })
    return seen?.conversation === this.transcript.conversation ? seen.seq : 0
  }

  get unread() {
    const from = this.seenUpTo
    return this.transcript.entries.filter((entry) => entry.kind === 'message' && entry.author.kind !== 'visitor' && (entry.seq ?? 0) > from).length
  }

  /** As the page named it. */
  get email() { return this.#door.kept.identity?.email }

  /** Nobody was there, the shop could use an address, and none is left yet, or a known one may be changed; that the bot goes on meanwhile takes nothing away. */
  get missed() {
    const { owner, online, closed, left, conversation } = this.transcript
    return !!this.config?.leave && owner !== 'human' && !online && !closed && (left || this.store.get('contact', '') !== conversation)
  }

  begin() {
    this.#forget()
    this.line.begin()
  }

  /** The page named its user: start over under that name. */
  identify() {
    if (this.line.state === 'idle') return
    this.line.close()
    this.#forget()
    this.line.connect()
  }

  /** Another person sits down at this browser: nothing of the last one stays. */
  reset() {
    this.line.close()
    this.#forget()
    this.transcript.unsent.clear()
    this.#door.kept.identity = this.#door.kept.claims = undefined
    for (const name of ['token', 'first', 'talked', 'seen', 'contact', 'first_told']) this.store.set(name, null)
    for (const name of ['unsent', 'draft', 'leaving']) this.tab.set(name, null)
  }

  #forget() {
    this.past?.close()
    this.transcript.reset()
    this.#owed.clear()
    this.#welcomed = false
    this.since = Infinity
  }

  /** @param {Config} config */
  #configure(config) {
    this.config = config
    this.store.set('config', config)
    this.#door.configured(config)
  }

  /** @param {Frame} [frame] */
  #changed(frame) {
    const { state } = this.line
    if (state === 'online') this.#lostAt = 0
    else if (state === 'waiting' && !this.#lostAt) {
      this.#lostAt = Date.now()
      setTimeout(() => this.#door.changed(), MOMENT)
    }
    if (frame?.type === 'welcome') {
      this.#configure(frame.config)
      if (!this.#welcomed) this.since = frame.seq
      this.#welcomed = true
      if (frame.seq) this.store.set('talked', Date.now())
      const owed = [...this.#owed.values()]
      this.#owed.clear()
      owed.forEach((frame) => this.ask(frame, true))
    }
    if (frame?.type === 'message' && frame.author.kind !== 'visitor' && frame.seq > this.since) {
      if (this.missed && frame.author.kind === 'system') this.store.set('contact', this.transcript.conversation)
      this.#door.news(frame)
    }
    if (frame?.type === 'owner' || frame?.type === 'rated' || frame?.type === 'message') this.wish = undefined
    if (frame?.type === 'error' && !frame.client_id) import('./patience.js').then(({ refused }) => refused(this, frame, this.#door), () => {})
    this.#keep()
    this.#door.changed()
  }

  /** What is on its way outlives the page. */
  #keep() {
    if (!this.#door.gone.aborted) keep(this.tab, this.transcript)
  }
}
