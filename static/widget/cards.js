// What is asked under the thread: an e-mail address or a phone number when nobody is there, as the shop uses it; a score when the
// conversation has ended.

import { h } from '../chat/dom.js'

/** @import { Words } from '../chat/wire' */
/** @import { Talk } from './talk.js' */

const ADDRESS = { email: /^\S+@\S+\.\S+$/, phone: /^\+?(?:[ ()./-]*\d){5,}[ ()./-]*$/ }

/** An address that is known is not asked for; it can be changed. @param {Talk} talk @param {Words} words */
export function contact(talk, words) {
  const asked = form(talk, words)
  if (!talk.transcript.left) return asked
  const change = h('button.link', { type: 'button', onclick: () => (node.replaceWith(asked.node), asked.node.querySelector('input')?.focus()) }, words(`change_${kindOf(talk)}`))
  const node = h('div.card', {}, change)
  return { node, refuse: asked.refuse }
}

/** @param {Talk} talk @returns {'email' | 'phone'} */
const kindOf = (talk) => talk.config?.leave === 'phone' ? 'phone' : 'email'

/** @param {Talk} talk @param {Words} words */
function form(talk, words) {
  const { tab } = talk, typed = tab.get('leaving', { email: '', name: '' }) // a form that is drawn anew loses nothing
  const id = `c${Math.random().toString(36).slice(2)}`, kind = kindOf(talk), phone = kind === 'phone'
  const address = h('input', { type: phone ? 'tel' : 'email', id: id + 'e', autocomplete: phone ? 'tel' : 'email', required: true, maxLength: phone ? 32 : 254, value: typed?.email ?? (phone ? '' : talk.email) ?? '', 'aria-describedby': id + 'x' })
  const name = h('input', { type: 'text', id: id + 'n', autocomplete: 'name', maxLength: 120, value: typed?.name ?? '' })
  const wrong = h('p.wrong', { id: id + 'x', role: 'alert' })
  const button = h('button.solid', { type: 'submit' }, words(`leave_${kind}`))
  const refuse = () => {
    wrong.textContent = words(phone ? 'no_phone' : 'bad_email')
    address.setAttribute('aria-invalid', 'true')
    button.disabled = false
    address.focus()
  }
  const node = h('form.card', {
    noValidate: true,
    oninput: () => tab.set('leaving', { email: address.value, name: name.value }),
    onsubmit: (/** @type {SubmitEvent} */ event) => {
      event.preventDefault()
      if (!ADDRESS[kind].test(address.value.trim())) return refuse()
      wrong.textContent = ''
      address.removeAttribute('aria-invalid')
      button.disabled = true
      setTimeout(() => (button.disabled = false), 10_000) // no answer: it may be tried again
      talk.ask({ type: 'contact', [kind]: address.value.trim(), ...(name.value.trim() && { name: name.value.trim() }) })
    },
  }, h('p', {}, words(`offline_${kind}`)),
  h('label', { htmlFor: id + 'e' }, words(kind)), address, wrong, h('label', { htmlFor: id + 'n' }, words('name')), name, button)
  return { node, refuse }
}

/** @param {Talk} talk @param {Words} words */
export function score(talk, words) {
  const again = h('button.solid', { type: 'button', onclick: () => talk.begin() }, words('begin'))
  if (talk.transcript.score) return { node: h('div.card', {}, h('p', { role: 'status' }, words('thanks')), again) }
  const comment = h('textarea', { rows: 2, maxLength: 2000, 'aria-label': words('comment'), placeholder: words('comment'), hidden: true })
  const done = h('button.solid', { type: 'submit', hidden: true }, words('send'))
  let chosen = 0
  const scores = [1, 2, 3, 4, 5].map((n) => h('button', {
    type: 'button', 'aria-pressed': 'false', 'aria-label': `${n} · ${words('score' + n)}`, title: words('score' + n),
    onclick: () => {
      chosen = n
      scores.forEach((button, at) => button.setAttribute('aria-pressed', String(at + 1 === n)))
      comment.hidden = done.hidden = false
      again.hidden = true
    },
  }, String(n)))
  const node = h('form.card', { onsubmit: (/** @type {SubmitEvent} */ event) => (event.preventDefault(), talk.ask({ type: 'rate', score: chosen, comment: comment.value.trim() || undefined })) },
    h('h3', {}, words('csat')),
    h('div.scores', { role: 'group', 'aria-label': words('csat') }, ...scores),
    h('div.ends', { 'aria-hidden': 'true' }, h('span', {}, words('score1')), h('span', {}, words('score5'))), comment, done, again)
  return { node }
}
