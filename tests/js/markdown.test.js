// Markdown becomes nodes: what it shows, and that nothing else can happen.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dom } from './page.js'

dom()
const { bare, blocks, draw } = await import('../../static/chat/markdown.js')
const { plain } = await import('../../static/chat/links.js')

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

test('tables as other programs write them', () => {
  const table = (/** @type {string} */ head, /** @type {string} */ body) => `<div class="table" tabindex="0" role="group"><table>${head && `<thead><tr>${head}</tr></thead>`}<tbody>${body}</tbody></table></div>`
  shows('| a | b |\n|---|---|\n| one<br>two<BR />three | x\\|y |', table('<th>a</th><th>b</th>', '<tr><td>one<br>two<br>three</td><td>x|y</td></tr>'))
  shows('Sizes:\n| S | 36 |\n| M | 38 |\n\nafter', `<p>Sizes:</p>${table('', '<tr><td>S</td><td>36</td></tr><tr><td>M</td><td>38</td></tr>')}<p>after</p>`)
  shows('- item\n  | a | b |\n  |---|---|\n  | 1 | 2 |', `<ul><li>item${table('<th>a</th><th>b</th>', '<tr><td>1</td><td>2</td></tr>')}</li></ul>`)
  shows('| alone |', '<p>| alone |</p>')
  shows('`a<br>b`', '<p><code>a&lt;br&gt;b</code></p>')
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
  assert.equal(plain('**no** <b> https://a.example.').innerHTML, `**no** &lt;b&gt; ${LINK('https://a.example/', 'https://a.example')}.`)
  assert.equal(plain('  two  spaces\n> 5 *x* ~~y~~ `z` [1] # no').textContent, '  two  spaces\n> 5 *x* ~~y~~ `z` [1] # no')
})

test('a sign that may be meant as one is kept', () => {
  for (const text of [
    '40*30*20 cm', '5*3*2', '5*6*78', '2**3 = 8, 3**2 = 9', 'L*W*H', '长*宽*高', '40cm*30cm*20cm', 'a * b * c', '49 kr*, 129 kr*', '49元*，129元*', 'kr*. Neu kr*', '(49*) oder (59*)', '138****5678', '**** **** **** 1234',
    'Mon~~Fri 8~~16', '周一~~周五，周六~~周日', '100~200元，3~5天', '~~~not~~~', '8~~16 Uhr, 9~~12 Uhr', '> 9000 kr', '>= 5 kg', '>5kg', '> $100', '> USD 20', '> 500元', '> -5 °C', '>_<',
    '3. Dezember', '2026. ', '2026. gada', '24. und 31. geschlossen', 'Lieferung am\n3. Dezember', '- 20 °C', '+ 47 913 37 042', '#1 choice', '#客服', 'C# und F#', 'snake_case_name', '__a', 'a | b', 'a | b | c\n--- | ---', 'f[0](5)', 'x[a](b)', '[ ] offen', 'a\nb\n3) c', '订单_号_码',
  ]) assert.equal(html(text).replace(/<[^>]+>/g, '').replaceAll('&gt;', '>').replaceAll('&lt;', '<'), text, text)
  shows('# C#', '<p class="heading">C#</p>')
  shows('# Title #', '<p class="heading">Title</p>')
})

test('and what is marked is drawn, also where words are not parted by spaces', () => {
  const strong = (/** @type {string} */ inner) => `<strong>${inner}</strong>`
  shows('这是**重点**内容', `<p>这是${strong('重点')}内容</p>`)
  shows('**注意：**请', `<p>${strong('注意：')}请</p>`)
  shows('共**100**元', `<p>共${strong('100')}元</p>`)
  shows('读**《手册》**吧，**“好”**的', `<p>读${strong('《手册》')}吧，${strong('“好”')}的</p>`)
  shows('**（重要）**请看', `<p>${strong('（重要）')}请看</p>`)
  shows('これは**「重要」**です。', `<p>これは${strong('「重要」')}です。</p>`)
  shows('**굵게**는', `<p>${strong('굵게')}는</p>`)
  shows('*a* **b** ***c***', `<p><em>a</em> ${strong('b')} <em>${strong('c')}</em></p>`)
  shows('**bold *in* bold** *it **bo** it*', `<p>${strong('bold <em>in</em> bold')} <em>it ${strong('bo')} it</em></p>`)
  shows('**foo bar ** no', '<p>**foo bar ** no</p>')
  shows('foo-_(bar)_', '<p>foo-<em>(bar)</em></p>')
  shows('~~Hi~~ Hello', '<p><s>Hi</s> Hello</p>')
  shows('``a`b`` `c', '<p><code>a`b</code> `c</p>')
  shows('**[a](https://x.example/a_b)** **https://x.example/y**', `<p>${strong(LINK('https://x.example/a_b', 'a'))} ${strong(LINK('https://x.example/y', 'x.example/y'))}</p>`)
  shows('[Lieferung](/versand)', '<p>Lieferung</p>')
  shows('> 1. one\n> 2. two', '<blockquote><ol start="1"><li>one</li><li>two</li></ol></blockquote>')
  shows('> said\n> 9000 kr', '<blockquote><p>said\n9000 kr</p></blockquote>')
  shows('- 3 Stück\n- 5 Stück', '<ul><li>3 Stück</li><li>5 Stück</li></ul>')
  shows('````\n```\n````', '<pre tabindex="0"><code>```</code></pre>')
  assert.match(html('a | b\n--- | ---\n1 \\| 2 | 3 | 4'), /<td>1 \| 2<\/td><td>3<\/td><td>4<\/td>/)
})

test('an address ends where the sentence goes on', () => {
  const cases = {
    'https://a.example/x”': 'https://a.example/x', '「https://a.example/x」': 'https://a.example/x', '『https://a.example』': 'https://a.example', '《https://a.example/x》': 'https://a.example/x', 'https://a.example/x……': 'https://a.example/x', 'https://a.example/x——看': 'https://a.example/x', '[https://a.example/x]': 'https://a.example/x', '（https://a.example/x）': 'https://a.example/x', 'https://a.example。': 'https://a.example',
    'https://a.exampleを見る': 'https://a.example', 'https://a.example에서': 'https://a.example', 'https://a.example请看': 'https://a.example', 'https://a.example/x谢谢': 'https://a.example/x', '(https://a.example/w_(x))': 'https://a.example/w_(x)', 'https://a.example/?a[]=1&b=2.': 'https://a.example/?a[]=1&b=2', 'https://a.example/x?!': 'https://a.example/x', "'https://a.example/x'": 'https://a.example/x',
    'see www.a.example/x, ok': 'www.a.example/x', '请看www.a.example吧': 'www.a.example', 'http://商店.test请': 'http://商店.test请', 'http://商店.test/a 请': 'http://商店.test/a', 'https://müller.example/ä': 'https://müller.example/ä', 'http://localhost:8000/x': 'http://localhost:8000/x', 'http://3号店.test': 'http://3号店.test', 'https://例え.テスト/': 'https://例え.テスト/',
    '写到help@a.example。': 'help@a.example', 'https://a.example/x_': 'https://a.example/x_', 'HTTPS://A.EXAMPLE/x': 'HTTPS://A.EXAMPLE/x', 'http://[::1]:8000/x.': 'http://[::1]:8000/x', '“https://a.example/x”': 'https://a.example/x', 'https://a.example/x…': 'https://a.example/x', 'https://a.example,https://b.example': 'https://a.example',
  }
  cases['http://商店.test请'] = 'http://商店.test'
  for (const [text, url] of Object.entries(cases)) {
    assert.equal(plain(text).querySelector('a')?.textContent, url, text)
    assert.equal(plain(text).textContent, text)
  }
  assert.equal(plain('http://商店.test').querySelector('a')?.href, 'http://xn--czrs0t.test/')
  assert.equal(plain('www.a.example').querySelector('a')?.href, 'http://www.a.example/')
  for (const text of ['www.x', 'xwww.a.example', 'javascript:alert(1)', 'http://', 'a@b', 'https:// x']) assert.equal(plain(text).querySelector('a'), null, text)
})

test('plain words of what is marked', () => {
  assert.equal(bare('# Hi\n- **a** [b](https://x.example/) 40*30*20\nhttps://y.example/z'), 'Hi\n- a b (https://x.example/) 40*30*20\ny.example/z')
})

test('marks within marks end at some depth, and nothing is lost there', () => {
  const text = '*a '.repeat(1500) + 'x' + ' a*'.repeat(1500)
  const drawn = draw(text)
  assert.equal(drawn.textContent.replaceAll('*', ''), text.replaceAll('*', ''))
  let depth = 0
  for (let node = drawn.querySelector('em'); node; node = node.querySelector('em')) depth++
  assert.ok(depth <= 6, String(depth))
})

test('10,000 characters made to be slow are not', () => {
  for (const piece of ['*', '**a', '[', '[a](', '`', '> ', '- ', '_a', '~~', '| ', '![', '\\', 'https://', '1. ', '  - a\n', '**_~~', 'a@a.', '*a ', ' a*', '**a* ', '_a_*b*', '~~a ', '`a``b', 'www.', 'www.a.', 'http://a', 'http://商', '[a](b', '![a](', '<https://', '1. a\n', '- 1\n', '> 1 ', '> a\n', '|a|\n|-|\n', '# ', '~~~\n', '\u201c**', 'a.b@', '*一', '**一、']) {
    const began = process.cpuUsage()
    html(piece.repeat(10_000 / piece.length))
    plain(piece.repeat(10_000 / piece.length))
    const took = process.cpuUsage(began).user / 1000
    assert.ok(took < 1500, `${piece} took ${Math.round(took)} ms of a core`)
  }
})
