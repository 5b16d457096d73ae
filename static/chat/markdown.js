// Markdown that a model or a colleague wrote, as DOM nodes: never as markup, and nothing is fetched.
// Text is cut into blocks first, so that a streaming answer redraws only its last one.

import { h } from './dom.js'

/** @typedef {(n: number) => Node | null} Cite  what `[n]` becomes; null leaves it as text */

const FENCE = /^\s{0,3}(```+|~~~+)\s*[\w+#.-]*\s*$/
const ITEM = /^(\s*)(?:[-*+]|(\d{1,9})[.)])(?:\s+|$)/
const HEADING = /^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$/
const QUOTE = /^\s{0,3}>\s?/
const RULE = /^\s{0,3}([-*_])(?:\s*\1){2,}\s*$/
const DIVIDER = /^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$/
const DEEPEST = 6

/** @param {string} text @returns {string[]} the blocks as they were written */
export function blocks(text) {
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  const found = []
  for (let at = 0; at < lines.length; ) {
    const end = endOf(lines, at)
    const block = lines.slice(at, end).join('\n')
    if (block.trim()) found.push(block)
    at = end
  }
  return found
}

/** @param {string[]} lines @param {number} at */
function endOf(lines, at) {
  const line = lines[at], fence = FENCE.exec(line)
  let end = at + 1
  if (!line.trim() || HEADING.test(line) || RULE.test(line)) return end
  if (fence) {
    while (end < lines.length && lines[end].trim() !== fence[1]) end++
    return end + 1
  }
  if (ITEM.test(line)) {
    const goesOn = (/** @type {number} */ n) => ITEM.test(lines[n] ?? '') || /^\s+\S/.test(lines[n] ?? '')
    while (end < lines.length && (lines[end].trim() ? goesOn(end) || !starts(lines, end) && lines[end - 1].trim() : goesOn(end + 1))) end++
    return end
  }
  if (QUOTE.test(line)) while (end < lines.length && QUOTE.test(lines[end])) end++
  else if (DIVIDER.test(lines[end] ?? '') && line.includes('|')) while (end < lines.length && lines[end].includes('|')) end++
  else while (end < lines.length && lines[end].trim() && !starts(lines, end)) end++
  return end
}

/** Whether something other than a paragraph begins here. @param {string[]} lines @param {number} at */
function starts(lines, at) {
  return [FENCE, ITEM, HEADING, QUOTE, RULE].some((kind) => kind.test(lines[at]))
    || lines[at].includes('|') && DIVIDER.test(lines[at + 1] ?? '')
}

/** @param {string} block @param {Cite} [cite] @returns {HTMLElement} */
export function draw(block, cite, depth = 0) {
  const lines = block.split('\n'), first = lines[0], fence = FENCE.exec(first), heading = HEADING.exec(first)
  if (fence) return h('pre', { tabIndex: 0 }, h('code', {}, lines.slice(1, lines.at(-1)?.trim() === fence[1] ? -1 : undefined).join('\n')))
  if (RULE.test(first)) return h('hr')
  if (heading) return h('p.heading', {}, ...inline(heading[1], cite))
  if (depth < DEEPEST && ITEM.test(first)) return list(lines, cite, depth)
  if (depth < DEEPEST && QUOTE.test(first))
    return h('blockquote', {}, ...blocks(lines.map((line) => line.replace(QUOTE, '')).join('\n')).map((inner) => draw(inner, cite, depth + 1)))
  if (DIVIDER.test(lines[1] ?? '') && first.includes('|')) return table(lines, cite)
  return h('p', {}, ...inline(lines.map((line) => line.trimStart()).join('\n'), cite))
}

/** @param {string[]} lines @param {Cite | undefined} cite @param {number} depth */
function list(lines, cite, depth) {
  const [, margin, start] = ITEM.exec(lines[0]) ?? []
  /** @type {string[][]} */ const items = []
  let indent = 0
  for (const line of lines) {
    const item = ITEM.exec(line)
    if (item && item[1].length <= margin.length + 1) {
      indent = item[0].length
      items.push([line.slice(indent)])
    } else items.at(-1)?.push(line.slice(Math.min(indent, line.length - line.trimStart().length)))
  }
  const node = start ? h('ol', { start: Number(start) }) : h('ul')
  for (const item of items) {
    const drawn = blocks(item.join('\n')).map((inner) => draw(inner, cite, depth + 1))
    node.append(h('li', {}, ...drawn.flatMap((one) => (one.className === '' && one.tagName === 'P' ? [...one.childNodes] : [one]))))
  }
  return node
}

/** @param {string[]} lines @param {Cite} [cite] */
function table(lines, cite) {
  const cells = (/** @type {string} */ line) => line.trim().replace(/^\||\|$/g, '').split('|').map((cell) => inline(cell.trim(), cite))
  const row = (/** @type {string} */ line, /** @type {string} */ tag) => h('tr', {}, ...cells(line).map((cell) => h(tag, {}, ...cell)))
  return h('div.table', { tabIndex: 0, role: 'group' },
    h('table', {}, h('thead', {}, row(lines[0], 'th')), h('tbody', {}, ...lines.slice(2).map((line) => row(line, 'td')))))
}

// The spans are bounded so that a long row of asterisks costs little.
const INLINE = new RegExp([
  String.raw`\\([\\${'`'}*_{}[\]()#+\-.!|>~<])`, // 1 escaped
  String.raw`(${'`'}+)(.{1,800}?)\2(?!${'`'})`, // 2, 3 code
  String.raw`!?\[([^\]\n]{0,400})\]\(\s*<?([^\s()>]*(?:\([^\s()]*\)[^\s()>]*)*)>?(?:\s[^)\n]*)?\)`, // 4, 5 link; a picture becomes one too
  String.raw`\*\*(?=\S)([^\n]{1,800}?)\*\*(?!\*)`, // 6 bold
  String.raw`(?<![\p{L}\p{N}_])__(?=\S)([^\n]{1,800}?)__(?![\p{L}\p{N}_])`, // 7 bold
  String.raw`\*(?=[^\s*])([^\n*]{1,800}?)\*`, // 8 italics
  String.raw`(?<![\p{L}\p{N}_])_(?=\S)([^\n_]{1,800}?)_(?![\p{L}\p{N}_])`, // 9 italics
  String.raw`~~(?=\S)([^\n]{1,800}?)~~`, // 10 struck out
  String.raw`<?(https?:\/\/[^\s<>"\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+)>?`, // 11 address
  String.raw`([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+)`, // 12 e-mail
  String.raw`\[(\d{1,2})\]`, // 13 source
].join('|'), 'gu')

/** @param {string} text @param {Cite} [cite] @returns {(Node | string)[]} */
export function inline(text, cite, depth = 0) {
  if (depth > DEEPEST) return [text]
  /** @type {(Node | string)[]} */ const out = []
  const more = (/** @type {string} */ inner) => inline(inner, cite, depth + 1)
  let from = 0
  for (const match of text.matchAll(INLINE)) {
    const [all, escaped, , code, label, href, bold, bold2, italic, italic2, struck, address, mail, source] = match
    if (match.index > from) out.push(text.slice(from, match.index))
    from = match.index + all.length
    if (escaped !== undefined) out.push(escaped)
    else if (code !== undefined) out.push(h('code', {}, code.trim() || code))
    else if (label !== undefined) out.push(...link(href, label ? more(label) : [href]))
    else if (bold ?? bold2) out.push(h('strong', {}, ...more(bold ?? bold2)))
    else if (italic ?? italic2) out.push(h('em', {}, ...more(italic ?? italic2)))
    else if (struck) out.push(h('s', {}, ...more(struck)))
    else if (address) out.push(...autolink(address))
    else if (mail) out.push(...link('mailto:' + mail, [mail]))
    else out.push(cite?.(Number(source)) ?? all)
  }
  if (from < text.length) out.push(text.slice(from))
  return out
}

/** Punctuation after an address belongs to the sentence. @param {string} address */
function autolink(address) {
  let url = address.replace(/[.,;:!?'*_~]+$/, '')
  if (url.endsWith(')') && !url.includes('(')) url = url.slice(0, -1)
  return [...link(url, [url.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')]), address.slice(url.length)]
}

/** The one door to `href`: anything but these schemes stays text. @param {string} href @param {(Node | string)[]} children */
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

/** What a customer wrote: as it stands, with its addresses made links. @param {string} text */
export function plain(text) {
  return h('p', {}, ...text.split(/(https?:\/\/[^\s<>"\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+)/)
    .flatMap((part, n) => (n % 2 ? autolink(part) : [part])))
}
