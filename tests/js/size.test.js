// What a page that embeds the chat pays before anybody opens it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

/** @param {string} name */
const weight = (name) => gzipSync(readFileSync(new URL(`../../static/${name}`, import.meta.url)), { level: 9 }).length

test('the loader, and what it may bring before the first open, stay under 4 KB', () => {
  assert.ok(weight('widget/loader.js') + weight('chat/contrast.js') < 4096, `${weight('widget/loader.js')} + ${weight('chat/contrast.js')}`)
})
