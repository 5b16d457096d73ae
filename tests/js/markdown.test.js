// Markdown becomes nodes: what it shows, and that nothing else can happen.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dom } from './page.js'

dom()
const { blocks, draw, plain } = await import('../../static/chat/markdown.js')

/** @param {string} text @param {(n: number) => any} [cite] */
function html(text, cite) {
  const box = document.createElement('div')
  box.append(...blocks(text).map((block) => draw(block, cite)))
  return box.innerHTML
}

/** @param {string} text @param {string} expected */
const shows = (text, expected) => assert.equal(html(text), expected)

test('words', () => {
  shows('plain', '<p>plain</p>')
  shows('**bold** and *italics* and `co*de*` and ~~old~~', '<p><strong>bold</strong> and <em>italics</em> and <code>co*de*</code> and <s>old</s></p>')
  shows('**重要：**请在7天内申请', '<p><strong>重要：</strong>请在7天内申请</p>')
  shows('**bold *both***', '<p><strong>bold <em>both</em></strong></p>')
  shows('snake_case_name and 2 * 3 * 4', '<p>snake_case_name and 2 * 3 * 4</p>')
  shows('\\*not\\*', '<p>*not*</p>')
})

test('blocks', () => {
  shows('# Title\ntext\nmore', '<p class="heading">Title</p><p>text\nmore</p>')
  shows('- one\n- two\n  - deep\n\nafter', '<ul><li>one</li><li>two<ul><li>deep</li></ul></li></ul><p>after</p>')
  shows('3. three\n4. four', '<ol start="3"><li>three</li><li>four</li></ol>')
  shows('1. one\n\n2. two', '<ol start="1"><li>one</li><li>two</li></ol>')
  shows('> said\n> so', '<blockquote><p>said\nso</p></blockquote>')
  shows('```js\nlet a = "<b>"\n```', '<pre tabindex="0"><code>let a = "&lt;b&gt;"</code></pre>')
  shows('```\nstill open', '<pre tabindex="0"><code>still open</code></pre>')
  shows('a | b\n--- | ---\n1 | 2', '<div role="group" class="table" tabindex="0"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>'.replace('role="group" class="table" tabindex="0"', 'class="table" tabindex="0" role="group"'))
})

const LINK = (/** @type {string} */ href, /** @type {string} */ text) => `<a href="${href}" target="_blank" rel="noopener noreferrer">${text}</a>`

test('links go to http, https, mailto and tel only', () => {
  shows('[a](https://x.example/a?b=c)', `<p>${LINK('https://x.example/a?b=c', 'a')}</p>`)
  shows('[call](tel:+4912345)', `<p>${LINK('tel:+4912345', 'call')}</p>`)
  shows('help@acme.example', `<p>${LINK('mailto:help@acme.example', 'help@acme.example')}</p>`)
  shows('请看https://a.example/x，谢谢', `<p>请看${LINK('https://a.example/x', 'a.example/x')}，谢谢</p>`)
  shows('(https://a.example/x).', `<p>(${LINK('https://a.example/x', 'a.example/x')}).</p>`)
  for (const bad of ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', '\u0001javascript:alert(1)', 'data:text/html,x', 'vbscript:x', '//evil.example', '/local', 'java\tscript:alert(1)'])
    assert.doesNotMatch(html(`[x](${bad})`), /<a|href/, bad)
})

test('pictures are not fetched', () => {
  shows('![map](https://x.example/m.png)', `<p>${LINK('https://x.example/m.png', 'map')}</p>`)
})

test('markup is text', () => {
  for (const text of ['<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '**<b onclick=x>**', '[<svg onload=x>](https://a.example)', '`<iframe>`', '| <u> |\n|---|\n| <i> |']) {
    const box = document.createElement('div')
    box.append(...blocks(text).map((block) => draw(block)))
    assert.equal(box.querySelectorAll('img, script, svg, iframe, b, u, i').length, 0, text)
  }
})

test('a source number is drawn by whoever knows the sources', () => {
  assert.equal(html('So it is [1][9].', (n) => (n === 1 ? document.createElement('sup') : null)), '<p>So it is <sup></sup>[9].</p>')
})

test('a streaming answer changes only its last block', () => {
  const whole = '# A\n\nfirst **bold**\n\n1. one\n2. two\n\nlast words here'
  let before = /** @type {string[]} */ ([])
  for (let at = 1; at <= whole.length; at++) {
    const now = blocks(whole.slice(0, at))
    assert.deepEqual(now.slice(0, before.length - 1), before.slice(0, -1))
    before = now
  }
})

test('what a customer wrote stays as it is', () => {
  assert.equal(plain('**no** <b> https://a.example.').innerHTML, `**no** &lt;b&gt; ${LINK('https://a.example/', 'a.example')}.`)
})

test('10,000 characters made to be slow are not', () => {
  for (const piece of ['*', '**a', '[', '[a](', '`', '> ', '- ', '_a', '~~', '| ', '![', '\\', 'https://', '1. ', '  - a\n', '**_~~', 'a@a.']) {
    const began = performance.now()
    html(piece.repeat(10_000 / piece.length))
    assert.ok(performance.now() - began < 1500, `${piece} took ${Math.round(performance.now() - began)} ms`)
  }
})
