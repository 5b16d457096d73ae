// The bot's draft over the composer: read it, take it, change it, or send it as it is.

import { h } from '../../chat/dom.js'
import { bare } from '../../chat/markdown.js'
import { Once, sign } from './parts.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */

export class DraftBox {
  node = h('section.draft', { hidden: true })
  #once = new Once()
  #take
  #act

  /** @param {(text: string) => void} take into the composer @param {(command: string, detail?: unknown) => boolean} act */
  constructor(take, act) {
    this.#take = take
    this.#act = act
  }

  /** @param {Desk} desk @param {Words} words */
  show({ selected, current }, words) {
    this.#once.draw('draft', [selected, current?.suggestion, words.locale], () => this.#draw(current, words))
  }

  /** @param {Desk['current']} current @param {Words} words */
  #draw(current, words) {
    const found = current?.suggestion
    this.node.hidden = !found
    if (!found) return this.node.replaceChildren()
    const text = bare(found.text) // what agents say is shown as typed
    const sources = found.sources?.length ? h('p.from', {}, words('from', { titles: found.sources.map(({ title }) => title).join(' · ') })) : null
    const away = () => this.#act('unsuggest')
    this.node.setAttribute('aria-label', words('draft'))
    this.node.replaceChildren(h('h2', {}, sign('bot'), words('draft')), h('p.text', { dir: 'auto' }, text || words('no_draft')), ...(sources ? [sources] : []), h('div.do', {},
      ...(text ? [h('button.solid', { type: 'button', onclick: () => { this.#take(text); away() } }, words('insert')),
        h('button.quiet', { type: 'button', onclick: () => this.#act('send', { text, kind: 'say' }) && away() }, words('send_now'))] : []),
      h('button.quiet', { type: 'button', onclick: away }, words('dismiss'))))
  }
}
