/** What stands for a password or key in an address that is shown. */
export const HIDDEN = '***'

/** Names of query parameters that carry a secret. */
const secretName = /pass|secret|token|key|sig|auth/i

/** The address; undefined where the text is none. */
export const urlIn = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined)

/** An address without what is secret in it: its password, and values of query parameters such as `token`. A text that is no address stays. */
export const shownUrl = (text: string): string => {
  const url = urlIn(text)
  if (url === undefined) return text
  if (url.password !== '') url.password = HIDDEN
  for (const name of new Set(url.searchParams.keys())) if (secretName.test(name)) url.searchParams.set(name, HIDDEN)
  return url.href
}

/** Whether two addresses are the same receiver for the same user: only then may a hidden secret stay. */
const sameReceiver = (left: URL, right: URL): boolean =>
  left.protocol === right.protocol && left.host === right.host && left.username === right.username

/**
 * The address that is meant by one which was shown before and sent back: hidden secrets are those of `stored`.
 * @returns undefined where a secret is hidden that `stored` does not have, or has for another receiver or user.
 */
export const revealedUrl = (sent: string, stored: string | undefined): string | undefined => {
  const url = urlIn(sent)
  if (url === undefined) return sent
  const hidden = [...new Set(url.searchParams.keys())].filter((name) => url.searchParams.get(name) === HIDDEN)
  if (url.password !== HIDDEN && hidden.length === 0) return sent
  const before = stored === undefined ? undefined : urlIn(stored)
  if (before === undefined || !sameReceiver(url, before)) return undefined
  if (url.password === HIDDEN) {
    if (before.password === '') return undefined
    url.password = before.password
  }
  for (const name of hidden) {
    const value = before.searchParams.get(name)
    if (value === null) return undefined
    url.searchParams.set(name, value)
  }
  return url.href
}
