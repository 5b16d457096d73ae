// Which key means what. Pure: the page hands in the event's facts and gets a command's name.

/** @typedef {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, shiftKey?: boolean, isComposing?: boolean}} Press */
/** @typedef {{writing: boolean, offered: boolean, dialog: boolean}} Where  writing: in a field */

/** Command → key, as the sheet shows it. @type {Record<string, string>} */
export const KEYS = {
  next: 'j', previous: 'k', search: '/', reply: 'r', note: 'n', transfer: 't', resolve: 'e', reopen: 'u', claim: 'a', snooze: 's',
  tags: 'l', priority: 'p', suggest: 'b', wrong: 'w', teach: 'y', ticket: 'c', customer: 'i', block: 'z', sheet: '?', palette: 'Mod+k',
  macro: 'q', rewrite: 'g', understand: 'v', whisper: 'h', filter: 'f', mark: 'x', bulk: 'd',
  mine: '1', unassigned: '2', waiting: '3', all: '4', snoozed: '5', resolved: '6', decisions: '7', owed: '8', mentions: '9', presence: 'o', alerts: 'm',
  accept: 'Enter', decline: 'Escape', send_resolve: 'Mod+Enter',
}

const BY_KEY = new Map(Object.entries(KEYS).filter(([, key]) => !key.includes('+') && key.length === 1).map(([command, key]) => [key, command]))

/** @param {Press} press @param {Where} where @returns {string | null} */
export function commandOf(press, { writing, offered, dialog }) {
  const { key, isComposing } = press
  if (isComposing) return null
  if ((press.ctrlKey || press.metaKey) && !press.altKey) {
    if (key.toLowerCase() === 'k' && !press.shiftKey) return 'palette'
    return null
  }
  if (press.altKey || dialog) return null
  if (offered && key === 'Enter' && !writing) return 'accept'
  if (key === 'Escape') return writing ? 'leave' : offered ? 'decline' : 'back'
  if (writing) return null
  return BY_KEY.get(key) ?? null
}

/** The key as this machine names it. @param {string} command @param {boolean} mac */
export function keyOf(command, mac) {
  const key = KEYS[command]
  if (!key) return ''
  return key.replace('Mod+', mac ? '⌘' : 'Ctrl ').replace('Enter', '↵').replace('Escape', 'Esc').replace(/^([a-z])$|(?<=[⌘ ])k$/, (letter) => letter.toUpperCase())
}
