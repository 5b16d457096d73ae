// The agent's frames for the type checker (PROTOCOL.md, "Agent's door"); browsers never load this file.

import type { Attachment, Covered, ErrorFrame, Frame, Owner, Source } from '../chat/wire'

export type Presence = 'online' | 'away' | 'offline'
/** Members have UUIDs, teams numbers. */
export type Id = string | number
export type Person = { id: Id; name: string }
export type Member = Person & { role: string; presence: Presence }
/** `members`: ids of those in it. */
export type Team = Person & { members?: string[] }
export type Canned = { id: number; shortcut: string; title: string; text: string; scope: string }

export type Macro = { id: number; shortcut: string; title: string; steps: string[]; scope: string }
/** Each part a text as in an address; absent means any (filters.py, filter.js). */
export type Filter = { team?: string; agent?: string; tag?: string; priority?: string; language?: string; reason?: string; days?: string }
export type SavedView = { id: number; name: string; view: View; filter: Filter; shared: boolean }
export type Refusal = { conversation: string; name: string; message: string }

export type Row = {
  conversation: string
  visitor: { id: string | number; name: string; email: string; language: string; blocked: boolean; number?: number; place?: string; device?: string }
  owner: Owner; assignee: Person | null; team: Person | null
  last: { author: string; text: string; at: string } | null
  /** The customer's last words, where `last` is somebody else's. */ asked?: { author: string; text: string; at: string } | null
  opened_at: string; seq: number; read: number; waiting_since: string | null; due_at?: string | null; left_at?: string | null
  state: 'open' | 'snoozed' | 'resolved'; snoozed_until: string | null
  tags: string[]; priority: number; reason: string
  handover: { id: string | number; state: string; offered_to: Person | null; expires_at: string | null } | null
  mine: boolean
  /** A colleague called us here: the newest time, in whose words; `mention`: by name at least once. */
  called?: { kind: 'mention' | 'transfer'; read: boolean; mention: boolean; by: string; text: string; at: string }
}

/** What a search found in a conversation: the words in parts, and whether they answer it. */
export type Part = [string, boolean]
export type Hit = { seq: number; by: string; at: string; parts: Part[] }
export type Found = { hits: Hit[]; named?: Part[] }

export type Summary = { asked?: string; messages?: string[]; files?: string[]; said?: string; why?: string; upset?: boolean; tried?: unknown; found?: unknown[]; slots?: Record<string, unknown>; flow?: string; state?: string }
/** Whether the customer is there; `at`: when they were last. */
export type Seen = { here: boolean; at: string | null }
/** `state`: waiting, going, sent, bounced, failed, needless (read in the chat). */
/** `came`: what the customer wrote by mail; `checks`: what was found of its sender; `cut`: there is more of it. */
export type Mailed = { seqs: number[]; state: string; error?: string; checks?: string; cut?: boolean }
export type Offer = { handover: string | number; conversation: string; expires_at: string; summary: Summary | null }
export type Past = { conversation: string; opened_at: string; last: string | { text: string } }
/** Where they are, with what, and what the page's script says of them: nobody vouches for claims. */
export type Whereabouts = { page?: { url?: string; title?: string; referrer?: string }; device?: string; claims?: Record<string, unknown> }
export type Alike = { id: string; name: string; email: string; vouched: boolean; first_seen: string; conversations: number }
export type Customer = Record<string, unknown> & Whereabouts & {
  id?: string | number; name?: string; email?: string; language?: string; user_id?: string | null; notes?: string
  phone?: string; vouched?: string[]; signed?: Record<string, unknown>; blocked?: boolean; attributes?: Record<string, unknown>; past?: Past[]; alike?: Alike[]; merged?: { name: string; by: string; at: string }[]
}
export type Rewritten = { conversation: string; client_id: string; text: string; how: string; model: string }
export type TurnTrace = { id: string; question: number | string; state: string; tier: number | string | null; cause: string | null; trace: { title: string; text: string; ms: number }[] }
/** `typed`: as somebody would type it, nothing where it is sensitive; `shown`: as people read it, masked where it is. */
export type FlowSlot = { name: string; label: string; kind: string; sensitive: boolean; asked: boolean; shown: string; typed: string; choices: { value: string; label: string }[] }
/** `gone`: with the release that had it. `others`: flows that wait for the end of this one. */
export type FlowAt = {
  flow: string; title: string; state: string; state_title: string; states: { name: string; title: string }[]; slots: FlowSlot[]
  waits: string; paused: boolean; since: string; others: string[]; gone: boolean
}
export type FlowCard = { at: FlowAt | null; flows: { name: string; title: string }[]; tickets: { reference: string; subject: string }[] }
/** What a flow asks a colleague; sensitive values are masked. `choices`: a label is missing where it is yes or no. */
export type Asked = {
  decision: string; conversation: string; visitor: string; team: string; asked_at: string; due_at: string; question: string; flow: string; state: string
  label: string; kind: string; choices: { value: string; label: string }[]; fields: { name: string; label: string; shown: string; sensitive: boolean }[]
}
/** `how`: answered, late, dropped; `by`: who answered. */
export type Ended = { decision: string; how: string; by: string }
export type Suggestion = { conversation: string; text: string; sources: Source[]; tier: number | string | null }

export type Welcome = {
  type: 'welcome'; me: Person & { role: string }; presence: Presence; sound?: boolean | null; n: number; rows: Row[]
  members: Member[]; teams: Team[]; canned: Canned[]; macros?: Macro[]; views?: SavedView[]
  settings: { offer_seconds: number; target_seconds: number }; site: { name: string; language: string; timezone?: string; origins?: string[] }
}
export type Opened = {
  type: 'opened'; conversation: string; seq: number; row: Row; customer: Customer; summary: Summary | null
  turns: TurnTrace[]; viewers: Person[]
  partial?: { turn: string; text: string }; flow?: FlowCard; seen?: Seen; mail?: { to: string; mailed: Mailed[] }
}

/** A frame of the customer's vocabulary with the conversation it belongs to. */
export type Told = Exclude<Frame, { type: 'welcome' } | ErrorFrame | { type: 'pong' } | { type: 'typing' }> & { conversation: string }

export type AgentFrame =
  | Welcome | Opened | Told
  | { type: 'me'; me: Person & { role: string } }
  | { type: 'inbox'; n: number; rows: Row[]; whole?: boolean }
  | ({ type: 'offer' } & Offer)
  | { type: 'claimed'; handover: string | number | null; conversation: string; by: Person; from?: Person }
  | { type: 'withdrawn'; handover: string | number; conversation: string }
  | { type: 'viewing'; conversation: string; who: Person[] }
  | ({ type: 'suggestion' } & Suggestion)
  | ({ type: 'flow'; conversation: string; client_id?: string } & Omit<FlowCard, 'flows'>)
  | { type: 'decisions'; decisions: Asked[]; ended: Ended[] } | { type: 'decided'; decision: string; client_id: string }
  | { type: 'amended'; conversation: string; seq: number; text: string; masked: Covered[] }
  | { type: 'original'; conversation: string; seq: number; text: string }
  | { type: 'revealed'; conversation: string; slot: string; shown: string }
  | { type: 'presence'; member: Id; state: Presence }
  | { type: 'mention'; conversation: string; by: Person; text: string }
  | { type: 'customer'; conversation: string; customer: Customer }
  | ({ type: 'whereabouts'; conversation: string; visitor: string } & Whereabouts)
  | ({ type: 'seen'; conversation: string } & Seen) | ({ type: 'mailed'; conversation: string } & Mailed)
  | ({ type: 'rewritten' } & Rewritten)
  | { type: 'macro_done'; conversation: string; client_id: string; title: string; did: string[] }
  | { type: 'bulk_done'; client_id: string; verb: string; done: string[]; refused: Refusal[] }
  | { type: 'merged'; kept: string; gone: string; moved: string[] }
  | { type: 'views'; views: SavedView[] } | { type: 'views_changed' } | { type: 'sound'; on: boolean } | { type: 'language'; language: string }
  | { type: 'texts'; canned: Canned[]; macros: Macro[] } | { type: 'texts_changed' }
  | { type: 'taught'; conversation: string; article: string }
  | { type: 'typing'; conversation: string; who: string; name?: string; on: boolean; draft?: string }
  | (ErrorFrame & { conversation?: string })
  | { type: 'pong'; n: number }

export type View = 'mine' | 'unassigned' | 'all' | 'waiting' | 'owed' | 'mentions' | 'resolved' | 'snoozed'
export type Mode = 'say' | 'note'
/** What a message of ours needs to be sent again. */
export type Kept = { client_id: string; conversation: string; text: string; at: string; kind: Mode; attachments?: Attachment[] }
