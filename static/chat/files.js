// The files of a message: a picture with its place reserved, anything else as a chip. Fetched with body.js.

import { h, icon } from './dom.js'

/** @import { Attachment, Words } from './wire' */

const SHEET = 'M5.5 3h6l3.5 3.5V17h-9.5zM11.5 3v3.5H15'
/** A picture's longest sides in the thread, in pixels. */
const WIDE = 260, HIGH = 240

/** '4.7 MB', never '0 KB'. @param {number} bytes @param {Pick<Words, 'locale'>} words */
export function size(bytes, { locale }) {
  const n = bytes < 1024 ** 2 ? Math.max(1, Math.round(bytes / 1024)) : bytes / 1024 ** 2
  return `${n.toLocaleString(locale, { maximumFractionDigits: 1 })} ${bytes < 1024 ** 2 ? 'KB' : 'MB'}`
}

/** @param {Attachment[]} attachments @param {Words} words */
export const files = (attachments, words) => h('div.files', {}, ...attachments.map((file) => (file.width && file.height ? picture(file, words) : chip(file, words))))

/** Addresses are the tenant's, wherever the page is. @param {Attachment} file @param {string} name @param {...Node} face */
const link = ({ url }, name, ...face) => h(name, { href: new URL(url, import.meta.url).href, target: '_blank', rel: 'noopener noreferrer' }, ...face)

/** @param {Attachment} file @param {Words} words */
function picture(file, words) {
  const { width = 1, height = 1, name } = file, scale = Math.min(1, WIDE / width, HIGH / height)
  const image = h('img', { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)), alt: name, title: name })
  const node = link(file, 'a.picture', image)
  image.onerror = () => node.replaceWith(chip(file, words)) // its address may have ended
  image.src = node.href
  return node
}

/** @param {Attachment} file @param {Words} words */
const chip = (file, words) => link(file, 'a.file', icon('sheet', SHEET), h('span.called', {}, file.name), h('span.size', {}, size(file.size, words)))
