// Making nodes without markup: text can only ever become text.

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

/** Strokes on a 20 × 20 grid. */
const PATHS = {
  close: 'M5 5l10 10M15 5L5 15',
  down: 'M5 7.5l5 5 5-5',
  send: 'M10 16V4.5M5 9.5l5-5 5 5',
  stop: 'M6.5 6.5h7v7h-7z',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  clock: 'M10 17a7 7 0 100-14 7 7 0 000 14zM10 6v4l2.5 1.5',
  sent: 'M4.5 10.5l3.5 3.5 7.5-8',
  read: 'M1.5 10.5L5 14l7.5-8M9 13l1 1 7.5-8',
  failed: 'M10 6v5M10 13.6v.01M10 17.5a7.5 7.5 0 100-15 7.5 7.5 0 000 15z',
  up: 'M6.5 9v7.5H4V9zM6.5 9l3-6c1.5 0 2 1 1.7 2.5L10.7 8H15c1 0 1.6 1 1.3 2l-1.6 5.3c-.2.7-.8 1.2-1.5 1.2H6.5',
  person: 'M10 9.5a3 3 0 100-6 3 3 0 000 6zM4 16.5c.5-3 2.8-4.5 6-4.5s5.5 1.5 6 4.5',
  bot: 'M5 7.5h10v7.5H5zM10 4.5v3M8 11h.01M12 11h.01',
  save: 'M10 3.5v9M6 9l4 4 4-4M4 16.5h12',
  sound: 'M4 8v4h2.5l4 3.5v-11L6.5 8zM13.5 7.5a3.5 3.5 0 010 5',
  mute: 'M4 8v4h2.5l4 3.5v-11L6.5 8zM13.5 8l4 4M17.5 8l-4 4',
}

/** @typedef {keyof typeof PATHS} IconName */

/** @param {IconName} name */
export function icon(name) {
  const make = (/** @type {string} */ tag) => document.createElementNS('http://www.w3.org/2000/svg', tag)
  const svg = make('svg'), path = make('path')
  svg.setAttribute('viewBox', '0 0 20 20')
  svg.setAttribute('class', `icon icon-${name}`)
  svg.setAttribute('aria-hidden', 'true')
  path.setAttribute('d', PATHS[name])
  svg.append(path)
  return svg
}
