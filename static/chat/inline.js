// The marks within a line (CommonMark's emphasis, code, links; GFM's ~~), as nodes. A mark that may be a sign of its own is one:
// 40*30*20, 8~~16 and 49 kr* keep all that was written.

import { h } from './dom.js'
import { ADDRESS, MAIL, WIDE, address, link, trimmed } from './links.js'

/** @typedef {(n: number) => Node | null} Cite  what `[n]` becomes; null leaves it as text */
/** @typedef {{mark: string, left: number, long: number, opens: boolean, closes: boolean, inner: boolean, at: number}} Run  signs in a row; `inner` between two letters or digits, `at` their place in what is out */

const DEEPEST = 6
/** How far back an opening mark is looked for, so that a long row of marks costs little. */
const BACK = 24
// Spans are bounded for the same reason.
const TOKEN = new RegExp([
  String.raw`\\([!-\/:-@[-${'`'}{-~])`, // 1 escaped
  String.raw`(?<!${'`'})(${'`'}+)(?!${'`'})([^]{1,2000}?)(?<!${'`'})\2(?!${'`'})|${'`'}+`, // 2, 3 code
  String.raw`!?\[((?:\\.|[^\]\\\n[]){0,400})\]\(\s*<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s[^)\n]{0,400})?\)`, // 4, 5 link; a picture becomes one too
  String.raw`<(https?:\/\/[^\s<>]{1,2000})>`, // 6 address in its own brackets
  `(${ADDRESS})`, // 7
  `(${MAIL})`, // 8
  String.raw`\[(\d{1,2})\]`, // 9 source
  String.raw`(\*+|_+|~+)`, // 10 marks
  String.raw`(<br\s{0,3}\/?>)`, // 11 line break, as other programs write it in tables
].join('|'), 'giu')
const SPACE = /^\s?$/u, PUNCTUATION = /[\p{P}\p{S}]/u, WORD = /[\p{L}\p{N}]/u, DIGIT = /\p{N}/u
const WIDTH = new RegExp(`[${WIDE}\\u3000-\\u303f\\uff00-\\uffef]`, 'u')
/** Ends a part of a sentence: no mark that opens stands before it. Begins one: no mark that closes stands after it. */
const PAUSE = /[\p{Pe}\p{Pf},.;:!?，。、；：！？…]/u, BEGIN = /[\p{Ps}\p{Pi}]/u

/** @param {string} text @param {Cite} [cite] @returns {(Node | string)[]} */
export function inline(text, cite, depth = 0) {
  /** @type {(Node | string)[]} */ const out = []
  /** @type {Run[]} */ const open = []
  /** @type {WeakMap<any, number>} */ const depths = new WeakMap()
  const token = new RegExp(TOKEN)
  let from = 0
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [all, escaped, , code, label, href, bracketed, found, mail, source, marks, br] = match
    if (match.index > from) out.push(text.slice(from, match.index))
    from = match.index + all.length
    if (escaped !== undefined) out.push(escaped)
    else if (code !== undefined) out.push(h('code', {}, code.replace(/\n/g, ' ').replace(/^ ([^]*\S[^]*) $/, '$1')))
    else if (href !== undefined) out.push(...named(all, label, href, (inner) => (depth < DEEPEST ? inline(inner, undefined, depth + 1) : [inner])))
    else if (bracketed) out.push(...address(bracketed, short(bracketed)))
    else if (found) {
      const url = trimmed(found).replace(/_+$/, '') // after it the marks go on
      out.push(...address(url, short(url)))
      from = token.lastIndex = match.index + url.length
    }
    else if (mail) out.push(...link(`mailto:${mail}`, [mail]))
    else if (source) out.push(cite?.(Number(source)) ?? all)
    else if (marks) mark(run(marks, text, match.index), out, open, depths)
    else if (br) out.push(h('br'))
    else out.push(all)
  }
  if (from < text.length) out.push(text.slice(from))
  return out
}

/** @param {string} signs @param {string} text @param {number} at @returns {Run} */
function run(signs, text, at) {
  const before = [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? '', after = [...text.slice(at + signs.length, at + signs.length + 2)][0] ?? ''
  const mark = signs[0], long = signs.length, wide = WIDTH.test(before + after), solid = (/** @type {string} */ one) => SPACE.test(one) || PUNCTUATION.test(one)
  // https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run, and where words are not parted by spaces a wide neighbour does as well.
  const left = !SPACE.test(after) && (!PUNCTUATION.test(after) || solid(before) || wide && !PAUSE.test(after))
  const right = !SPACE.test(before) && (!PUNCTUATION.test(before) || solid(after) || wide && !BEGIN.test(before))
  const inner = WORD.test(before) && WORD.test(after), figures = [before, after].filter((one) => DIGIT.test(one)).length
  const sign = mark === '~' ? long !== 2 || inner && figures > 0 : mark === '*' && inner && figures > (long === 1 ? 0 : 1)
  const word = mark === '_'
  return { mark, left: long, long, inner, at: 0, opens: !sign && left && (!word || !right || PUNCTUATION.test(before)), closes: !sign && right && (!word || !left || PUNCTUATION.test(after)) }
}

/** Puts a run out, and what it closes into nodes. @param {Run} now @param {(Node | string)[]} out @param {Run[]} open @param {WeakMap<any, number>} depths */
function mark(now, out, open, depths) {
  while (now.closes && now.left > 0) {
    const at = opener(now, open)
    if (at < 0) break
    const first = open[at], use = Math.min(2, first.left, now.left), content = out.splice(first.at + 1)
    const deep = 1 + Math.max(0, ...content.map((one) => depths.get(/** @type {any} */ (one)) ?? 0).filter(Boolean))
    open.length = at + 1
    if (deep > DEEPEST) {
      out.push(...content)
      open.length = at
      break
    }
    const node = h(now.mark === '~' ? 's' : use === 2 ? 'strong' : 'em', {}, ...content)
    depths.set(node, deep)
    first.left -= use
    now.left -= use
    out[first.at] = now.mark.repeat(first.left)
    out.push(node)
    if (!first.left) open.pop()
  }
  if (!now.left) return
  now.at = out.push(now.mark.repeat(now.left)) - 1
  if (now.opens) open.push(now)
}

/** @param {Run} now @param {Run[]} open @returns {number} the place of the nearest run that it may close, or -1 */
function opener(now, open) {
  for (let at = open.length - 1; at >= Math.max(0, open.length - BACK); at--) {
    const { mark, long, left, closes, inner } = open[at], single = mark === '~' || Math.min(left, now.left) === 1
    const odd = (closes || now.opens) && (long + now.long) % 3 === 0 && !(long % 3 === 0 && now.long % 3 === 0)
    if (mark === now.mark && !odd && !(inner && now.inner && single)) return at
  }
  return -1
}

/** A link by its name; one that leads nowhere from here keeps its name only, and what is no link stays as written. @param {string} all @param {string} label @param {string} href @param {(text: string) => (Node | string)[]} draw */
function named(all, label, href, draw) {
  const target = /^www\./i.test(href) ? `http://${href}` : href, children = label ? draw(label) : [href]
  const made = link(target, children)
  return made !== children || !href || /^(?:\.{0,2}\/(?!\/)|[?#])/.test(href) ? made : [all]
}

/** @param {string} url */
const short = (url) => url.replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, '')
