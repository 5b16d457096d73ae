// What a worker of the server does for the page: it is asked for, then looked for until it is there.

const LOOK = 300 // milliseconds between two looks

/** @param {string} url @param {RequestInit} [how] @returns {Promise<any>} */
async function told(url, how) {
  const answer = await fetch(url, how)
  if (!answer.ok) throw new Error(String(answer.status))
  return answer.json()
}

/** What came of it, or a `problem`; {} when nobody waits any more.
 * @param {string} url @param {Record<string, string>} about @param {string} token the form's @param {() => boolean} waits @returns {Promise<any>} */
export async function ask(url, about, token, waits) {
  let found = await told(url, { method: 'POST', body: new URLSearchParams(about), headers: { 'X-CSRFToken': token } })
  const { ask: address } = found
  if (!address) return found
  for (found = {}; !Object.keys(found).length && waits(); found = await told(address)) await new Promise((done) => setTimeout(done, LOOK))
  return found
}
