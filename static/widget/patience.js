// What a customer asked for too fast, or what many behind the same address did: told in the server's words, and nothing is
// swallowed: a person who was asked for is asked for again when the time has come.

/** @import { Frame } from '../chat/wire' */

/** @param {import('./talk.js').Talk} talk @param {Frame & {type: 'error'}} error @param {{refused: () => void, changed: () => void}} door */
export function refused(talk, { code, message, retry_after = 5 }, door) {
  const { wish } = talk
  if (code === 'bad_frame' || code === 'too_fast' && wish?.type === 'contact') door.refused()
  if (code !== 'too_fast' || !wish) return
  talk.told = message
  talk.wish = undefined
  door.changed()
  setTimeout(() => {
    talk.told = ''
    if (wish.type === 'person') talk.ask(wish)
    door.changed()
  }, 1000 * Math.min(retry_after, 60))
}
