// The embed: draws the launcher and nothing else. The panel's modules come when a person reaches for it, or when a
// returning visitor may have unread answers. Runs on other people's pages: one global, one element, nothing else touched.
// The element stands beside the page's body, not in it, so that it outlives a body that is swapped (Turbo, htmx, pjax).
(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript)
  const scope = /** @type {any} */ (window)
  if (!script?.src || scope.Yingda?.open) return
  const base = new URL(script.src).origin
  const { siteKey: key = '', ...asked } = script.dataset
  const queued = [...scope.Yingda?.q ?? [], ...scope.yingda?.q ?? []]
  const WATCHED = 7 * 86_400_000 // how long after the last word answers are still looked for on every page
  const COLOUR = /^#[\da-f]{6}$/i
  /** @type {Record<string, Function[]>} */ const listeners = {}
  /** @type {Record<string, any>} */ const kept = {
    identity: undefined,
    /** For the agent who answers; the server takes secrets out. */
    page: () => ({ url: location.href.slice(0, 2000), title: document.title.slice(0, 500), referrer: document.referrer.slice(0, 2000) }),
  }
  /** @type {any} */ let panel
  /** @type {HTMLElement} */ let host
  /** @type {ShadowRoot} */ let root
  /** @type {HTMLButtonElement} */ let launcher
  /** @type {HTMLElement} */ let badge
  let gone = new AbortController()
  /** @type {Promise<any> | undefined} */ let coming

  const CSS = `:host{all:initial!important;position:fixed!important;z-index:2147483000!important;inset-block-end:0!important;inset-inline:0!important;block-size:0!important;color-scheme:light dark!important}
:host([data-mode=light]){color-scheme:light!important}:host([data-mode=dark]){color-scheme:dark!important}
.launcher{all:unset;position:fixed;box-sizing:border-box;bottom:calc(16px + env(safe-area-inset-bottom));right:calc(16px + env(safe-area-inset-right));width:56px;height:56px;border-radius:50%;display:grid;place-items:center;cursor:pointer;
background:light-dark(var(--accent-light,#28313e),var(--accent-dark,#d5dbe4));color:light-dark(var(--on-light,#fff),var(--on-dark,#10141a));box-shadow:0 1px 2px #0003,0 6px 20px #0003;transition:transform .15s ease-out}
:host([data-position=left]) .launcher{right:auto;left:calc(16px + env(safe-area-inset-left))}
.launcher:hover{transform:scale(1.04)}.launcher:focus-visible{outline:2px solid light-dark(#fff,#10141a);box-shadow:0 0 0 5px light-dark(#10141a,#fff)}
.launcher svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round;grid-area:1/1;transition:opacity .15s,transform .15s}
.launcher svg+svg,.launcher[aria-expanded=true] svg{opacity:0;transform:scale(.6)}.launcher[aria-expanded=true] svg+svg{opacity:1;transform:none}
.launcher[aria-busy=true] svg{opacity:.5}.badge{position:absolute;top:-3px;right:-3px;min-width:20px;height:20px;box-sizing:border-box;padding:0 6px;border-radius:10px;background:#c8312b;color:#fff;font:600 12px/20px system-ui,sans-serif;text-align:center}
.badge[hidden]{display:none}@media (prefers-reduced-motion:reduce){.launcher,.launcher svg{transition:none}}@media print{:host{display:none!important}}`

  /** @param {string} name */
  const stored = (name) => {
    try {
      const at = `yingda:${key}:${name}`
      return JSON.parse(localStorage.getItem(at) ?? sessionStorage.getItem(at) ?? '')
    } catch {} // absent
  }
  /** @param {string} tag @param {Record<string, string>} attributes @param {...Node} children */
  const svg = (tag, attributes, ...children) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', tag)
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
    node.append(...children)
    return node
  }
  const drawing = (/** @type {string} */ d) => svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d }))

  const look = COLOUR.test(stored('look')?.light) ? stored('look') : undefined
  const build = () => {
    host = document.createElement('yingda-chat')
    for (const type of ['keydown', 'keyup', 'keypress']) host.addEventListener(type, (event) => event.stopPropagation())
    root = host.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(CSS)
    root.adoptedStyleSheets = [sheet]
    launcher = document.createElement('button')
    badge = document.createElement('span')
    badge.className = 'badge'
    badge.hidden = true
    launcher.className = 'launcher'
    launcher.type = 'button'
    launcher.setAttribute('aria-expanded', 'false')
    launcher.setAttribute('aria-haspopup', 'dialog')
    const zh = /^zh/i.test(asked.locale || look?.locale || document.documentElement.lang || navigator.language)
    launcher.setAttribute('aria-label', zh ? '在线咨询' : 'Chat with us')
    launcher.append(drawing('M4 11.5a7.5 7.5 0 0 1 15.8-2 7.5 7.5 0 0 1-10.3 8.8L4.5 19.5l1.3-4A7.5 7.5 0 0 1 4 11.5zM9 11.5h.01M12.2 11.5h.01M15.4 11.5h.01'), drawing('M6 9.5l6 6 6-6'), badge)
    launcher.onclick = () => api.toggle()
    for (const near of ['pointerenter', 'focus', 'touchstart']) launcher.addEventListener(near, load, { once: true, passive: true })
    root.append(launcher)
    wear(look ?? scope.yingdaTheme ?? {})
  }

  /** @param {Record<string, string>} look colours already made readable, position and mode */
  const wear = (look) => {
    const colours = { 'accent-light': look.light, 'accent-dark': look.dark, 'on-light': look.onLight, 'on-dark': look.onDark }
    for (const [name, colour] of Object.entries(colours)) if (COLOUR.test(colour)) host.style.setProperty('--' + name, colour)
    host.dataset.position = asked.position || look.position || 'right'
    host.dataset.mode = look.mode || 'auto'
  }
  const emit = (/** @type {string} */ event, /** @type {unknown} */ detail) => (listeners[event] ?? []).forEach((run) => run(detail))

  const part = (/** @type {string} */ name) => import(`${base}/static/chat/${name}.js`)
  // Named here, the panel's modules come at once and not one behind another.
  const load = () => (coming ??= ('browser bubble composer connection dom outbox scroll sequence thread transcript words'.split(' ').forEach((name) => part(name).catch(() => {})),
    part('../widget/panel'))
    .then(({ mount }) => mount({ base, key, asked, kept, host, root, launcher, badge, wear, emit, gone: gone.signal }))
    .then((ready) => (emit('ready', undefined), panel = ready))
    .catch((error) => {
      coming = undefined
      launcher.removeAttribute('aria-busy')
      console.error('Yingda: the chat could not load.', error)
    }))
  const verb = (/** @type {string} */ name) => async (/** @type {any} */ detail = undefined) => {
    if (!panel) launcher.setAttribute('aria-busy', 'true')
    await load()
    launcher.removeAttribute('aria-busy')
    return panel?.[name](detail)
  }
  const api = {
    open: verb('open'),
    close: () => panel?.close(),
    toggle: verb('toggle'),
    /** @param {{token: string} | {user_id: string, name?: string, email?: string, signature: string}} who signed by your server */
    identify: (who) => {
      kept.identity = who
      return panel?.identify()
    },
    /** @param {Record<string, string | number | boolean>} claims what the agents see beside the name; nobody vouches for it */
    set: (claims) => {
      kept.claims = { ...kept.claims, ...claims }
      panel?.tell('attributes', { attributes: kept.claims })
    },
    reset: verb('reset'),
    /** @param {string} event ready, open, close, message, unread or error @param {Function} run */
    on: (event, run) => {
      (listeners[event] ??= []).push(run)
      return () => (listeners[event] = listeners[event].filter((one) => one !== run))
    },
  }
  // `Yingda('open')` is for what is called before this script has come; `yingda` is an older name.
  const call = (/** @type {keyof typeof api} */ name, /** @type {any[]} */ ...details) => /** @type {any} */ (api[name])?.(...details)
  scope.Yingda = scope.yingda = Object.assign(call, api)

  /** A page may throw us out; `document.open()` takes our listeners too, and then all begins anew. */
  const stay = () => {
    const page = document.documentElement
    if (page) observer.observe(page, { childList: true })
    if (!document.body || host.isConnected) return
    const deaf = !launcher.onclick, open = host.hasAttribute('data-open')
    if (deaf) {
      gone.abort()
      gone = new AbortController()
      panel = coming = undefined
      build()
    }
    for (const stray of document.querySelectorAll('yingda-chat')) stray.remove()
    page.append(host)
    if (deaf) verb(open ? 'open' : 'watch')({ quiet: true })
  }
  const observer = new MutationObserver(stay)

  build()
  for (const each of queued) call(.../** @type {[any]} */ (each))

  const begin = () => {
    observer.observe(document, { childList: true })
    stay()
    const accent = asked.accent || (look ? '' : scope.yingdaTheme?.accent)
    const { style } = launcher
    if (accent) { // not shown in another colour first
      style.visibility = 'hidden'
      import(`${base}/static/chat/contrast.js`).then(({ accents }) => panel || wear({ ...scope.yingdaTheme, ...look, ...accents(accent) }))
        .catch(() => {}).then(() => (style.visibility = ''))
    }
    scope.navigation?.addEventListener('navigatesuccess', () => panel?.tell('page', kept.page()))
    const wide = innerWidth > 480
    if ('open' in asked || (wide && stored('open'))) verb('open')({ quiet: true })
    else if (Date.now() - (stored('talked') ?? 0) < WATCHED) (scope.requestIdleCallback ?? setTimeout)(() => verb('watch')())
  }
  document.body ? begin() : addEventListener('DOMContentLoaded', begin)
})()
