// A conversation as plain text, for the customer to keep.

import { line, ownerLine } from './words.js'

/** @import { Entry, Words } from './wire' */

/** @param {Entry[]} entries @param {Words} words @param {string} name */
export function asText(entries, words, name) {
  const clock = new Intl.DateTimeFormat(words.locale, { dateStyle: 'medium', timeStyle: 'short' })
  return entries.map((entry) => {
    const at = entry.at ? `[${clock.format(new Date(entry.at))}] ` : ''
    if (entry.kind === 'owner') return at + ownerLine(entry, words)
    if (entry.kind !== 'message') return at + words('ended')
    const { kind, name: own } = entry.author
    const who = kind === 'visitor' ? words('you') : own || name
    const sources = entry.sources?.map(({ title, url }, n) => `\n  [${n + 1}] ${title}${url ? ' ' + url : ''}`).join('') ?? ''
    const bot = kind === 'bot' ? words('in_brackets', { text: words('bot') }) : ''
    return `${at}${who}${bot}${words('colon')}${line(entry, words)}${sources}`
  }).join('\n\n') + '\n'
}

/** @param {Entry[]} entries @param {Words} words @param {string} name */
export function download(entries, words, name) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([asText(entries, words, name)], { type: 'text/plain' }))
  link.download = `${name} ${new Date().toISOString().slice(0, 10)}.txt`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
