// What a page that embeds the chat pays before anybody opens it. What it pays later, minified, is weighed in tests/widget.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

/** @param {string} name */
const weight = (name) => gzipSync(readFileSync(new URL(`../../static/${name}`, import.meta.url)), { level: 9 }).length

test('the loader stays under 4 KB as it is written', () => {
  assert.ok(weight('widget/loader.js') < 4096, String(weight('widget/loader.js')))
})
