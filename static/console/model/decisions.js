// What flows ask colleagues: the questions that this agent may answer, what is new among them, how others ended. Pure.

/** @import { AgentFrame, Asked, Ended } from '../wire' */

export class Decisions {
  /** The most pressing first. @type {Asked[]} */ open = []
  /** What the last frame brought. @type {Asked[]} */ news = []
  /** What it took, with how it ended. @type {(Asked & Ended)[]} */ ended = []
  /** The card that is to have the keyboard once it is drawn. */ reach = ''
  /** Answers that are typed and not yet given, by question. @type {Map<string, string>} */ drafts = new Map()
  /** Asked of us before, also before the line broke. */ #known = new Set()

  /** @param {AgentFrame & {type: 'decisions'}} frame */
  take({ decisions, ended }) {
    const before = this.open
    this.open = decisions
    this.news = decisions.filter(({ decision }) => !this.#known.has(decision))
    this.ended = ended.flatMap((end) => before.filter(({ decision }) => decision === end.decision).map((one) => ({ ...one, ...end })))
    for (const { decision } of decisions) this.#known.add(decision)
    for (const decision of this.drafts.keys()) if (!decisions.some((one) => one.decision === decision)) this.drafts.delete(decision)
  }

  /** @param {string} conversation */
  of(conversation) {
    return this.open.find((one) => one.conversation === conversation)
  }

  /** The one to look at: the most pressing, or the one after that which is looked at. @param {string} conversation */
  next(conversation) {
    return this.open[(this.open.findIndex((one) => one.conversation === conversation) + 1) % this.open.length]
  }
}

/** What is left of its time. @param {Asked} asked @param {number} now ms @returns {{seconds: number, level: 'calm' | 'soon' | 'late'}} */
export function left({ asked_at, due_at }, now) {
  const due = Date.parse(due_at), seconds = Math.max(0, Math.ceil((due - now) / 1000)), whole = (due - Date.parse(asked_at)) / 1000
  return { seconds, level: seconds < Math.min(60, whole / 4) ? 'late' : seconds < whole / 2 ? 'soon' : 'calm' }
}

/** What the answer is chosen from, if it is. @param {Asked} asked @param {(key: string) => string} words */
export const choices = ({ choices }, words) => choices.map(({ value, label }) => ({ value, label: label || words(value) }))
