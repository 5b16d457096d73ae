// The server counts lines and code points, the editor counts UTF-16 units from the beginning: both ways meet here, once.

/** @import { Mark, Problem } from './types' */

/** The UTF-16 offset after so many code points of a line. @param {string} line @param {number} points */
export function units(line, points) {
  let at = 0
  for (const point of line) {
    if (points-- <= 0) break
    at += point.length
  }
  return at
}

/** Where each line begins. @param {string} text */
function starts(text) {
  const found = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) found.push(at + 1)
  return found
}

/** Marks for the editor, in the text's order; each covers at least one character where its line has any.
 * @param {string} text @param {Problem[]} problems @returns {Mark[]} */
export function marks(text, problems) {
  const begin = starts(text)
  const marked = problems.map((problem) => {
    const { line, column, endColumn, severity, sentence } = problem
    const n = Math.min(Math.max(line, 1), begin.length)
    const start = begin[n - 1]
    const words = text.slice(start, n < begin.length ? begin[n] - 1 : text.length)
    const [first, last] = n === line ? [column - 1, endColumn - 1] : [words.length, words.length]
    let from = units(words, Math.max(first, 0))
    let to = last > first ? units(words, last) : end(words, from)
    if (to <= from) [from, to] = [Math.max(from - 1, 0), from]
    return { from: start + from, to: start + to, severity, message: sentence, problem }
  })
  return marked.sort((a, b) => a.from - b.from || a.to - b.to)
}

/** The text with the lines that do away with a problem. @param {string} text @param {Problem} problem */
export function mended(text, { fix, fixLine }) {
  const begin = starts(text)
  if (fixLine <= begin.length) return text.slice(0, begin[fixLine - 1]) + fix + text.slice(begin[fixLine - 1])
  return text + (text.endsWith('\n') || !text ? '' : '\n') + fix
}

/** A problem without an end is marked to the end of its word. @param {string} line @param {number} from */
function end(line, from) {
  const word = /^[^\s,:[\]{}"']+/u.exec(line.slice(from))
  return from + (word?.[0].length ?? [...line.slice(from)][0]?.length ?? 0)
}
