// The shapes of PROTOCOL.md for the type checker; browsers never load this file.

export type Author = { kind: 'visitor' | 'bot' | 'agent' | 'system'; name: string; avatar?: string }
export type Source = { title: string; url?: string; article: number; passage: number; text?: string }
export type Button = { label: string; say: string }
/** A file of a message; `url` is on the tenant's host, for this reader, for some hours. */
export type Attachment = { id: string; name: string; type: string; size: number; width?: number; height?: number; url: string }
/** One thing to enter; what is entered into a sensitive one is shown masked from then on. */
export type Field = {
  name: string; label: string
  type: 'text' | 'number' | 'money' | 'date' | 'time' | 'datetime' | 'phone' | 'email' | 'id' | 'choice' | 'yes_no' | 'file'
  choices?: { label: string; value: string }[]; required?: boolean; value?: string | number | boolean; example?: string; sensitive?: boolean
}
/** Without fields: the id of the form that a message answers. */
export type Form = { id: string; fields?: Field[]; submit?: string }
export type Values = Record<string, string | number | boolean>
export type Owner = 'bot' | 'queue' | 'human'

export type Config = {
  name: string
  greeting: string
  theme: { accent?: string; position?: 'left' | 'right'; mode?: 'auto' | 'light' | 'dark' }
  locale: string
  hours?: Hours
  online: boolean
  /** What a customer to whom nobody is there may leave; '' is nothing. */
  leave?: '' | 'email' | 'phone'
  /** Agents read what is typed and not sent, and the customer is told so. */
  drafts?: boolean
  suggestions?: string[]
  /** Asked before the first message. */ first?: { fields: ('name' | 'email' | 'phone')[]; consent?: string; link?: string }
}
/**
 * Opening times in the shop's own time zone: week.mon = [['09:00', '18:00']]; an empty week is always open. `back`: while it is
 * closed, when it opens in words; the first whose `until` has not passed counts.
 */
export type Hours = { back?: { until: string; en: string; 'zh-hans': string }[]; timezone?: string; week?: Record<string, [string, string][]>; reply_minutes?: number }

export type Session = { token: string; visitor_id: string; expires_at: string; config: Config }

/** A place of a text, in Unicode characters, in which a rule put something else; `what`: the kind of thing that stood there. */
export type Covered = { start: number; end: number; rule?: string; what?: string }

export type MessageEvent = {
  type: 'message'; seq: number; at: string; author: Author; text: string; masked?: Covered[]
  /** Numbers of the messages that the bot answered while the customer waited for a person. */ meanwhile?: number[]
  client_id?: string; sources?: Source[]; buttons?: Button[]; attachments?: Attachment[]; turn?: string
  form?: Form; progress?: { step: number; of: number }
  /** The seq of the message that it answers. */ reply_to?: number
  /** Of the bot's: the language it speaks with this customer. */ language?: string
  /** Of the bot's: a greeting, or what happens next, and nothing that could be right or wrong. */ courtesy?: boolean
}
export type OwnerEvent = {
  type: 'owner'; seq: number; at: string; owner: Owner
  agent?: { name: string; avatar?: string }; position?: number; wait_seconds?: number; online?: boolean
  /** Nobody is there, and an address to answer to is known. */
  left?: boolean
}
export type RatedEvent = { type: 'rated'; seq: number; at: string; of?: number; score: number; reason?: string; comment?: string }
export type ClosedEvent = { type: 'closed'; seq: number; at: string; reason?: string }
export type NoteEvent = { type: 'note'; seq: number; at: string; author: Author; text: string; attachments?: Attachment[] }
export type Numbered = MessageEvent | OwnerEvent | RatedEvent | ClosedEvent | NoteEvent

export type Welcome = {
  type: 'welcome'; conversation: string; seq: number; owner: Owner; config: Config
  partial?: { turn: string; text: string }
}
export type ErrorFrame = { type: 'error'; code: string; message: string; client_id?: string; retry_after?: number }
export type Frame =
  | Numbered | Welcome | ErrorFrame
  | { type: 'ack'; client_id: string; seq: number; at: string }
  | { type: 'delta'; turn: string; at: number; text: string }
  | { type: 'turn'; turn: string; state: 'thinking' | 'writing' | 'done' | 'cancelled' | 'failed' }
  | { type: 'typing'; who: string; on: boolean }
  | { type: 'read'; who: string; seq: number }
  | { type: 'pong'; seq: number }

export type Mark = 'sending' | 'sent' | 'read' | 'failed'

/** What <chat-thread> draws: one object a row, replaced (never changed) when something about it changes. */
export type MessageEntry = Omit<MessageEvent, 'type' | 'seq'> & {
  kind: 'message'; key: string; seq?: number; mark?: Mark; error?: string; score?: number; streaming?: boolean
  /** What became of it by another channel, for the console. */
  carried?: { state: string; error?: string; checks?: string; cut?: boolean }
  /** What a rule wants before it goes: `confirm`, or other words (`filtered`). */ ask?: 'confirm' | 'filtered'
  /** What was masked can be opened here, and is. */ opens?: boolean; opened?: boolean
}
export type OwnerEntry = Omit<OwnerEvent, 'type'> & { kind: 'owner'; key: string; before: Owner }
export type ClosedEntry = Omit<ClosedEvent, 'type'> & { kind: 'closed'; key: string }
export type NoteEntry = Omit<NoteEvent, 'type'> & { kind: 'note'; key: string }
export type Entry = MessageEntry | OwnerEntry | ClosedEntry | NoteEntry

/** What one of ours is made of; with `values` it answers the form. A `secret` one is not kept where another page could read it. */
export type Own = { client_id: string; text: string; at: string; attachments?: Attachment[]; form?: Form; values?: Values; secret?: boolean; reply_to?: number }
/** A message of ours that the server has not yet shown back to us. */
export type Unsent = Own & { conversation: string; state: Mark; error?: string; ask?: MessageEntry['ask']; confirmed?: boolean }

/** A browser's memory by name; `like` is a value of the shape that is expected (storage.js). */
export type Shelf = { get: (name: string, like: any) => any; set: (name: string, value: unknown) => void }

/** A customer's token; `fresh` when the last one was turned down. */
export type Token = (fresh: boolean) => Promise<string>
/** Where files go up. `fresh` when the last headers were turned down. */
export type Dock = { url: string; headers: (fresh: boolean) => Promise<Record<string, string>> }
/** A file on its way up: `part` of it is there, 0 to 1; `error` is a sentence. */
export type Upload = {
  file: File; state: 'waiting' | 'going' | 'done' | 'lost' | 'refused'; part: number; error: string
  attachment?: Attachment; request?: XMLHttpRequest
}

/** `more` brings what is only said after the first open. */
export type Words = ((key: string, values?: Record<string, string | number>) => string) & { locale: string; more: () => Promise<void> }

/** What one message is drawn with: the words of a language, who “me” is, and how its events leave. */
export type Context = { words: Words; me: string; emit: (name: string, detail: object) => void }

export type Socket = { readyState: number; send: (text: string) => void; close: (code?: number) => void; onopen: any; onmessage: any; onclose: any }
export type LineState = 'idle' | 'connecting' | 'online' | 'waiting' | 'refused'
/** What a connection is made of. */
export type Line = {
  transcript: import('./transcript.js').Transcript
  /** Asks for a token; `fresh` when the last one was turned down. */
  session: (fresh: boolean) => Promise<Session>
  open: () => Socket
  /** After each frame taken in and each change of state. */
  changed?: (frame?: Frame) => void
  random?: () => number
  later?: (run: () => void, ms: number) => any
  never?: (timer: any) => void
}

/** What the loader hands to the panel. */
export type Embed = {
  base: string; key: string; asked: Record<string, string | undefined>; kept: { identity?: { email?: string }; claims?: Record<string, unknown>; page: () => object }
  host: HTMLElement; root: ShadowRoot; launcher: HTMLElement; badge: HTMLElement
  wear: (look: object) => void; emit: (event: string, detail?: unknown) => void
  /** Another one has taken this one's place. */ gone: AbortSignal
}

/** What the customer's talk is told by the page, and whom it tells. */
export type Door = Pick<Embed, 'base' | 'key' | 'kept' | 'gone' | 'root'> & {
  changed: () => void
  configured: (config: Config) => void
  /** A message of the others that was not there when we came. */
  news: (message: MessageEvent) => void
  /** Something other than a message was turned down. */
  refused: () => void
}
