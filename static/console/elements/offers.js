// <desk-offers>: a customer waits for you. A card a handover, with a ring that runs down; Enter takes it, Esc lets it go on.

import { h } from '../../chat/dom.js'
import { stood } from './brief.js'
import { called } from '../model/people.js'
import { plainly, say, sign } from './parts.js'
import { term } from '../words.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */
/** @import { Offer } from '../wire' */

const ROUND = 2 * Math.PI * 16
const MOST = 3

export class DeskOffers extends HTMLElement {
  /** @type {Map<string | number, {node: HTMLElement, ring: Element, left: HTMLElement, expires: number, tell: (title: string, why: string, asked: string) => void}>} */ #cards = new Map()

  /** @param {Desk} desk @param {Words} words */
  show(desk, words) {
    const offers = [...desk.offers.values()].slice(0, MOST), wanted = new Set(offers.map(({ handover }) => handover))
    for (const [id, { node }] of this.#cards) {
      if (wanted.has(id)) continue
      node.remove()
      this.#cards.delete(id)
    }
    for (const offer of offers) {
      if (!this.#cards.has(offer.handover)) this.#add(offer, words)
      const row = desk.inbox.get(offer.conversation) // which may come later than the offer
      this.#cards.get(offer.handover)?.tell(
        words('offer', { name: called(row?.visitor, words) }),
        row?.reason ? term(words, 'reason', row.reason) : '',
        plainly(offer.summary?.asked) || flowed(offer.summary) || row?.last?.text || '')
    }
    this.hidden = !this.#cards.size
    this.tick(desk)
  }

  /** The rings. @param {Desk} desk */
  tick(desk) {
    for (const { ring, left, expires } of this.#cards.values()) {
      const seconds = Math.max(0, (expires - Date.now()) / 1000)
      ring.setAttribute('stroke-dashoffset', String(ROUND * (1 - Math.min(1, seconds / desk.settings.offer_seconds))))
      left.textContent = String(Math.ceil(seconds))
    }
  }

  /** @param {Offer} offer @param {Words} words */
  #add({ handover, expires_at }, words) {
    const id = `offer-${handover}`, { svg, ring } = circle(), left = h('span.left', { 'aria-hidden': 'true' })
    const texts = [h('h2', { id }), h('p.why'), h('p.asked', { id: `${id}-asked`, dir: 'auto' })]
    const node = h('section.offer', { role: 'alertdialog', 'aria-labelledby': id, 'aria-describedby': `${id}-asked` },
      h('div.ring', {}, svg, left),
      h('div.what', {}, ...texts),
      h('div.choose', {},
        h('button.solid', { type: 'button', onclick: () => say(this, 'accept', handover) }, words('accept'), h('kbd', { 'aria-hidden': 'true' }, '↵')),
        h('button.quiet', { type: 'button', onclick: () => say(this, 'decline', handover) }, words('decline'), h('kbd', { 'aria-hidden': 'true' }, 'Esc'))))
    node.prepend(h('span.bar', { 'aria-hidden': 'true' }, sign('bell')))
    const tell = (/** @type {string[]} */ ...told) => texts.forEach((each, n) => each.textContent === told[n] || (each.textContent = told[n] ?? ''))
    this.#cards.set(handover, { node, ring, left, expires: Date.parse(expires_at), tell })
    this.append(node)
  }
}

/** What a flow that hands over tells of itself. @param {Offer['summary']} summary */
const flowed = (summary) => summary?.flow ? [stood(summary), ...Object.entries(summary.slots ?? {}).map(([name, value]) => `${name}: ${plainly(value)}`)].join(' · ') : ''

function circle() {
  const make = (/** @type {string} */ tag, /** @type {Record<string, string>} */ set) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', tag)
    for (const [name, value] of Object.entries(set)) node.setAttribute(name, value)
    return node
  }
  const at = { cx: '20', cy: '20', r: '16' }
  const ring = make('circle', { ...at, class: 'runs', 'stroke-dasharray': String(ROUND) })
  const svg = make('svg', { viewBox: '0 0 40 40', 'aria-hidden': 'true' })
  svg.append(make('circle', { ...at, class: 'track' }), ring)
  return { svg, ring }
}

customElements.define('desk-offers', DeskOffers)
