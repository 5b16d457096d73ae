// A page without a browser, for what needs nodes but no layout.

import { Window } from 'happy-dom'

export function dom() {
  const window = /** @type {any} */ (new Window({ url: 'https://shop.example/' }))
  const scope = /** @type {any} */ (globalThis)
  for (const name of ['window', 'document', 'HTMLElement', 'CustomEvent', 'Event', 'KeyboardEvent', 'InputEvent', 'customElements', 'ResizeObserver', 'localStorage', 'sessionStorage'])
    scope[name] = name === 'window' ? window : window[name]
  scope.addEventListener = window.addEventListener.bind(window)
  scope.matchMedia = () => ({ matches: false, addEventListener() {} })
  scope.CSS = { supports: () => true }
  return window
}
