// <desk-offers>: customers who wait for you, as a strip above the inbox. A line an offer: who, how long, what for, and a ring that
// runs down. It takes no focus, and is told to a screen reader once; Enter takes the first while one writes nowhere.

import { h } from '../../chat/dom.js'
import { awayFor, patience } from '../model/inbox.js'
import { duration } from '../model/time.js'
import { stood } from './brief.js'
import { called } from '../model/people.js'
import { plainly, say, sign } from './parts.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */
/** @import { Offer, Row } from '../wire' */
/** @typedef {{node: HTMLElement, who: HTMLElement, wait: HTMLElement, asked: HTMLElement, ring: Element, left: HTMLElement, expires: number}} Line */

const ROUND = 2 * Math.PI * 12
/** A phone shows one: the conversation needs the room. */
const NARROW = matchMedia('(max-width: 760px)')
const most = () => (NARROW.matches ? 1 : 2)

export class DeskOffers extends HTMLElement {
  /** @type {Map<string | number, Line>} */ #lines = new Map()
  /** Offers that were told of: one that comes again with the line is no news. @type {Set<string>} */ #told = new Set()
  #list = h('div.offers')
  #more = h('button.link.others', { type: 'button', hidden: true, onclick: () => say(this, 'waiting') })
  #status = h('p.unseen', { role: 'alert' })

  connectedCallback() {
    if (this.firstChild) return
    this.append(this.#list, this.#more, this.#status)
    NARROW.addEventListener('change', () => say(this, 'redraw'))
  }

  /** Whether Enter takes the first one, and Esc lets it pass, as the focus is now. @param {boolean} on */
  keys(on) {
    this.classList.toggle('keyed', on)
  }

  /** @param {Desk} desk @param {Words} words @param {boolean} keyed */
  show(desk, words, keyed) {
    this.keys(keyed)
    const offers = [...desk.offers.values()], shown = offers.slice(0, most()), wanted = new Set(shown.map(({ handover }) => handover))
    for (const [id, { node }] of this.#lines) {
      if (wanted.has(id)) continue
      node.remove()
      this.#lines.delete(id)
    }
    for (const offer of shown) {
      const line = this.#lines.get(offer.handover) ?? this.#add(offer, words), row = desk.inbox.get(offer.conversation) // which may come later than the offer
      write(line.who, words('offer', { name: called(row?.visitor, words) }))
      write(line.asked, need(offer, row))
      line.expires = Date.parse(offer.expires_at)
    }
    this.#more.hidden = offers.length <= shown.length
    write(this.#more, words('more_offers', { n: offers.length - shown.length }))
    this.hidden = !offers.length
    this.#tell(offers, desk, words)
    this.tick(desk, words)
  }

  /** The rings, and how long each has waited. @param {Desk} desk @param {Words} words */
  tick(desk, words) {
    const now = Date.now()
    for (const [handover, { ring, left, wait, expires }] of this.#lines) {
      const seconds = Math.max(0, (expires - now) / 1000), row = desk.inbox.get(desk.offers.get(handover)?.conversation ?? ''), waited = row && patience(row, now, desk.settings.target_seconds), away = row ? awayFor(row, now) : null
      ring.setAttribute('stroke-dashoffset', String(ROUND * (1 - Math.min(1, seconds / desk.settings.offer_seconds))))
      write(left, seconds > 99 ? `${Math.ceil(seconds / 60)}′` : String(Math.ceil(seconds)))
      wait.className = `wait ${waited?.level ?? 'calm'}`
      write(/** @type {HTMLElement} */ (wait.lastChild), waited ? duration(waited.seconds, words) : away === null ? '' : words('left_ago', { ago: duration(away, words) }))
      wait.hidden = !waited && away === null
    }
  }

  /** @param {Offer} offer @param {Words} words @returns {Line} */
  #add({ handover, expires_at }, words) {
    const id = `offer-${handover}`, { svg, ring } = circle(), left = h('span.left')
    const who = h('span.who', { id }), wait = h('span.wait', { hidden: true }, sign('clock'), h('span')), asked = h('span.asked', { id: `${id}-asked`, dir: 'auto' })
    const node = h('section.offer', { role: 'group', 'aria-labelledby': id, 'aria-describedby': `${id}-asked` },
      h('span.ring', { 'aria-hidden': 'true' }, svg, left),
      h('p.what', {}, who, wait, asked),
      h('div.choose', {},
        h('button.solid', { type: 'button', onclick: () => say(this, 'accept', handover) }, words('accept'), h('kbd', { 'aria-hidden': 'true' }, '↵')),
        h('button.quiet', { type: 'button', onclick: () => say(this, 'decline', handover) }, words('decline'), h('kbd', { 'aria-hidden': 'true' }, 'Esc'))))
    const line = { node, who, wait, asked, ring, left, expires: Date.parse(expires_at) }
    this.#lines.set(handover, line)
    this.#list.append(node)
    return line
  }

  /** @param {Offer[]} offers @param {Desk} desk @param {Words} words */
  #tell(offers, desk, words) {
    const news = offers.filter(({ handover, expires_at }) => !this.#told.has(`${handover} ${expires_at}`))
    if (!news.length) return
    for (const { handover, expires_at } of news) this.#told.add(`${handover} ${expires_at}`)
    const row = desk.inbox.get(news[0].conversation), name = called(row?.visitor, words)
    this.#status.textContent = news.length > 1 ? words('offers_told', { n: news.length }) : words('offer_told', { name, asked: need(news[0], row) })
  }
}

/** What they want, in a line. @param {Offer} offer @param {Row} [row] */
const need = (offer, row) => plainly(offer.summary?.asked) || flowed(offer.summary) || row?.last?.text || ''

/** What a flow that hands over tells of itself. @param {Offer['summary']} summary */
const flowed = (summary) => summary?.flow ? [stood(summary), ...Object.entries(summary.slots ?? {}).map(([name, value]) => `${name}: ${plainly(value)}`)].join(' · ') : ''

/** @param {HTMLElement} node @param {string} text */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text
}

function circle() {
  const make = (/** @type {string} */ tag, /** @type {Record<string, string>} */ set) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', tag)
    for (const [name, value] of Object.entries(set)) node.setAttribute(name, value)
    return node
  }
  const at = { cx: '15', cy: '15', r: '12' }
  const ring = make('circle', { ...at, class: 'runs', 'stroke-dasharray': String(ROUND) })
  const svg = make('svg', { viewBox: '0 0 30 30' })
  svg.append(make('circle', { ...at, class: 'track' }), ring)
  return { svg, ring }
}

customElements.define('desk-offers', DeskOffers)
