// The form of a filter shows what the chosen kind needs, and the words only where the action says something.

const kinds = JSON.parse(document.getElementById('filter-kinds')?.textContent ?? '{}')
const kind = /** @type {HTMLSelectElement | null} */ (document.querySelector('select[name=kind]'))
const action = /** @type {HTMLSelectElement | null} */ (document.querySelector('select[name=action]'))

/** @param {string} name @param {boolean} shown */
function show(name, shown) {
  const row = document.querySelector(`.field-${name}`)
  if (row instanceof HTMLElement) row.hidden = !shown
}

function draw() {
  for (const [name, fields] of Object.entries(kinds)) {
    for (const field of /** @type {string[]} */ (fields)) show(field, name === kind?.value)
  }
  show('say', ['replace', 'block', 'hand_over'].includes(action?.value ?? ''))
}

kind?.addEventListener('change', draw)
action?.addEventListener('change', draw)
draw()
