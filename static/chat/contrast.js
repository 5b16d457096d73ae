// A tenant's accent colour made readable (WCAG 2.2 contrast): darker on light surfaces, lighter on dark ones.

/** The darkest light surface and the lightest dark surface that accent text stands on (tokens.css: --surface-2). */
const LIGHT = '#eef1f5'
const DARK = '#232a34'

/** @param {string} hex @returns {number[] | null} */
function channels(hex) {
  const full = /^#[\da-f]{3}$/i.test(hex) ? hex.replace(/[\da-f]/gi, '$&$&') : hex
  return /^#[\da-f]{6}$/i.test(full) ? [1, 3, 5].map((at) => parseInt(full.slice(at, at + 2), 16)) : null
}

/** Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance. @param {number[]} rgb */
function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast ratio of two #rgb or #rrggbb colours, 1–21. @param {string} one @param {string} other */
export function contrast(one, other) {
  const [a, b] = [one, other].map((hex) => luminance(channels(hex) ?? [0, 0, 0]) + 0.05)
  return Math.max(a, b) / Math.min(a, b)
}

/** @param {number[]} rgb @param {number} goal @param {number} share */
const mix = (rgb, goal, share) => '#' + rgb.map((c) => Math.round(c + (goal - c) * share).toString(16).padStart(2, '0')).join('')

/**
 * The accent as near to the wish as 4.5:1 allows, for light and dark mode, each with the colour of text on it.
 * @param {string} [wish] #rgb or #rrggbb; anything else becomes our own blue
 */
export function accents(wish = '') {
  const rgb = channels(wish) ?? [0x2f, 0x5b, 0xd7]
  /** @param {string} surface @param {number} goal */
  const toward = (surface, goal) => {
    for (let share = 0; share <= 1; share += 0.02) {
      const hex = mix(rgb, goal, share)
      if (contrast(hex, surface) >= 4.5) return hex
    }
    return mix(rgb, goal, 1)
  }
  const ink = (/** @type {string} */ on) => (contrast(on, '#ffffff') >= 4.5 ? '#ffffff' : '#10141a')
  const light = toward(LIGHT, 0), dark = toward(DARK, 255)
  return { light, dark, onLight: ink(light), onDark: ink(dark) }
}
