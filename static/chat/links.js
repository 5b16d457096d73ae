// Addresses in running text: where one begins, and where the sentence goes on. And the one door to `href`.

import { h } from './dom.js'

/** Scripts that are written without spaces: their letters end an address, unless a part of its name begins with one. */
export const WIDE = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3005\u3007\u30fc`
const LETTERS = String.raw`\p{L}\p{M}\p{N}`
const LABEL = String.raw`(?:(?:(?![${WIDE}])[${LETTERS}_\-])+|[${WIDE}][${WIDE}0-9\-]*)`
/** The first label may mix scripts; in "a.example请看" the sentence goes on. */
const HOST = String.raw`(?:\[[\da-f:.]{2,45}\]|(?:[${LETTERS}_\-]+\.)?(?:${LABEL}\.)*${LABEL})(?::\d{1,5})?`
const PATH = String.raw`(?:[/?#](?:(?![${WIDE}])[${LETTERS}\-._~:/?#@!$&'*+,;=%()[\]])*)?`
export const ADDRESS = String.raw`https?:\/\/${HOST}${PATH}|(?<![\w.@/\-])www\.(?:${LABEL}\.)+${LABEL}(?::\d{1,5})?${PATH}`
export const MAIL = String.raw`(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{2,63})+`
const EITHER = new RegExp(`(${ADDRESS})|(${MAIL})`, 'giu')

/** What a person wrote: as it stands, with its addresses made links. @param {string} text @returns {HTMLElement} */
export function plain(text) {
  /** @type {(Node | string)[]} */ const out = []
  let from = 0
  for (const { 1: found, 2: mail, index } of text.matchAll(EITHER)) {
    const url = mail ?? trimmed(found)
    out.push(text.slice(from, index), ...(mail ? link(`mailto:${mail}`, [mail]) : address(url, url)))
    from = index + url.length
  }
  return h('p.typed', {}, ...out, text.slice(from))
}

/** @param {string} url @param {string} shown @returns {(Node | string)[]} */
export const address = (url, shown) => link(/^www/i.test(url) ? `http://${url}` : url, [shown])

/** Punctuation after an address, and a bracket that opened before it, belong to the sentence. @param {string} found @returns {string} */
export function trimmed(found) {
  const open = /** @type {string[]} */ ([]), head = /^https?:\/\/(\[[^\]]*\])?/i.exec(found)?.[0].length ?? 0
  for (let at = head; at < found.length; at++) {
    if ('(['.includes(found[at])) open.push(found[at])
    else if (')]'.includes(found[at]) && open.pop() !== { ')': '(', ']': '[' }[found[at]]) return found.slice(0, at).replace(AFTER, '')
  }
  return found.replace(AFTER, '')
}

const AFTER = /[.,;:!?'*~]+$/

/** Anything but these schemes stays text. @param {string} href @param {(Node | string)[]} children @returns {(Node | string)[]} */
export function link(href, children) {
  let url
  try {
    url = new URL(href)
  } catch {
    return children
  }
  if (!['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol)) return children
  return [h('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer' }, ...children)]
}
