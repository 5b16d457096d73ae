// What the customer is writing, told as it grows. A person may read along; the bot need not. Fetched with the first key.

/** @import { Talk } from './talk.js' */

const PAUSE = 800

let draft = '', told = ''
/** @type {any} */ let next = 0

/** @param {Talk} talk @param {string} text all that stands in the field */
export function tell(talk, text) {
  draft = text
  if (!text || !next) say(talk)
}

/** @param {Talk} talk */
function say(talk) {
  clearTimeout(next)
  next = draft && draft !== told ? setTimeout(() => say(talk), PAUSE) : 0
  if (draft === told) return
  told = draft
  talk.line.send({ type: 'typing', on: !!draft, ...(talk.transcript.owner !== 'bot' && { draft }) })
}
