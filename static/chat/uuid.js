// An id of our own (UUID 4), made here: browsers keep `crypto.randomUUID` to pages with TLS, and an intranet's may have none.

export const uuid = () => '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) =>
  (+digit ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> +digit / 4).toString(16))
