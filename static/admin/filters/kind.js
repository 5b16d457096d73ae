// The form of a filter shows what the chosen kind needs, what the action does in each way that is ticked, and the words only where
// it says something. What can't be done somewhere is told at once; the server refuses it too.

/** @type {Record<string, string[]>} the fields of each kind; some are of several */
const kinds = JSON.parse(document.getElementById('filter-kinds')?.textContent ?? '{}')
const kind = /** @type {HTMLSelectElement | null} */ (document.querySelector('select[name=kind]'))
const action = /** @type {HTMLSelectElement | null} */ (document.querySelector('select[name=action]'))
const fault = /** @type {HTMLSelectElement | null} */ (document.querySelector('select[name=on_fault]'))

const directions = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll('input[name=directions]')])
/** @typedef {{does?: string, not?: string}} Effect */
/** @type {{effects: Record<string, Record<string, Effect>>, names: Record<string, string>, slow: {kinds: string[], ways: string[], not: string, mask: string}}} */
const { effects, names, slow } = JSON.parse(document.getElementById('filter-effects')?.textContent ?? '{"effects": {}, "names": {}, "slow": {"kinds": [], "ways": []}}')
const told = document.createElement('ul')
told.className = 'yingda-effects'
told.setAttribute('aria-live', 'polite')
action?.parentElement?.parentElement?.append(told) // the field's column

/** @param {string} way @returns {Effect} */
function effect(way) {
  const does = action?.value ?? ''
  if (slow.kinds.includes(kind?.value ?? '')) {
    if (slow.ways.includes(way)) return { not: slow.not }
    if (way === 'from_customer' && ['mask', 'replace'].includes(does)) return { not: slow.mask }
  }
  return effects[way]?.[does] ?? {}
}

/** @param {string[]} ways */
function tell(ways) {
  for (const option of action?.options ?? []) option.disabled = !option.selected && ways.some((way) => effects[way]?.[option.value]?.not)
  told.replaceChildren(...ways.map((way) => {
    const { does, not } = effect(way), line = document.createElement('li'), name = document.createElement('strong')
    name.textContent = names[way] ?? way
    line.className = not ? 'yingda-not' : ''
    line.append(name, ' ', does ?? not ?? '')
    return line
  }))
}

/** @param {string} name @param {boolean} shown */
function show(name, shown) {
  const row = document.querySelector(`.field-${name}`)
  if (row instanceof HTMLElement) row.hidden = !shown
}

function draw() {
  const needed = new Set(kinds[kind?.value ?? ''])
  for (const field of new Set(Object.values(kinds).flat())) show(field, needed.has(field))
  const blocked = kind?.value === 'wasm' && fault?.value === 'block'
  const ways = directions.filter(({ checked }) => checked).map(({ value }) => value)
  const warns = action?.value === 'flag' && ways.includes('from_agent')
  show('say', blocked || warns || ['replace', 'block', 'hand_over'].includes(action?.value ?? ''))
  tell(ways)
}

kind?.addEventListener('change', draw)
action?.addEventListener('change', draw)
fault?.addEventListener('change', draw)
for (const box of directions) box.addEventListener('change', draw)
draw()
