// Above the rows: the views with their counts, the saved ones, and what the view is narrowed down to.

import { h } from '../../chat/dom.js'
import { FIELDS, narrows, tidy, told } from '../model/filter.js'
import { VIEWS } from '../model/inbox.js'
import { Once, sign } from './parts.js'
import { KEYS } from '../model/shortcuts.js'

/** @import { Words } from '../../chat/wire' */
/** @import { Desk } from '../model/desk.js' */

export class Views {
  #six = h('div.views', { role: 'group' })
  #saved = h('div.views.saved', { role: 'group', hidden: true })
  #chips = h('div.chips', { hidden: true })
  node = h('div.narrow', {}, this.#six, this.#saved, this.#chips)
  #once = new Once()
  #act

  /** @param {(command: string, detail?: unknown) => void} act */
  constructor(act) {
    this.#act = act
  }

  /** @param {Desk} desk @param {Words} words */
  show(desk, words) {
    const { view, saved, filter, views } = desk, { locale } = words, found = !!desk.found
    this.#once.draw('six', [desk.inbox.counts, found ? '' : view, saved, locale], () => this.#drawSix(desk, words))
    this.#once.draw('saved', [views, saved, found, locale], () => this.#drawSaved(desk, words))
    this.#once.draw('chips', [filter, saved, views, desk.teams, desk.members.length, locale], () => this.#drawChips(desk, words))
  }

  /** @param {Desk} desk @param {Words} words */
  #drawSix({ inbox: { counts }, found, view: shown, saved }, words) {
    const pressed = (/** @type {string} */ view) => !found && saved === null && shown === view
    redrawn(this.#six, words('views'), VIEWS.map((view) => h('button.view', {
      type: 'button', 'data-view': view, 'data-tip': `${words(view)}  ${KEYS[view]}`, 'aria-pressed': String(pressed(view)), onclick: () => this.#act(view),
    }, words(view), view !== 'resolved' && counts[view] ? h('span.count', {}, String(counts[view])) : null)))
  }

  /** @param {Desk} desk @param {Words} words */
  #drawSaved({ views, found, saved }, words) {
    this.#saved.hidden = !views.length
    redrawn(this.#saved, words('saved_views'), views.map((view) => h('button.view', {
      type: 'button', 'data-view': `saved-${view.id}`, 'aria-pressed': String(!found && saved === view.id), title: words(view.shared ? 'shared_view' : 'own_view'), onclick: () => this.#act('saved', view),
    }, sign(view.shared ? 'people' : 'filter'), h('span', {}, view.name))))
  }

  /** What narrows the rows, each to be taken away, and what may be done with the whole. @param {Desk} desk @param {Words} words */
  #drawChips(desk, words) {
    const { filter, saved, views } = desk, kept = views.find(({ id }) => id === saved), same = kept && JSON.stringify(tidy(kept.filter)) === JSON.stringify(tidy(filter))
    const may = kept && (!kept.shared || ['owner', 'operator'].includes(desk.me.role))
    this.#chips.hidden = !narrows(filter)
    this.#chips.replaceChildren(
      ...FIELDS.filter((field) => filter[field]).map((field) => {
        const value = told(field, /** @type {string} */ (filter[field]), desk, words), name = `${words(`filter_${field}`)}${words('colon')}${value}`
        return h('button.chip', { type: 'button', 'aria-label': words('without', { name }), title: name, onclick: () => this.#act('narrow', { ...filter, [field]: '' }) }, h('span', {}, value), sign('close'))
      }),
      ...(same ? [] : [h('button.link', { type: 'button', onclick: () => this.#act('save_view') }, words('save_view'))]),
      ...(same && may ? [h('button.link', { type: 'button', onclick: () => this.#act('drop_view', kept.id) }, words('drop_view'))] : []),
      h('button.link', { type: 'button', onclick: () => this.#act('narrow', {}) }, words('clear_filter')))
  }
}

/** New buttons; the one that had the keyboard has it again. @param {HTMLElement} group @param {string} label @param {HTMLElement[]} buttons */
function redrawn(group, label, buttons) {
  const held = group.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.view : ''
  group.setAttribute('aria-label', label)
  group.replaceChildren(...buttons)
  if (held) /** @type {HTMLElement | null} */ (group.querySelector(`[data-view="${held}"]`))?.focus()
}
