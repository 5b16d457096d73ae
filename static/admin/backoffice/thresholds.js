// <threshold-scale>: both thresholds on one line, with who answers in each part.

import { h } from '../../chat/dom.js'

class ThresholdScale extends HTMLElement {
  connectedCallback() {
    const form = this.closest('form')
    const field = (/** @type {string | undefined} */ name) => /** @type {HTMLInputElement | null} */ (form?.elements.namedItem(name ?? '') ?? null)
    const floor = field(this.dataset.floor), sure = field(this.dataset.sure)
    if (!floor || !sure || this.firstChild) return
    const part = (/** @type {string} */ name, /** @type {string} */ label = '') => h(`span.${name}`, {}, label)
    const parts = [part('person', this.dataset.person), part('compose', this.dataset.compose), part('quote', this.dataset.quote)]
    this.append(...parts)
    this.setAttribute('aria-hidden', 'true')
    const draw = () => {
      const [low, high] = [floor, sure].map((input) => Math.max(0, Math.min(1, Number(input.value) || 0)))
      const widths = [low, Math.max(0, high - low), 1 - Math.max(low, high)]
      parts.forEach((each, n) => (each.style.flexGrow = String(widths[n])))
    }
    for (const input of [floor, sure]) input.addEventListener('input', draw)
    draw()
  }
}

customElements.define('threshold-scale', ThresholdScale)
