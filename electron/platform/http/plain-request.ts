/** A request that asks for a file, or one range of it, and nothing else, on a connection that stays open. */
export interface PlainRequest {
  readonly asked: PlainTarget
  /** First byte and last byte as asked; `last` is undefined where the range is open. Undefined: the whole file. */
  readonly range: { readonly first: number; readonly last: number | undefined } | undefined
}

/** What the requests of one client have in common: the same object for as long as they are alike. */
export interface PlainTarget {
  /** Path without query, in characters of a URI (RFC 3986 §2). */
  readonly path: string
}

/** A longer head is left to the server's own parser. */
export const PLAIN_HEAD_MAX = 1024

/**
 * One complete head (RFC 9112 §2.1, §3, §5) with nothing behind it. Stricter than the standard: no other method, version or form of
 * target, no query, one space at most before a value, visible ASCII, no line that continues another.
 */
const HEAD =
  /^GET (\/[A-Za-z0-9._~%!$&'()*+,;=:@/-]{0,400}) HTTP\/1\.1\r\n((?:[A-Za-z-]{1,30}: ?[\x20-\x7e]{0,300}\r\n){1,16})\r\n$/

/** Headers that change nothing about the answer. */
const IGNORED = new Set(['user-agent', 'accept', 'accept-encoding', 'accept-language', 'cache-control', 'pragma'])

const RANGE = /^bytes=(\d{1,15})-(\d{0,15})$/

/** The parts of a head around the value of its range: whatever is alike in them differs in two numbers only. */
interface Known {
  readonly before: string
  readonly after: string
  readonly asked: PlainTarget
}

/**
 * Makes the reader of one connection. It understands what devices send nearly always, and answers undefined for everything else, which
 * is no verdict: the caller hands that to a complete parser. A head that differs from the one before in the numbers of its range only is
 * compared, not parsed. Never throws.
 * @returns reads the bytes that arrived at once, as latin1.
 */
export const createPlainReader = (): ((text: string) => PlainRequest | undefined) => {
  let known: Known | undefined

  const again = ({ before, after, asked }: Known, text: string): PlainRequest | undefined => {
    if (!text.startsWith(before) || !text.endsWith(after)) return undefined
    const range = readNumbers(text, before.length, text.length - after.length)
    return range && { asked, range }
  }

  return (text) => {
    const alike = known && again(known, text)
    if (alike) return alike
    if (text.length > PLAIN_HEAD_MAX) return undefined
    const request = parse(text)
    if (request?.range) known = around(text, request.asked)
    return request
  }
}

const parse = (text: string): PlainRequest | undefined => {
  const [, path, lines] = HEAD.exec(text) ?? []
  if (path === undefined || lines === undefined) return undefined
  let range: PlainRequest['range']
  const seen = new Set<string>()
  for (const line of lines.slice(0, -2).split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (IGNORED.has(name)) continue
    if (seen.has(name)) return undefined
    seen.add(name)
    if (name === 'range') {
      const [, first, last] = RANGE.exec(value) ?? []
      if (first === undefined) return undefined
      range = { first: Number(first), last: last ? Number(last) : undefined }
    } else if (name === 'connection') {
      if (value.toLowerCase() !== 'keep-alive') return undefined
    } else if (name !== 'host') return undefined
  }
  // RFC 9112 §3.2: a request without Host is refused.
  return seen.has('host') ? { asked: { path }, range } : undefined
}

/** The only line with a range, as `parse` has found. */
const RANGE_LINE = /\r\nrange: ?bytes=([\d-]+)\r\n/i

const around = (text: string, asked: PlainTarget): Known | undefined => {
  const found = RANGE_LINE.exec(text)
  const numbers = found?.[1]
  if (!found || numbers === undefined) return undefined
  const start = found.index + found[0].length - 2 - numbers.length
  return { before: text.slice(0, start), after: text.slice(start + numbers.length), asked }
}

const ZERO = 48
const HYPHEN = 45
const DIGITS_MAX = 15

/** `first "-" [ last ]` between two places of a text; undefined for anything else. */
const readNumbers = (text: string, from: number, to: number): PlainRequest['range'] => {
  let at = from
  let first = 0
  for (; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) break
    first = first * 10 + digit
  }
  if (at === from || at - from > DIGITS_MAX || at >= to || text.charCodeAt(at) !== HYPHEN) return undefined
  at++
  if (at === to) return { first, last: undefined }
  if (to - at > DIGITS_MAX) return undefined
  let last = 0
  for (; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return undefined
    last = last * 10 + digit
  }
  return { first, last }
}
