// A flow's states and ways as boxes and lines on a plane: what dagre is given, and what comes back, ready to be drawn.

import { Graph, layout } from '../../vendor/dagrejs/dagre.js'

/** @import { Graph as Drawing, GraphState, Placed, PlacedEdge, PlacedNode } from './types' */
/** @typedef {(text: string, size: number) => number} Measure  The width of a text in pixels. */

export const TITLE = 14
export const SMALL = 12
const WIDEST = 200
const PAD = 12
const LINE = { [TITLE]: 20, [SMALL]: 17 }
const MOST_LINES = 3
export const COUNT = 24 // the line of figures

/** Han and other wide characters fill a square of their size, others a little more than half. @type {Measure} */
export function estimate(text, size) {
  let width = 0
  for (const point of text) width += /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\uffe6\u{1f300}-\u{3ffff}]/u.test(point) ? 1 : 0.58
  return Math.ceil(width * size)
}

/** Lines no wider than `width`: broken at spaces, in Chinese between characters. The last one of too many ends in “…”.
 * @param {string} text @param {number} size @param {Measure} measure @param {number} most @param {number} [width] */
export function wrap(text, size, measure, most, width = WIDEST) {
  const parts = text.match(/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|\s+/gu) ?? []
  /** @type {string[]} */
  const lines = []
  let line = ''
  for (const part of parts) {
    if (line.trim() && measure((line + part).trimEnd(), size) > width) {
      lines.push(line.trim())
      line = ''
    }
    line += part
  }
  if (line.trim()) lines.push(line.trim())
  const kept = lines.slice(0, most)
  if (lines.length > most) kept[most - 1] += '…'
  return kept.map((each) => cut(each, size, measure, width))
}

/** @param {string} text @param {number} size @param {Measure} measure @param {number} width */
export function cut(text, size, measure, width) {
  if (measure(text, size) <= width) return text
  const points = [...text.replace(/…$/, '')]
  while (points.length > 1 && measure(`${points.join('')}…`, size) > width) points.pop()
  return `${points.join('').trimEnd()}…`
}

/** @param {GraphState} state @param {Measure} measure */
function box(state, measure) {
  const title = wrap(state.label || state.name, TITLE, measure, 2)
  const lines = state.does.slice(0, MOST_LINES).map((line) => cut(line, SMALL, measure, WIDEST))
  if (state.does.length > MOST_LINES) lines[MOST_LINES - 1] = cut(`${lines[MOST_LINES - 1].replace(/…$/, '')} …`, SMALL, measure, WIDEST)
  const count = state.passage?.shown ?? ''
  const wide = Math.max(...title.map((line) => measure(line, TITLE)), ...[...lines, count].map((line) => measure(line, SMALL)), 72)
  const height = title.length * LINE[TITLE] + lines.length * LINE[SMALL] + (lines.length ? 4 : 0) + (count ? COUNT : 0) + 2 * PAD
  return { title, lines, width: wide + 2 * PAD, height }
}

/** Where everything stands. The search for circles begins in the first state, so that ways back lead up to it. Ways to states that are not there are left out; their problem is told beside the text.
 * @param {Drawing} drawing @param {Measure} [measure] @returns {Placed} */
export function place(drawing, measure = estimate) {
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 28, edgesep: 16, ranksep: 44, marginx: 16, marginy: 16 })
  graph.setDefaultEdgeLabel(() => ({}))
  const boxes = new Map(drawing.states.map((state) => [state.name, box(state, measure)]))
  for (const [name, { width, height }] of boxes) graph.setNode(name, { width, height })
  const edges = drawing.edges.filter(({ from, to }) => boxes.has(from) && boxes.has(to))
  const labels = edges.map(({ label }) => cut(label, SMALL, measure, 160))
  edges.forEach(({ from, to }, n) => {
    const width = labels[n] ? measure(labels[n], SMALL) + 12 : 0
    graph.setEdge(from, to, { width, height: labels[n] ? 20 : 0, labelpos: 'c' }, String(n))
  })
  layout(graph)
  const whole = graph.graph()
  return {
    width: Math.ceil(whole.width ?? 0),
    height: Math.ceil(whole.height ?? 0),
    nodes: drawing.states.map((state) => node(state, boxes.get(state.name), graph.node(state.name))),
    edges: edges.map((edge, n) => way(edge, labels[n], graph.edge(edge.from, edge.to, String(n)))),
  }
}

/** @param {GraphState} state @param {ReturnType<typeof box> | undefined} size @param {any} at @returns {PlacedNode} */
function node(state, size, at) {
  const { title = [], lines = [], width = 0, height = 0 } = size ?? {}
  return { state, title, lines, width, height, x: at.x - width / 2, y: at.y - height / 2 }
}

/** @param {PlacedEdge['edge']} edge @param {string} text @param {any} at @returns {PlacedEdge} */
function way(edge, text, at) {
  const label = text ? { text, width: at.width, height: at.height, x: at.x - at.width / 2, y: at.y - at.height / 2 } : undefined
  return { edge, points: at.points, label }
}
