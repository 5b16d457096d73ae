// What a customer is called, in which colour, and what is known of where they sit. Pure.

/** @import { Words } from '../../chat/wire' */
/** @import { Row } from '../wire' */

/** Their name, their address, or a number that stays theirs. @param {Row['visitor'] | undefined} visitor @param {Words} words */
export const called = (visitor, words) => visitor?.name || visitor?.email || (visitor?.number ? words('visitor_no', { n: visitor.number }) : words('visitor'))

/** Their place and the thing in their hands, as far as they are known. @param {Row['visitor']} visitor @returns {string[]} */
export const known = ({ place, device }) => [place ?? '', (device ?? '').split(', ').at(-1) ?? ''].filter(Boolean)

/** A hue of the colour circle that stays theirs, in steps that one can tell apart. @param {string | number} id */
export const hue = (id) => ([...String(id)].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7) % 12) * 30
