// <search-state>: how far an article is on its way into the search. While any on the page is on its way, the server is asked
// once a second, in one request for all of them.

/** @typedef {{state: string, label: string, progress: number, error: string}} State */

const MOVING = new Set(['waiting', 'working'])
const script = /** @type {HTMLScriptElement | null} */ (document.querySelector('script[src*="backoffice/progress.js"][data-url]'))

class SearchState extends HTMLElement {
  connectedCallback() {
    if (MOVING.has(this.dataset.state ?? '')) follow()
    this.#bar()
  }

  /** @param {State} now @param {number} release @param {number | null} waits the release that is being checked */
  take({ state, label, progress, error }, release, waits) {
    const arrived = this.dataset.state !== state && state === 'live'
    Object.assign(this.dataset, { state, progress: String(progress) })
    const told = arrived && (waits ? this.dataset.waits : this.dataset.live)
    this.textContent = told ? told.replace('{number}', String(waits ?? release)) : label
    this.title = error
    this.#bar()
  }

  #bar() {
    this.style.setProperty('--progress', `${MOVING.has(this.dataset.state ?? '') ? Number(this.dataset.progress) : 100}%`)
  }
}

let asked = 0

function follow() {
  if (asked || !script?.dataset.url) return
  asked = window.setTimeout(ask, 1000)
}

async function ask() {
  asked = 0
  const all = /** @type {SearchState[]} */ ([...document.querySelectorAll('search-state')])
  const moving = all.filter((each) => MOVING.has(each.dataset.state ?? ''))
  if (!moving.length) return
  try {
    const answer = await fetch(`${script?.dataset.url}?ids=${moving.map((each) => each.dataset.article).join(',')}`)
    /** @typedef {{articles: Record<string, State>, release: number, waits: number | null}} Answer */
    /** @type {Answer} */ const { articles, release, waits } = await answer.json()
    for (const each of moving) {
      const now = articles[each.dataset.article ?? '']
      if (now) each.take(now, release, waits)
    }
  } catch {
    // The next second asks again.
  }
  if (all.some((each) => MOVING.has(each.dataset.state ?? ''))) follow()
}

customElements.define('search-state', SearchState)
