// The form of a filter shows what the chosen kind needs, and the words only where the action says something.

/** @type {Record<string, string[]>} the fields of each kind; some are of several */
const kinds = JSON.parse(document.getElementById('filter-kinds')?.textContent ?? '{}')
const kind = /** @type {HTMLSelectElement | null} */ (document.querySelector('select[name=kind]'))
const action = /** @type {HTMLSelectElement | null} */ (document.querySelector('select[name=action]'))
const fault = /** @type {HTMLSelectElement | null} */ (document.querySelector('select[name=on_fault]'))

/** @param {string} name @param {boolean} shown */
function show(name, shown) {
  const row = document.querySelector(`.field-${name}`)
  if (row instanceof HTMLElement) row.hidden = !shown
}

function draw() {
  const needed = new Set(kinds[kind?.value ?? ''])
  for (const field of new Set(Object.values(kinds).flat())) show(field, needed.has(field))
  const blocked = kind?.value === 'wasm' && fault?.value === 'block'
  show('say', blocked || ['replace', 'block', 'hand_over'].includes(action?.value ?? ''))
}

kind?.addEventListener('change', draw)
action?.addEventListener('change', draw)
fault?.addEventListener('change', draw)
draw()
