// The bar over the composer after a rewriting: it names the model, with the old words one click away. Also a customer's words
// in the agent's language, which go nowhere.

import { h } from '../../chat/dom.js'
import { Once, sign } from './parts.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */

export class RewrittenBar {
  node = h('section.draft.rewritten', { hidden: true, role: 'status' })
  #once = new Once()
  #replace
  #act
  /** Taken into the composer, by the answer's client_id. */ #taken = ''

  /** @param {(text: string) => void} replace what stands in the composer @param {(command: string) => void} act */
  constructor(replace, act) {
    this.#replace = replace
    this.#act = act
  }

  /** @param {Desk} desk @param {Words} words */
  show({ current, selected, asked }, words) {
    const made = current?.rewritten, busy = asked.waits('rewrite', selected)
    this.#once.draw('made', [selected, made, busy, words.locale], () => {
      this.node.hidden = !made && !busy
      const away = h('button.quiet', { type: 'button', onclick: () => this.#act('unrewrite') }, words('dismiss'))
      if (busy || !made) return this.node.replaceChildren(h('p.from', {}, sign('rewrite'), words('rewriting')))
      const head = h('p.from', {}, sign('rewrite'), words(`made_${made.how}`, { model: made.model }))
      if (made.how === 'read') return this.node.replaceChildren(head, h('p.text', { dir: 'auto' }, made.text), h('div.do', {}, away))
      const back = h('button.quiet', { type: 'button', onclick: () => { this.#replace(made.original); this.#act('unrewrite') } }, words('undo'))
      this.node.replaceChildren(head, h('div.do', {}, back, away))
      if (this.#taken !== made.client_id) this.#replace(made.text)
      this.#taken = made.client_id
    })
  }
}
