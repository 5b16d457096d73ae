// The walk through a drawn flow by arrow keys: down its ways and back up, sideways among what stands beside each other.

/** @import { Placed, PlacedNode } from './types' */

/** @param {PlacedNode} node */
const middle = (node) => node.x + node.width / 2

/** The nearest of some nodes, seen from one. @param {PlacedNode[]} nodes @param {PlacedNode} from */
function nearest(nodes, from) {
  return nodes.toSorted((a, b) => Math.abs(middle(a) - middle(from)) - Math.abs(middle(b) - middle(from)))[0]
}

/** @param {PlacedNode} a @param {PlacedNode} b */
const beside = (a, b) => a.y < b.y + b.height && b.y < a.y + a.height

/** The state that a key leads to, or the one where it was pressed. @param {Placed} placed @param {string} name @param {string} key */
export function step(placed, name, key) {
  const { nodes, edges } = placed
  const here = nodes.find(({ state }) => state.name === name)
  if (!here) return nodes[0]?.state.name ?? ''
  const joined = nodes.filter((node) => node !== here && edges.some(({ edge }) => own(edge, name) === node.state.name))
  /** @type {Record<string, () => PlacedNode | undefined>} */
  const found = {
    ArrowDown: () => nearest(joined.filter(({ y }) => y > here.y), here) ?? nearest(below(nodes, here, 1), here),
    ArrowUp: () => nearest(joined.filter(({ y }) => y < here.y), here) ?? nearest(below(nodes, here, -1), here),
    ArrowRight: () => nearest(nodes.filter((node) => beside(node, here) && node.x > here.x), here),
    ArrowLeft: () => nearest(nodes.filter((node) => beside(node, here) && node.x < here.x), here),
    Home: () => nodes[0],
    End: () => nodes.at(-1),
  }
  return (found[key]?.() ?? here).state.name
}

/** The other end of a way that touches a state. @param {{ from: string, to: string }} edge @param {string} name */
function own({ from, to }, name) {
  return from === name ? to : to === name ? from : ''
}

/** The next row of boxes. @param {PlacedNode[]} nodes @param {PlacedNode} here @param {1 | -1} way */
function below(nodes, here, way) {
  const beyond = nodes.filter(({ y }) => (y - here.y) * way > 0).toSorted((a, b) => (a.y - b.y) * way)
  return beyond.filter((node) => beside(node, beyond[0]))
}

/** The state in whose lines the cursor stands. @param {{ name: string, line: number, endLine: number }[]} states @param {number} line */
export function stateAt(states, line) {
  return states.find((state) => state.line <= line && line <= state.endLine)?.name ?? ''
}
