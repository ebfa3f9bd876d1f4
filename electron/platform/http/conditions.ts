/** The request headers that make an answer conditional, as node:http gives them. */
interface Conditions {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
  readonly ifRange: string | undefined
}

/** One `entity-tag` (RFC 9110 §8.8.3) at the start of the remaining list. */
const TAG = /^[ \t,]*((?:W\/)?"[!\x23-\x7e\x80-\xff]*")[ \t]*(?=,|$)/

const tagsOf = (list: string): string[] => {
  const tags: string[] = []
  for (let rest = list; ; ) {
    const match = TAG.exec(rest)
    if (match?.[1] === undefined) return tags
    tags.push(match[1])
    rest = rest.slice(match[0].length)
  }
}

/**
 * Evaluates the preconditions of a GET or HEAD in the order of RFC 9110 §13.2.2. Dates are ignored: files carry no
 * `Last-Modified`, so If-Modified-Since and If-Unmodified-Since do not apply (§13.1.3, §13.1.4).
 * @param etag the file's strong tag, with its quotes.
 * @returns `range`: continue and apply `Range`; `whole`: continue without it (If-Range names another file, §13.1.5); or the status to answer.
 */
export const evaluateConditions = (conditions: Conditions, etag: string): 'range' | 'whole' | 304 | 412 => {
  const { ifMatch, ifNoneMatch, ifRange } = conditions
  // §13.1.1: strong comparison; `*` matches any existing file.
  if (ifMatch !== undefined && ifMatch.trim() !== '*' && !tagsOf(ifMatch).includes(etag)) return 412
  // §13.1.2: weak comparison, and 304 for GET and HEAD.
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() === '*') return 304
    if (tagsOf(ifNoneMatch).some((tag) => tag.replace(/^W\//, '') === etag)) return 304
  }
  // §13.1.5: strong comparison; a date can never be a strong validator here.
  return ifRange !== undefined && ifRange.trim() !== etag ? 'whole' : 'range'
}
