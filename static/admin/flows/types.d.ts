// What the server's check tells of a flow's text (apps/flows/admin/checking.py), and what the page gives the editor.

export interface Problem {
  /** From 1; columns are code points, and `endColumn` is after the last one. */
  line: number
  column: number
  endColumn: number
  severity: 'error' | 'warning'
  sentence: string
  /** Lines of YAML that do away with it, to be put before the line `fixLine`; or nothing. */
  fix: string
  fixLine: number
}

export interface GraphState {
  name: string
  label: string
  does: string[]
  ends: boolean
  line: number
  endLine: number
  passage?: Passage
}

/** Customers of the last 28 days who entered a state, and how many of them left it how. */
export interface Figures {
  entered: number
  on: number
  away: number
  handed_over: number
  cancelled: number
}

/** The figures of a state in words. `share`: of those who came, how many were lost there; `much`: that is many. */
export interface Passage {
  shown: string
  told: string
  share: number
  much: boolean
}

export interface GraphEdge {
  from: string
  to: string
  label: string
  kind: 'condition' | 'default' | 'timeout' | 'error'
}

export interface Graph {
  states: GraphState[]
  edges: GraphEdge[]
}

export interface Names {
  states: string[]
  slots: string[]
  intents: string[]
}

export interface Dialogue {
  name: string
  /** Open: it was not played on this text. */
  state: 'open' | 'passed' | 'failed'
  /** The customer's line, from 1, at which something else came, and where that stands; 0 where all came as it should. */
  turn: number
  said: string
  problem: Problem
}

export interface Checked {
  problems: Problem[]
  /** null while the text can't be played. */
  dialogues: Dialogue[] | null
  /** null while the text is no YAML at all. */
  graph: Graph | null
  names: Names | null
}

/** The keys of each place of a definition, with a line about each; `types` are the values of `type` there. */
export interface Language {
  top: Record<string, string>
  state: Record<string, string>
  slot: Record<string, string>
  triggers: Record<string, string>
  intent: Record<string, string>
  choice: Record<string, string>
  transition: Record<string, string>
  kinds: Record<string, string>
  actions: Record<string, { about: string; params: Record<string, string> }>
}

export interface Mark {
  from: number
  to: number
  severity: 'error' | 'warning'
  message: string
  problem: Problem
}

export interface Placed {
  width: number
  height: number
  nodes: PlacedNode[]
  edges: PlacedEdge[]
}

export interface PlacedNode {
  state: GraphState
  x: number
  y: number
  width: number
  height: number
  title: string[]
  lines: string[]
}

export interface PlacedEdge {
  edge: GraphEdge
  points: { x: number; y: number }[]
  label?: { x: number; y: number; width: number; height: number; text: string }
}
