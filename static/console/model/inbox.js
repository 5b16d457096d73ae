// The inbox: which rows there are, which a view shows and in what order, and how long a customer has waited. Pure.

/** @import { Row, View } from '../wire' */

/** @type {View[]} */
export const VIEWS = ['mine', 'unassigned', 'waiting', 'owed', 'mentions', 'all', 'snoozed', 'resolved']

/** A person is asked for and has not answered yet. @param {Row} row */
const asks = (row) => row.state === 'open' && row.owner !== 'bot' && !!row.waiting_since

/** And the customer sits there. @param {Row} row */
const waits = (row) => asks(row) && !row.left_at

/** They left the page before anybody came, and are owed an answer. @param {Row} row */
export const gone = (row) => row.state === 'open' && !!row.left_at && (asks(row) || !!row.due_at)

/** @type {Record<View, (row: Row) => boolean>} */
const SHOWS = {
  mine: (row) => row.mine && row.state === 'open',
  unassigned: (row) => row.state === 'open' && row.owner === 'queue' && !row.assignee,
  waiting: (row) => waits(row) || gone(row),
  owed: (row) => !!row.due_at,
  mentions: (row) => !!row.called?.mention,
  all: (row) => row.state === 'open',
  snoozed: (row) => row.state === 'snoozed',
  resolved: (row) => row.state === 'resolved',
}

export class Inbox {
  /** Number of the last frame taken in without a hole. */ n = 0
  /** What the server keeps us told of. @type {Map<string, Row>} */ #live = new Map()
  /** What we asked for once: search, resolved, a conversation opened by its address. @type {Map<string, Row>} */ #shelf = new Map()

  /** @returns {Row[]} */
  get rows() {
    return [...this.#live.values(), ...this.#shelf.values()]
  }

  /** @param {string} conversation */
  get(conversation) {
    return this.#live.get(conversation) ?? this.#shelf.get(conversation)
  }

  /** @param {Row[]} rows @param {number} n */
  whole(rows, n) {
    for (const [id, row] of this.#live) this.#shelf.set(id, row)
    this.#live.clear()
    this.n = n
    this.#take(rows)
    for (const [id, row] of this.#shelf) if (row.state === 'open') this.#shelf.delete(id) // what is open and not told of is gone
  }

  /** @param {Row[]} rows @param {number} n @returns {boolean} whether something before it is missing */
  changed(rows, n) {
    this.#take(rows)
    if (n > this.n + 1) return true
    this.n = Math.max(this.n, n)
    return false
  }

  /** Rows of an answer over HTTP: never newer than what the line told. @param {Row[]} rows */
  shelve(rows) {
    for (const row of rows) if (!this.#live.has(row.conversation)) this.#shelf.set(row.conversation, row)
  }

  /** Read up to here, known before the server says so. @param {string} conversation @param {number} seq */
  read(conversation, seq) {
    for (const rows of [this.#live, this.#shelf]) {
      const row = rows.get(conversation)
      if (row && (row.read < seq || calls(row))) rows.set(conversation, { ...row, read: Math.max(row.read, seq), ...(row.called && { called: { ...row.called, read: true } }) })
    }
  }

  /** @param {View} view @param {(row: Row) => boolean} [fits] what it is narrowed down to @returns {Row[]} */
  in(view, fits = () => true) {
    return this.rows.filter((row) => SHOWS[view](row) && fits(row)).sort(ORDERS[view] ?? urgent)
  }

  /** Of mentions, those that wait to be read. @returns {Record<View, number>} */
  get counts() {
    const counts = /** @type {Record<View, number>} */ (Object.fromEntries(VIEWS.map((view) => [view, 0])))
    for (const row of this.rows) for (const view of VIEWS) if (SHOWS[view](row) && !(view === 'waiting' && gone(row)) && (view !== 'mentions' || calls(row))) counts[view]++
    return counts
  }

  /** @param {Row[]} rows */
  #take(rows) {
    for (const row of rows) {
      this.#live.set(row.conversation, row)
      this.#shelf.delete(row.conversation)
    }
  }
}

/** A colleague called us here and we have not looked yet. @param {Row} row */
export const calls = (row) => !!row.called && !row.called.read

/** Something is there for people to read: what the bot deals with by itself is not. @param {Row} row */
export const unread = (row) => calls(row) || row.seq > row.read && row.state !== 'resolved' && (row.owner !== 'bot' || !!row.due_at)

/** Newest words first. @param {Row} a @param {Row} b */
const newest = (a, b) => (b.last?.at ?? '').localeCompare(a.last?.at ?? '')

/** What was promised soonest first. @param {Row} a @param {Row} b */
const promised = (a, b) => String(a.due_at).localeCompare(String(b.due_at)) || newest(a, b)

/** Who still calls us first, the newest call on top. @param {Row} a @param {Row} b */
const calling = (a, b) => Number(calls(b)) - Number(calls(a)) || String(b.called?.at).localeCompare(String(a.called?.at))

/** @type {Partial<Record<View, (a: Row, b: Row) => number>>} */
const ORDERS = { resolved: newest, owed: promised, mentions: calling }

/** Who waits comes first, then who left and is owed an answer, then the others. @param {Row} row */
const rank = (row) => (waits(row) ? 0 : gone(row) ? 1 : 2)

/** Where nothing is known comes last. @param {string | null | undefined} a @param {string | null | undefined} b */
const sooner = (a, b) => moment(a) - moment(b) || 0

/** @param {string | null | undefined} at */
const moment = (at) => (at ? Date.parse(at) : Number.MAX_SAFE_INTEGER)

/** Waiting customers come first, the longest wait on top, higher priority before that; of those who left, the promise that is due soonest. @param {Row} a @param {Row} b */
function urgent(a, b) {
  const first = rank(a), order = first - rank(b)
  if (order || first === 2) return order || b.priority - a.priority || newest(a, b)
  return (first ? sooner(a.due_at, b.due_at) : b.priority - a.priority) || sooner(a.waiting_since, b.waiting_since) || a.conversation.localeCompare(b.conversation)
}

/**
 * How long the customer has waited for a person, and whether that is still fine.
 * @param {Row} row @param {number} now ms @param {number} target s
 * @returns {{seconds: number, level: 'calm' | 'soon' | 'late'} | null}
 */
export function patience(row, now, target) {
  if (!waits(row)) return null
  const seconds = Math.max(0, Math.floor((now - Date.parse(/** @type {string} */ (row.waiting_since))) / 1000))
  return { seconds, level: seconds > target ? 'late' : seconds > target / 2 ? 'soon' : 'calm' }
}

/** How long ago a customer left who is owed an answer. @param {Row} row @param {number} now ms @returns {number | null} seconds */
export const awayFor = (row, now) => (gone(row) ? Math.max(0, Math.floor((now - Date.parse(String(row.left_at))) / 1000)) : null)

const SOON = 2 * 3600 // seconds before an answer is due

/**
 * How long until an answer is due that was promised; below 0 it is late. Who waits at this moment is told of first.
 * @param {Row} row @param {number} now ms @returns {{seconds: number, level: 'calm' | 'soon' | 'late'} | null}
 */
export function dueIn(row, now) {
  if (!row.due_at || waits(row)) return null
  const seconds = Math.floor((Date.parse(row.due_at) - now) / 1000)
  return { seconds, level: seconds < 0 ? 'late' : seconds < SOON ? 'soon' : 'calm' }
}

/** The row before or after the chosen one. @param {Row[]} rows @param {string} chosen @param {1 | -1} step */
export function beside(rows, chosen, step) {
  const at = rows.findIndex((row) => row.conversation === chosen)
  if (at < 0) return rows[step > 0 ? 0 : rows.length - 1]
  return rows[Math.min(rows.length - 1, Math.max(0, at + step))]
}
