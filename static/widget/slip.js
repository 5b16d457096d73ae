// The conversation by mail: on its way, or to which address. A slip over the thread; fetched when it is wanted.

import { h, icon, label } from '../chat/dom.js'

/** @import { Words } from '../chat/wire' */
/** @import { Talk } from './talk.js' */

/** @param {HTMLElement} panel @param {HTMLElement} button leads here @param {Talk} talk @param {Words} words */
export async function mail(panel, button, talk, words) {
  panel.querySelector('.slip')?.remove()
  const body = h('div.told', { role: 'status' }), close = h('button.tool', { type: 'button', onclick: () => (node.remove(), button.focus()) }, icon('close'))
  const node = h('div.slip', {}, body, close)
  label(close, words('mail_close'))
  panel.querySelector('chat-thread')?.before(node)
  const send = async (/** @type {string} */ email) => {
    const { told, ok } = await post(talk, { conversation: talk.transcript.conversation, ...(email && { email }) }).catch(() => ({ told: {}, ok: false }))
    if (ok) return body.replaceChildren(words('mail_going', { to: told.to }))
    if (told.code === 'not_found' && !email) return ask()
    body.replaceChildren(told.message ?? words('not_loaded'))
  }
  const ask = () => {
    const field = h('input', { type: 'email', required: true, autocomplete: 'email', maxLength: 254, id: 'slip-mail', value: talk.email ?? '' }), wrong = h('p.wrong', { role: 'alert' })
    body.replaceChildren(h('form', {
      noValidate: true, onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault()
        if (field.checkValidity()) return void send(field.value.trim())
        wrong.textContent = words('bad_email')
        field.focus()
      },
    }, h('label', { htmlFor: 'slip-mail' }, words('mail_where')), field, wrong, h('button.solid', { type: 'submit' }, words('mail_send'))))
    field.focus()
  }
  await send('')
  if (!node.contains(node.getRootNode().activeElement)) close.focus()
}

/** @param {Talk} talk @param {object} wish @param {boolean} [fresh] @returns {Promise<{ok: boolean, told: any}>} */
async function post(talk, wish, fresh = false) {
  const authorization = `Bearer ${await talk.token(fresh)}`
  const answer = await fetch(new URL('/api/v1/widget/transcript', import.meta.url), { method: 'POST', credentials: 'omit', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(wish) })
  if (answer.status === 401 && !fresh) return post(talk, wish, true)
  return { ok: answer.ok, told: await answer.json() }
}
