// What the customer is writing, told as it grows. A person reads along only where the shop says so, and then the customer is
// told; the bot need not. Fetched with the first key.

import { h } from '../chat/dom.js'
import { words } from '../chat/words.js'

/** @import { Talk } from './talk.js' */

const PAUSE = 800

let draft = '', told = ''
/** @type {any} */ let next = 0
const line = h('span', { role: 'status' })

/** @param {Talk} talk @param {string} text all that stands in the field @param {ShadowRoot} root the panel's */
export function tell(talk, text, root) {
  draft = text
  if (!text || !next) say(talk)
  line.hidden = !text || !reads(talk)
  if (!line.hidden) void show(root)
}

/** @param {Talk} talk */
const reads = ({ transcript, config }) => transcript.owner !== 'bot' && config?.drafts

/** @param {Talk} talk */
function say(talk) {
  clearTimeout(next)
  next = draft && draft !== told ? setTimeout(() => say(talk), PAUSE) : 0
  if (draft === told) return
  told = draft
  talk.line.send({ type: 'typing', on: !!draft, ...(reads(talk) && { draft }) })
}

/** @param {ShadowRoot} root */
async function show(root) {
  const say = await words(/** @type {HTMLElement} */ (root.querySelector('.panel')).lang)
  await say.more()
  if (!line.isConnected) root.querySelector('.reach')?.append(line)
  line.textContent = say('read_along')
}
