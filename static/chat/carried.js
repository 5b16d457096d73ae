// How far a message of ours is, and by what way one went or came beside the chat: said beside its time. A mail opens whole where
// something was cut off of it.

import { h, icon } from './dom.js'

/** @import { Context, MessageEntry, Words } from './wire' */

/** Of our own message: on its way, there, read, not there. @type {Record<string, string>} */
const MARKS = {
  sending: 'M10 17a7 7 0 100-14 7 7 0 000 14zM10 6v4l2.5 1.5',
  sent: 'M4.5 10.5l3.5 3.5 7.5-8',
  read: 'M1.5 10.5L5 14l7.5-8M9 13l1 1 7.5-8',
  failed: 'M10 6v5M10 13.6v.01M10 17.5a7.5 7.5 0 100-15 7.5 7.5 0 000 15z',
}

/** @param {MessageEntry} entry @param {Context} context @returns {Node[]} */
export function carriage({ carried, seq, opened }, { words, emit }) {
  if (!carried) return []
  const found = carried.checks ? ` · ${carried.checks}` : '' // of its sender, such as “dkim=pass”
  const way = h(`span.carried.${carried.state}`, { title: carried.error ?? '' }, words(`mailed_${carried.state}`) + found)
  const whole = () => h('button.link', { type: 'button', onclick: () => emit('chat-mail', { seq, on: !opened }) }, words(opened ? 'mail_less' : 'mail_whole'))
  return carried.cut ? [way, whole()] : [way]
}

/** @param {string} mark @param {Words} words */
export const marked = (mark, words) => h('span.mark', { title: words(mark) }, icon(mark, MARKS[mark]), h('span.unseen', {}, words(mark)))
