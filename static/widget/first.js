// What the shop asks before the first message: a name, an address, a number, a sentence to agree to.

import { h } from '../chat/dom.js'
import { link } from '../chat/links.js'

/** @import { Words } from '../chat/wire' */
/** @import { Talk } from './talk.js' */

/** @type {Record<string, object>} */
const INPUTS = {
  name: { type: 'text', autocomplete: 'name', maxLength: 100 },
  email: { type: 'email', autocomplete: 'email', maxLength: 254 },
  phone: { type: 'tel', autocomplete: 'tel', maxLength: 32 },
}

/** @param {Talk} talk @param {Words} words @param {() => void} done */
export function first(talk, words, done) {
  const wants = /** @type {{fields: string[], consent?: string, link?: string}} */ (talk.config?.first), id = `o${Math.random().toString(36).slice(2)}`
  const typed = talk.tab.get('leaving', {}) ?? {} // a form that is drawn anew loses nothing
  const inputs = wants.fields.map((name) => h('input', { ...INPUTS[name], id: id + name, name, required: true, 'aria-describedby': `${id}wrong`, value: typed[name] ?? (name === 'email' ? talk.email : '') ?? '' }))
  const agreed = wants.consent && h('input', { type: 'checkbox', id: `${id}agreed`, required: true, 'aria-describedby': `${id}wrong` })
  const wrong = h('p.wrong', { id: `${id}wrong`, role: 'alert' }), button = h('button.solid', { type: 'submit' }, words('first_go'))
  const refuse = (/** @type {string} */ sentence, /** @type {any} */ at) => {
    wrong.textContent = sentence
    for (const each of [...inputs, agreed]) if (each) each.toggleAttribute('aria-invalid', false)
    at?.setAttribute('aria-invalid', 'true')
    at?.focus()
    button.disabled = false
  }
  const send = async () => {
    const lacking = [...inputs, agreed].find((each) => each && !each.checkValidity())
    if (lacking) return refuse(lacking === agreed ? words('first_agree') : words(lacking.value ? `first_bad_${lacking.name}` : 'fill_in'), lacking)
    button.disabled = true
    const told = Object.fromEntries(inputs.map(({ name, value }) => [name, value.trim()]))
    try {
      const answer = await post(talk, { ...told, consent: wants.consent })
      if (answer) return refuse(answer, undefined)
      talk.store.set('first_told', JSON.stringify(wants))
      talk.tab.set('leaving', null)
      const root = node.getRootNode()
      done()
      if (!matchMedia('(pointer: coarse)').matches) root.querySelector?.('chat-composer')?.focus()
    } catch {
      refuse(words('not_loaded'), undefined)
    }
  }
  const node = h('form.card', {
    noValidate: true, oninput: () => talk.tab.set('leaving', Object.fromEntries(inputs.map(({ name, value }) => [name, value]))),
    onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), void send()),
  }, h('p', {}, words('first')), ...inputs.flatMap((input) => [h('label', { htmlFor: input.id }, words(`first_${input.name}`)), input]),
  agreed && h('div.agree', {}, agreed, h('label', { htmlFor: agreed.id, dir: 'auto' }, wants.consent), ...(wants.link ? link(wants.link, [words('first_more')]) : [])), wrong, button)
  return { node }
}

/** @param {Talk} talk @param {object} told @param {boolean} [fresh] @returns {Promise<string>} a sentence why not */
async function post(talk, told, fresh = false) {
  const authorization = `Bearer ${await talk.token(fresh)}`
  const answer = await fetch(new URL('/api/v1/widget/introduction', import.meta.url), { method: 'POST', credentials: 'omit', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(told) })
  if (answer.status === 401 && !fresh) return post(talk, told, true)
  if (answer.ok) return ''
  const { message } = await answer.json()
  if (!message) throw answer
  return message
}
