import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Later } from '../../static/widget/later.js'

const soon = (/** @type {number} */ ms) => new Date(Date.now() + ms).toISOString()
const back = [{ until: soon(-1), en: 'old', 'zh-hans': '旧' }, { until: soon(60_000), en: '09:00 tomorrow', 'zh-hans': '明天 09:00' }, { until: soon(120_000), en: '09:00 today', 'zh-hans': '今天 09:00' }]
const later = (/** @type {any} */ config) => new Later(/** @type {any} */ ({}), /** @type {any} */ ({ config }), () => {})

test('when people are back is what the server says, as long as it is true', () => {
  const en = /** @type {any} */ ({ locale: 'en' }), zh = /** @type {any} */ ({ locale: 'zh-CN' })
  assert.equal(later({ online: false, hours: { back } }).back(en), '09:00 tomorrow')
  assert.equal(later({ online: false, hours: { back } }).back(zh), '明天 09:00')
  assert.equal(later({ online: true, hours: { back } }).back(en), '')
  assert.equal(later({ online: false, hours: { back: back.slice(0, 1) } }).back(en), '')
  assert.equal(later({ online: false, hours: {} }).back(en), '')
  assert.equal(later(undefined).back(en), '')
})
