// How many customers came through each state, put beside it for the drawing. Nothing is said of states to which nobody came.

/** @import { Figures, Graph, GraphState, Passage } from './types' */

const MUCH = 0.25 // of those who came
const FEW = 4 // customers of whom no share is told

/** @param {Graph} graph @param {Record<string, Figures>} figures @param {Record<string, string | undefined>} words `passed`, `leavers`, `came` @returns {Graph} */
export function figured(graph, figures, words) {
  const states = graph.states.map((state) => (Object.hasOwn(figures, state.name) ? { ...state, passage: passage(state, figures[state.name], words) } : state))
  return { ...graph, states }
}

/** A state that hands over is one in which that is no loss. @param {GraphState} state @param {Figures} figures @param {Record<string, string | undefined>} words @returns {Passage} */
function passage(state, figures, { passed = '', leavers = '', came = '' }) {
  const { entered, on, away, handed_over: handed, cancelled } = figures
  const lost = away + cancelled + (state.ends ? 0 : handed)
  const numbers = { n: entered, lost, on, away, handed, cancelled, here: entered - on - away - handed - cancelled }
  return { shown: filled(lost ? leavers : passed, numbers), told: filled(came, numbers), share: entered ? lost / entered : 0, much: entered > FEW && lost / entered >= MUCH }
}

/** @param {string} text @param {Record<string, number>} numbers */
function filled(text, numbers) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in numbers ? numbers[name].toLocaleString() : whole))
}
