// The card under the thread: what is asked before the first message, an address to leave where the shop can use one, or a score.

import { contact, score } from './cards.js'
import { first } from './first.js'

/** @import { ChatThread } from '../chat/thread.js' */
/** @import { Words } from '../chat/wire' */
/** @import { Later } from './later.js' */
/** @import { Talk } from './talk.js' */

const CARDS = { contact, score, first }

/** @param {Later} later @param {Talk} talk @param {ChatThread} thread @param {Words} words */
export function place(later, talk, thread, words) {
  const { missed, config, store, transcript: { closed, score, seq, conversation, left } } = talk
  const asked = config?.first && !seq && store.get('first_told', '') !== JSON.stringify(config.first)
  /** @type {keyof typeof CARDS | ''} */ const kind = asked ? 'first' : closed ? 'score' : missed ? 'contact' : ''
  const wanted = kind && [kind, score, conversation, left, words.locale].join()
  if (wanted === later.card.wanted) return
  later.card = { wanted, ...(kind && CARDS[kind](talk, words, () => place(later, talk, thread, words))) }
  const { atEnd } = thread, { node } = later.card, panel = thread.closest('.panel')
  panel?.classList.toggle('asking', kind === 'first')
  thread.foot.replaceChildren(...(node ? [node] : []))
  if (atEnd) thread.toEnd()
}
