// <flow-graph>: a flow as a drawing that is walked by keyboard and heard by a screen reader: each state is named with what it does
// and where it leads. Tells `flow-state` ({ name, open }) when somebody comes to a state; `light(name)` is the other way round.

import { COUNT, TITLE, SMALL, estimate, place } from './layout.js'
import { step } from './walk.js'

/** @import { Graph, Passage, Placed, PlacedEdge, PlacedNode, Problem } from './types' */

/** @param {string} tag @param {Record<string, string | number>} [attributes] @param {...(Node | string)} children */
function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value))
  node.append(...children)
  return /** @type {SVGElement} */ (node)
}

/** A curve through points, which begins and ends straight. @param {{ x: number, y: number }[]} points */
export function curve(points) {
  const [first, ...rest] = points
  let d = `M${first.x} ${first.y}`
  for (let n = 0; n < rest.length - 1; n++) {
    const { x, y } = rest[n]
    const next = rest[n + 1]
    const end = n === rest.length - 2 ? next : { x: (x + next.x) / 2, y: (y + next.y) / 2 }
    d += `Q${x} ${y} ${end.x} ${end.y}`
  }
  return rest.length === 1 ? `${d}L${rest[0].x} ${rest[0].y}` : d
}

export class FlowGraph extends HTMLElement {
  /** @type {Placed} */ #placed = { width: 0, height: 0, nodes: [], edges: [] }
  /** @type {Map<string, SVGElement>} */ #drawn = new Map()
  #lit = ''
  /** @type {{ path: string[], state: string }} */ #walked = { path: [], state: '' }
  #last = ''

  /** @param {Graph} graph @param {Problem[]} problems */
  show(graph, problems) {
    const key = JSON.stringify([graph, problems.map(({ line, severity }) => [line, severity])])
    if (key === this.#last) return
    this.#last = key
    const walked = this.contains(document.activeElement)
    this.#placed = place(graph, this.#measure())
    this.#draw(problems)
    this.light(this.#lit)
    this.trace(this.#walked.path, this.#walked.state)
    if (walked) this.#drawn.get(this.#lit)?.focus()
  }

  /** @param {string} name */
  light(name) {
    this.#lit = name
    const stop = this.#drawn.has(name) ? name : this.#placed.nodes[0]?.state.name
    for (const [each, node] of this.#drawn) {
      node.classList.toggle('lit', each === name)
      node.setAttribute('tabindex', each === stop ? '0' : '-1')
    }
    for (const way of this.querySelectorAll('.way')) way.classList.toggle('lit', /** @type {SVGElement} */ (way).dataset.from === name)
    this.#reveal(this.#drawn.get(name))
  }

  /** Shows a way that was walked, and where it stands. @param {string[]} path @param {string} state */
  trace(path, state) {
    this.#walked = { path, state }
    for (const [name, node] of this.#drawn) {
      node.classList.toggle('passed', path.includes(name))
      node.classList.toggle('here', name === state)
    }
    const steps = new Set(path.slice(1).map((name, n) => `${path[n]}\n${name}`))
    for (const way of /** @type {NodeListOf<SVGElement>} */ (this.querySelectorAll('.way'))) way.classList.toggle('passed', steps.has(`${way.dataset.from}\n${way.dataset.to}`))
    this.#reveal(this.#drawn.get(state))
  }

  /** Within the drawing's own frame: the page stays where it is. @param {SVGElement | undefined} node */
  #reveal(node) {
    if (!node) return
    const [box, frame] = [node.getBoundingClientRect(), this.getBoundingClientRect()]
    if (box.top < frame.top || box.bottom > frame.bottom) this.scrollTop += box.top - frame.top - (frame.height - box.height) / 2
    if (box.left < frame.left || box.right > frame.right) this.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2
  }

  /** The page's own face, where there is one to measure. */
  #measure() {
    const pen = document.createElement('canvas').getContext?.('2d')
    if (!pen) return estimate
    const face = getComputedStyle(this).fontFamily
    return (/** @type {string} */ text, /** @type {number} */ size) => {
      pen.font = `${size === TITLE ? 600 : 400} ${size}px ${face}`
      return Math.ceil(pen.measureText(text).width) + 1
    }
  }

  /** @param {Problem[]} problems */
  #draw(problems) {
    const { width, height, nodes, edges } = this.#placed
    const ways = edges.map((edge) => this.#way(edge))
    const labels = edges.flatMap((edge) => this.#label(edge) ?? [])
    this.#drawn = new Map(nodes.map((node, n) => [node.state.name, this.#node(node, n, problems)]))
    const head = svg('marker', { id: 'flow-head', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto-start-reverse' }, svg('path', { d: 'M0 0.5L7.5 4L0 7.5z' }))
    const drawing = svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'group', 'aria-label': this.dataset.label ?? '' }, svg('defs', {}, head))
    const hidden = svg('g', { 'aria-hidden': 'true' }, ...ways, ...labels)
    drawing.append(hidden, ...this.#drawn.values())
    this.replaceChildren(drawing)
  }

  /** @param {PlacedEdge} placed */
  #way({ edge, points }) {
    return svg('path', { class: `way ${edge.kind}`, d: curve(points), 'data-from': edge.from, 'data-to': edge.to, 'marker-end': 'url(#flow-head)' })
  }

  /** @param {PlacedEdge} placed */
  #label({ edge, label }) {
    if (!label) return undefined
    const { x, y, width, height, text } = label
    const back = svg('rect', { x, y: y + 1, width, height: height - 2, rx: 4 })
    const words = svg('text', { x: x + width / 2, y: y + height / 2, 'font-size': SMALL }, text)
    return svg('g', { class: `way-label ${edge.kind}` }, back, words, svg('title', {}, edge.label))
  }

  /** @param {PlacedNode} node @param {number} n @param {Problem[]} problems */
  #node(node, n, problems) {
    const { state, x, y, width, height, title, lines } = node
    const wrong = problems.filter(({ line }) => line >= state.line && line <= state.endLine)
    const worst = wrong.some(({ severity }) => severity === 'error') ? ' wrong' : wrong.length ? ' doubtful' : ''
    const group = svg('g', { class: `node${n ? '' : ' first'}${state.ends ? ' ends' : ''}${worst}`, role: 'button', tabindex: -1, 'aria-label': this.#named(node, wrong.length), 'data-state': state.name })
    group.append(svg('rect', { x, y, width, height, rx: state.ends ? 20 : 8 }))
    // The spaces are for those who compare what is seen with what is said.
    title.forEach((line, i) => group.append(svg('text', { class: 'name', x: x + 12, y: y + 22 + i * 20, 'font-size': TITLE }, line), ' '))
    const below = y + 12 + title.length * 20 + 4
    lines.forEach((line, i) => group.append(svg('text', { x: x + 12, y: below + 12 + i * 17, 'font-size': SMALL }, line), ' '))
    if (state.passage) group.append(...this.#passage(state.passage, node))
    if (wrong.length) group.append(svg('circle', { cx: x + width, cy: y, r: 6 }))
    group.addEventListener('keydown', (event) => this.#key(/** @type {KeyboardEvent} */ (event), state.name))
    group.addEventListener('click', () => this.#come(state.name, true))
    group.addEventListener('focus', () => this.#come(state.name, false))
    return group
  }

  /** How many came, and a line as long as the share of them that was lost. @param {Passage} passage @param {PlacedNode} node */
  #passage({ shown, told, share, much }, { x, y, width, height }) {
    const words = svg('text', { class: 'count', x: x + 12, y: y + height - COUNT + 8, 'font-size': SMALL }, shown)
    const whole = svg('line', { class: 'count', x1: x + 12, x2: x + width - 12, y1: y + height - 9, y2: y + height - 9 })
    const lost = svg('line', { class: 'lost', x1: x + 12, x2: x + 12 + (width - 24) * share, y1: y + height - 9, y2: y + height - 9 })
    return [svg('g', { class: much ? 'passage much' : 'passage' }, words, whole, ...(share ? [lost] : []), svg('title', {}, told)), ' ']
  }

  /** What a screen reader says. @param {PlacedNode} node @param {number} wrong */
  #named({ state, lines }, wrong) {
    const { passage } = state
    const { leads = '{target}', when = '{condition}: {target}', ends = '', problems = '' } = this.dataset
    const out = this.#placed.edges.filter(({ edge }) => edge.from === state.name).map(({ edge }) => {
      const target = this.#placed.nodes.find(({ state: other }) => other.name === edge.to)?.state
      return (edge.label ? when : leads).replace('{target}', target?.label || edge.to).replace('{condition}', edge.label)
    })
    return [state.label || state.name, ...lines, passage?.shown ?? '', passage?.told ?? '', ...state.does.slice(lines.length), ...out, state.ends ? ends : '', wrong ? problems.replace('{n}', String(wrong)) : ''].filter(Boolean).join('; ')
  }

  /** @param {KeyboardEvent} event @param {string} name */
  #key(event, name) {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      return this.#come(name, true)
    }
    const next = step(this.#placed, name, event.key)
    if (!/^(Arrow|Home|End)/.test(event.key)) return
    event.preventDefault()
    this.#drawn.get(next)?.focus()
  }

  /** @param {string} name @param {boolean} open */
  #come(name, open) {
    this.light(name)
    this.dispatchEvent(new CustomEvent('flow-state', { detail: { name, open }, bubbles: true }))
  }
}

customElements.define('flow-graph', FlowGraph)
