// The card at handover: what was asked, what the bot tried and found, what is known. Read before the first answer.

import { h } from '../../chat/dom.js'
import { Once, plainly, sign } from './parts.js'
import { term } from '../words.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Talk } from '../model/talk.js' */
/** @import { Summary } from '../wire' */

export class Brief {
  #once = new Once()
  node = h('details.brief', { hidden: true, open: true })

  /** @param {Talk} talk @param {string} reason @param {Words} words */
  show({ summary, conversation }, reason, words) {
    this.#once.draw('brief', [conversation, summary, reason, words.locale], () => {
      const parts = summary ? facts(summary, reason, words) : []
      this.node.hidden = !parts.length
      this.node.open = true
      this.node.replaceChildren(
        h('summary', {}, sign('bot'), h('span', {}, words('summary')), reason ? h('span.why', {}, term(words, 'reason', reason)) : null, summary?.upset ? h('span.upset', {}, words('upset')) : null),
        h('dl', {}, ...parts.flatMap(([label, value]) => [h('dt', {}, label), h('dd', { dir: 'auto' }, value)])))
    })
  }
}

const OTHERS = 5

/** A tier's number or the reason it ended with. @param {string} tried @param {Words} words */
const way = (tried, words) => term(words, /^\d$|^human$/.test(tried) ? 'tier' : 'reason', tried)

/** Which flow, and how far. @param {Summary} summary */
export const stood = ({ flow = '', state = '' }) => [flow, state].filter(Boolean).join(' · ')

/** What ended it stands above already. @param {Summary} summary @param {string} reason @param {Words} words @returns {[string, string | Node][]} */
function facts({ asked, messages = [], files = [], said, why, tried, found, slots, flow, state }, reason, words) {
  /** @type {[string, string | Node][]} */ const parts = []
  const tries = [tried].flat().filter((one) => one !== reason).map((one) => way(plainly(one), words)).filter(Boolean).join(' → ')
  if (plainly(asked)) parts.push([words('asked'), plainly(asked)])
  const others = messages.filter((text) => text !== asked)
  if (others.length) parts.push([words('said_too'), h('ul', {}, ...others.slice(-OTHERS).map((text) => h('li', {}, text)))])
  if (files.length) parts.push([words('with_files'), files.join(', ')])
  if (said) parts.push([words(why === 'marked_wrong' ? 'said_wrong' : 'said_before'), said])
  if (tries) parts.push([words('tried'), tries])
  if (found?.length) parts.push([words('found'), h('ul', {}, ...found.slice(0, 5).map((one) => h('li', {}, plainly(one))))])
  if (flow) parts.push([words('flow'), stood({ flow, state })])
  for (const [name, value] of Object.entries(slots ?? {})) if (plainly(value)) parts.push([name, plainly(value)])
  return parts
}
