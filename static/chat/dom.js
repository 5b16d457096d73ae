// Making nodes without markup: text can only ever become text. And the styles that they wear.

/**
 * h('button.quiet', { type: 'button', 'aria-label': '…', onclick }, 'text', node)
 * @param {string} name tag and classes @param {Record<string, any>} [props] @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export function h(name, props = {}, ...children) {
  const [tag, ...classes] = name.split('.')
  const node = /** @type {any} */ (document.createElement(tag))
  if (classes.length) node.className = classes.join(' ')
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue
    if (key in node && !/^aria|^data|^role$/.test(key)) node[key] = value
    else node.setAttribute(key, value === true ? '' : value)
  }
  node.append(.../** @type {(Node | string)[]} */ (children.filter(Boolean)))
  return node
}

/** A style sheet as an object: a page whose policy forbids inline styles shows it all the same. @param {DocumentOrShadowRoot} root @param {string} name */
export async function wear(root, name) {
  const css = await fetch(new URL(`../css/${name}.css`, import.meta.url), { credentials: 'omit' })
  root.adoptedStyleSheets.push(await new CSSStyleSheet().replace(await css.text()))
}

/** What a button without words does. @param {HTMLElement} button @param {string} text */
export function label(button, text) {
  button.title = text
  button.setAttribute('aria-label', text)
}

/** Strokes on a 20 × 20 grid. @type {Record<string, string>} */
const PATHS = {
  close: 'M5 5l10 10M15 5L5 15',
  down: 'M5 7.5l5 5 5-5',
  send: 'M10 16V4.5M5 9.5l5-5 5 5',
  stop: 'M6.5 6.5h7v7h-7z',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  clip: 'M15.5 9.5L10 15a3.5 3.5 0 01-5-5l5.5-5.5a2 2 0 013 3L8 13',
  person: 'M10 9.5a3 3 0 100-6 3 3 0 000 6zM4 16.5c.5-3 2.8-4.5 6-4.5s5.5 1.5 6 4.5',
  bot: 'M5 7.5h10v7.5H5zM10 4.5v3M8 11h.01M12 11h.01',
}

/** @param {string} name @param {string} [d] strokes of one's own */
export function icon(name, d = PATHS[name]) {
  const make = (/** @type {string} */ tag) => document.createElementNS('http://www.w3.org/2000/svg', tag)
  const svg = make('svg'), path = make('path')
  svg.setAttribute('viewBox', '0 0 20 20')
  svg.setAttribute('class', `icon icon-${name}`)
  svg.setAttribute('aria-hidden', 'true')
  path.setAttribute('d', d)
  svg.append(path)
  return svg
}
