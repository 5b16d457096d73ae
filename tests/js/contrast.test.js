// A tenant's colour, corrected until it can be read.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { accents, contrast } from '../../static/chat/contrast.js'

const css = readFileSync(new URL('../../static/css/tokens.css', import.meta.url), 'utf8')

/** @param {string} name @returns {string[]} light, dark */
const token = (name) => (new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(css) ?? []).slice(1)

test('the ratio is WCAG’s', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21)
  assert.equal(Math.round(contrast('#777777', '#fff') * 100) / 100, 4.48)
})

test('any accent is readable on every surface of its mode, and so is the text on it', () => {
  const levels = ['00', '33', '66', '99', 'cc', 'ff']
  for (const r of levels) for (const g of levels) for (const b of levels) {
    const { light, dark, onLight, onDark } = accents(`#${r}${g}${b}`)
    for (const grey of ['grey-0', 'grey-1', 'grey-2']) {
      const [day, night] = token(grey)
      assert.ok(contrast(light, day) >= 4.5, `${light} on ${day}`)
      assert.ok(contrast(dark, night) >= 4.5, `${dark} on ${night}`)
    }
    assert.ok(contrast(onLight, light) >= 4.5 && contrast(onDark, dark) >= 4.5)
  }
})

test('a colour that is readable already stays', () => {
  assert.equal(accents('#1f5f4a').light, '#1f5f4a')
})

test('nonsense becomes our own colour', () => {
  assert.deepEqual(accents('red; background: url(x)'), accents())
  assert.match(accents().light, /^#[\da-f]{6}$/)
})

test('every colour of a meaning can be read on every surface', () => {
  for (const ink of ['grey-9', 'grey-6', 'amber', 'red', 'green', 'violet'])
    for (const mode of [0, 1])
      for (const grey of ['grey-0', 'grey-1', 'grey-2'])
        assert.ok(contrast(token(ink)[mode], token(grey)[mode]) >= 4.5, `${ink} on ${grey}, ${['light', 'dark'][mode]}: ${contrast(token(ink)[mode], token(grey)[mode])}`)
})
