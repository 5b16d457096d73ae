// A small choice of emoji beside the composer, where there is a keyboard without them. Comes with the first message or the first key.

import { h, icon, label } from './dom.js'

/** @import { Words } from './wire' */

const SMILE = 'M10 17a7 7 0 100-14 7 7 0 000 14zM7.5 8.3v.01M12.5 8.3v.01M7 11.5c1.6 2.4 4.4 2.4 6 0'
const ACROSS = 8
/** Screen readers know their names. */
const ALL = [...new Intl.Segmenter().segment('😀😄😅😂🙂😉😊😍🤔😐😕😟😢😭😠😱😴🤗🤝👍👎👌🙏👏💪👋✌️🙌❤️💔🎉🎁🔥⭐✅❌❓❗💡⏰📦🚚📷📄💳💰🏠✈️☀️🌧️☕🍎🐶🐱🌹🍀')].map(({ segment }) => segment)

/** @param {HTMLElement} composer @param {Words} words */
export function offer(composer, words) {
  const box = composer.querySelector('.box'), field = /** @type {HTMLTextAreaElement} */ (composer.querySelector('textarea'))
  for (const old of composer.querySelectorAll('.smile, .emoji')) old.remove() // in another language
  if (!box || matchMedia('(pointer: coarse)').matches) return
  const button = h('button.clip.smile', { type: 'button', 'aria-expanded': 'false', 'aria-haspopup': 'true', onclick: () => show(picker.hidden) }, icon('smile', SMILE))
  const signs = ALL.map((sign, n) => h('button', { type: 'button', tabIndex: n ? -1 : 0, lang: 'zxx', onclick: () => put(sign) }, sign))
  const picker = h('div.emoji', { hidden: true, role: 'group', 'aria-label': words('emoji') }, ...signs)
  label(button, words('emoji'))
  const show = (/** @type {boolean} */ open) => {
    picker.hidden = !open
    button.setAttribute('aria-expanded', String(open))
    open ? signs.find(({ tabIndex }) => tabIndex === 0)?.focus() : field.focus()
  }
  const put = (/** @type {string} */ sign) => {
    field.setRangeText(sign, field.selectionStart, field.selectionEnd, 'end')
    field.dispatchEvent(new Event('input', { bubbles: true }))
    show(false)
  }
  picker.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const { key } = event, at = signs.indexOf(event.target)
    if (key === 'Escape') {
      event.stopPropagation() // which would close the chat
      return show(false)
    }
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ACROSS, ArrowUp: -ACROSS }[key], next = step && signs[at + step]
    if (!next) return
    event.preventDefault()
    signs[at].tabIndex = -1
    next.tabIndex = 0
    next.focus()
  })
  composer.getRootNode().addEventListener('pointerdown', (event) => {
    if (picker.hidden || event.composedPath().some((node) => node === picker || node === button)) return
    picker.hidden = true
    button.setAttribute('aria-expanded', 'false')
  })
  field.after(button)
  composer.append(picker)
}
