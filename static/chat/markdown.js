// Markdown that a model or a colleague wrote, as DOM nodes: never as markup, and nothing is fetched.
// Text is cut into blocks first, so that a streaming answer redraws only its last one.

import { h } from './dom.js'
import { inline } from './inline.js'

/** @import { Cite } from './inline.js' */

const FENCE = /^\s{0,3}(?:(`{3,})[^`]*|(~{3,})[^~]*)$/
const ITEM = /^(\s*)(?:([-*+])|(\d{1,3})[.)])(?:\s+|$)/
const HEADING = /^\s{0,3}#{1,6}\s+(?=\S)/
const QUOTED = /^\s{0,3}>\s?/
/** An amount after it makes the sign one of its own: "> 9000 kr", ">= 5", "> USD 20". */
const QUOTE = /^\s{0,3}>(?!\s?(?:[=_.:^<]|[-+±≈~]?\s?(?:[\p{Sc}%]|\p{L}{1,3}\.?\s?(?=\d))?\s?\d(?!\d*[.)]\s)))/u
const RULE = /^\s{0,3}([-*_])(?:\s*\1){2,}\s*$/
const DIVIDER = /^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$/
const ROW = /^\s*\|.+\|\s*$/ // of a table without a header
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
  const line = lines[at], fence = fenced(line)
  let end = at + 1
  if (!line.trim() || HEADING.test(line) || RULE.test(line)) return end
  if (fence) {
    while (end < lines.length && !ends(lines[end], fence)) end++
    return end + 1
  }
  if (lists(lines, at)) {
    const goesOn = (/** @type {number} */ n) => ITEM.test(lines[n] ?? '') || /^\s+\S/.test(lines[n] ?? '')
    while (end < lines.length && (lines[end].trim() ? goesOn(end) || !starts(lines, end) && lines[end - 1].trim() : goesOn(end + 1))) end++
    return end
  }
  if (QUOTE.test(line)) while (end < lines.length && QUOTED.test(lines[end])) end++
  else if (tabled(lines, at)) while (end < lines.length && lines[end].includes('|')) end++
  else if (headless(lines, at)) while (ROW.test(lines[end] ?? '')) end++
  else while (end < lines.length && lines[end].trim() && !starts(lines, end)) end++
  return end
}

/** Whether something other than a paragraph begins here. @param {string[]} lines @param {number} at */
function starts(lines, at) {
  const [all, , , number] = ITEM.exec(lines[at]) ?? []
  return [FENCE, HEADING, QUOTE, RULE].some((kind) => kind.test(lines[at])) || tabled(lines, at) || headless(lines, at)
    || all !== undefined && Number(number ?? 1) === 1 && all.length < lines[at].length && lists(lines, at)
}

/** Whether a list begins here. A lone "3. Dezember" or "- 20 °C" is none: its number or sign is meant. @param {string[]} lines @param {number} at */
function lists(lines, at) {
  const [all, , sign, number] = ITEM.exec(lines[at]) ?? []
  if (all === undefined) return false
  if (number ? Number(number) === 1 : !/^[\p{Sc}\d]/u.test(lines[at].slice(all.length))) return true
  for (let next = at + 1; next < Math.min(lines.length, at + 20) && lines[next].trim(); next++) {
    const other = ITEM.exec(lines[next])
    if (other && (number ? Number(other[3]) === Number(number) + 1 : other[2] === sign)) return true
  }
  return false
}

/** As many cells in the line as in the divider under it. @param {string[]} lines @param {number} at */
const tabled = (lines, at) => lines[at].includes('|') && DIVIDER.test(lines[at + 1] ?? '') && cells(lines[at]).length === cells(lines[at + 1]).length

/** Two rows at least, with nothing above them. @param {string[]} lines @param {number} at */
const headless = (lines, at) => ROW.test(lines[at]) && ROW.test(lines[at + 1] ?? '') && !tabled(lines, at)

/** @param {string} line */
const cells = (line) => line.trim().replace(/^\||(?<!\\)\|$/g, '').split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))

/** @param {string} line @returns {string} its signs, if it opens a piece of code */
const fenced = (line) => FENCE.exec(line)?.slice(1).find(Boolean) ?? ''

/** @param {string} line @param {string} fence */
const ends = (line, fence) => line.trim().startsWith(fence) && !line.trim().replaceAll(fence[0], '')

/** @param {string} block @param {Cite} [cite] @returns {HTMLElement} */
export function draw(block, cite, depth = 0) {
  const lines = block.split('\n'), first = lines[0], fence = fenced(first)
  if (fence) return h('pre', { tabIndex: 0 }, h('code', {}, lines.slice(1, lines.length > 1 && ends(lines.at(-1) ?? '', fence) ? -1 : undefined).join('\n')))
  if (RULE.test(first)) return h('hr')
  if (HEADING.test(first)) return h('p.heading', {}, ...inline(first.replace(HEADING, '').replace(/\s#+\s*$/, '').trimEnd(), cite))
  if (depth < DEEPEST && lists(lines, 0)) return list(lines, cite, depth)
  if (depth < DEEPEST && QUOTE.test(first))
    return h('blockquote', {}, ...blocks(lines.map((line) => line.replace(QUOTED, '')).join('\n')).map((inner) => draw(inner, cite, depth + 1)))
  if (tabled(lines, 0)) return table(lines, cite)
  if (headless(lines, 0)) return table(lines, cite, 0)
  return h('p', {}, ...inline(lines.map((line) => line.trimStart()).join('\n'), cite))
}

/** @param {string[]} lines @param {Cite | undefined} cite @param {number} depth */
function list(lines, cite, depth) {
  const [, margin, , start] = ITEM.exec(lines[0]) ?? []
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

/** @param {string[]} lines @param {Cite} [cite] @param {number} head  how many lines stand above the rows */
function table(lines, cite, head = 2) {
  const row = (/** @type {string} */ line, /** @type {string} */ tag) => h('tr', {}, ...cells(line).map((cell) => h(tag, {}, ...inline(cell, cite))))
  return h('div.table', { tabIndex: 0, role: 'group' },
    h('table', {}, head ? h('thead', {}, row(lines[0], 'th')) : null, h('tbody', {}, ...lines.slice(head).map((line) => row(line, 'td')))))
}

/** The same as plain words, for where nothing is drawn: marks go, lines and the signs of lists stay, a link's address stands behind its name. @param {string} text @returns {string} */
export const bare = (text) => text.split('\n').map((line) => {
  const drawn = h('p', {}, ...inline(line.replace(HEADING, '')))
  for (const link of drawn.querySelectorAll('a')) if (!link.href.includes(link.textContent)) link.append(` (${link.href.replace(/^mailto:/, '')})`)
  return drawn.textContent
}).join('\n')
