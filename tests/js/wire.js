// A scripted server.

/** The server's side of one socket. */
export class Wire {
  readyState = 0
  /** @type {any} */ onopen
  /** @type {any} */ onmessage
  /** @type {any} */ onclose
  /** @type {any[]} */ sent = []

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text))
  }

  close() {
    this.readyState = 3
  }

  accept() {
    this.readyState = 1
    this.onopen()
  }

  /** @param {...object} frames */
  tell(...frames) {
    for (const frame of frames) this.onmessage({ data: JSON.stringify(frame) })
  }

  /** @param {number} code */
  hangUp(code) {
    this.readyState = 3
    this.onclose({ code })
  }

  /** @param {string} type */
  got(type) {
    return this.sent.filter((frame) => frame.type === type)
  }
}
