// Calling an agent who looks elsewhere: two tones, a notice of the desktop, the number in the page's title. Silent until chosen.

export class Alerts {
  on = false
  /** @type {AudioContext | undefined} */ #audio
  #title = document.title

  /** By a key or a click: only those open a browser's ear. @param {boolean} on @returns {Promise<boolean>} whether the desktop lets us show notices */
  async turn(on) {
    this.on = on
    if (!on) return true
    this.beep()
    if (typeof Notification === 'undefined') return false
    return (Notification.permission === 'default' ? await Notification.requestPermission() : Notification.permission) === 'granted'
  }

  /** Someone waits for you: higher; a message came: lower. @param {boolean} [urgent] */
  beep(urgent = false) {
    if (!this.on) return
    try {
      const audio = (this.#audio ??= new AudioContext()), start = audio.currentTime
      audio.resume()
      for (const [n, pitch] of (urgent ? [784, 988, 1175] : [660, 880]).entries()) {
        const gain = new GainNode(audio, { gain: 0 }), tone = new OscillatorNode(audio, { frequency: pitch })
        gain.gain.setValueAtTime(0.09, start + n * 0.14)
        gain.gain.exponentialRampToValueAtTime(0.001, start + n * 0.14 + 0.3)
        tone.connect(gain).connect(audio.destination)
        tone.start(start + n * 0.14)
        tone.stop(start + n * 0.14 + 0.35)
      }
    } catch {} // no sound device, or the browser wants a click on the page first
  }

  /** @param {string} title @param {string} body @param {string} tag one notice a conversation @param {() => void} open */
  notify(title, body, tag, open) {
    if (!this.on || !document.hidden || typeof Notification === 'undefined' || Notification.permission !== 'granted') return
    try {
      const notice = new Notification(title, { body: body.slice(0, 200), tag })
      notice.onclick = () => {
        window.focus()
        notice.close()
        open()
      }
    } catch {} // phones want a service worker for this
  }

  /** @param {number} n what waits for this agent */
  count(n) {
    const title = n ? `(${n}) ${this.#title}` : this.#title
    if (document.title !== title) document.title = title
  }
}
