// The golden examples of tests/wire, by name.

import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../wire/', import.meta.url)

/** @type {Record<string, any>} */
export const golden = Object.fromEntries(readdirSync(folder).filter((name) => name.endsWith('.json'))
  .map((name) => [name.slice(0, -5), JSON.parse(readFileSync(new URL(name, folder), 'utf8'))]))

/** @param {number} seq @param {object} [more] @returns {any} */
export const message = (seq, more) => ({ type: 'message', seq, at: `2026-11-21T09:30:${String(seq % 60).padStart(2, '0')}Z`, author: { kind: 'bot', name: 'Acme assistant' }, text: `answer ${seq}`, ...more })

/** @param {number} seq @param {object} [more] @returns {any} */
export const welcome = (seq, more) => ({ type: 'welcome', conversation: 'c1', seq, owner: 'bot', config: golden.session.config, ...more })
