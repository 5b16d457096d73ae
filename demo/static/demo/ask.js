// The shops' own buttons for asking: they open the chat with a question, as any page may through the widget's public verbs.
addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-ask]') : null
  if (!(button instanceof HTMLElement)) return
  const chat = /** @type {any} */ (window).Yingda
  chat?.open({ ask: button.dataset.ask })
})
