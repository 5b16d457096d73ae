// <accent-picker>: the accent colour as customers will see it, light and dark, corrected until it is readable (contrast.js).

import { accents } from '../../chat/contrast.js'
import { h } from '../../chat/dom.js'

class AccentPicker extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector('input')
    if (!input || this.querySelector('.yingda-accents')) return
    const { say = '', light = '', dark = '', note = '' } = this.dataset
    const bubble = (/** @type {string} */ name, /** @type {string} */ mode) => h(`span.yingda-accent.${mode}`, {}, h('i', {}, say), h('small', {}, name))
    const day = bubble(light, 'light'), night = bubble(dark, 'dark'), code = h('code'), adjusted = h('small.yingda-quiet')
    this.append(code, h('span.yingda-accents', {}, day, night), adjusted)
    const draw = () => {
      const found = accents(input.value)
      code.textContent = input.value
      Object.assign(day.firstChild.style, { background: found.light, color: found.onLight })
      Object.assign(night.firstChild.style, { background: found.dark, color: found.onDark })
      adjusted.textContent = found.light.toLowerCase() === input.value.toLowerCase() ? '' : note
    }
    input.addEventListener('input', draw)
    draw()
  }
}

customElements.define('accent-picker', AccentPicker)
