/** The parsed value, or why the bytes are not JSON: a short English phrase. */
type ParsedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly refused: string }

/**
 * A JSON number that JavaScript would print differently, e.g. `4.10` or one with 21 digits. A version printed as a number and the id
 * of a query are digit strings, not quantities.
 */
export class PrintedNumber {
  readonly text: string

  /** @param text a JSON number (RFC 8259, 6). */
  constructor(text: string) {
    this.text = text
  }

  get value(): number {
    return Number(this.text)
  }

  /** Printed as received (`JSON.rawJSON`, ECMAScript's JSON.parse source text access, which Node and Electron both support). */
  toJSON(): unknown {
    return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(this.text)
  }
}

/** Reviver that keeps the digits of numbers; `source` is the received text. */
const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && context?.source !== undefined && context.source !== String(value)
    ? new PrintedNumber(context.source)
    : value

// Not fatal: a description in another encoding must not invalidate the step in the same message.
const utf8 = new TextDecoder()

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const POINT = 0x2e
const MINUS = 0x2d
const LETTER_E = 0x65
const isDigit = (code: number) => code >= 0x30 && code <= 0x39
/** Numbers of more digits may be printed differently. */
const SAFE_DIGITS = 15
const isBlank = (code: number) => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
const opens = (code: number) => code === 0x7b || code === 0x5b
const closes = (code: number) => code === 0x7d || code === 0x5d

/**
 * One pass over the text before `JSON.parse` recurses into it: finds the nesting depth, the commas before closing brackets, and whether a
 * number may lose digits: one with a sign, a point, an exponent or many digits.
 */
const survey = (text: string): { depth: number; strayCommas: number[]; losesDigits: boolean } => {
  const strayCommas: number[] = []
  let losesDigits = false
  let digits = 0
  let depth = 0
  let deepest = 0
  let comma = -1
  let inText = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (inText) {
      if (code === BACKSLASH) at++
      else if (code === QUOTE) inText = false
      continue
    }
    if (isDigit(code)) losesDigits ||= ++digits > SAFE_DIGITS
    else {
      losesDigits ||= code === POINT || code === MINUS || (digits > 0 && (code | 0x20) === LETTER_E)
      digits = 0
    }
    if (isBlank(code)) continue
    if (opens(code)) deepest = Math.max(deepest, ++depth)
    else if (closes(code)) {
      depth--
      if (comma >= 0) strayCommas.push(comma)
    } else if (code === QUOTE) inText = true
    comma = code === COMMA ? at : -1
  }
  return { depth: deepest, strayCommas, losesDigits }
}

const without = (text: string, positions: readonly number[]): string => {
  let kept = ''
  let from = 0
  for (const at of positions) {
    kept += text.slice(from, at)
    from = at + 1
  }
  return kept + text.slice(from)
}

/** Start of the trailing NUL bytes of a C buffer. A regular expression would search the end from each NUL: half a minute for 128 KB. */
const endOf = (bytes: Uint8Array): number => {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  return end
}

/**
 * Reads JSON as devices print it: UTF-8 with an optional byte order mark, optional trailing NUL bytes of a C buffer, and an
 * optional comma before a closing bracket (LinkSDK 4.1 prints one). A number whose digits JavaScript would not keep becomes a
 * `PrintedNumber`. Never throws; `maxDepth` counts nested objects and arrays.
 */
export const parseJson = (bytes: Uint8Array, maxDepth: number): ParsedJson => {
  const text = utf8.decode(bytes.subarray(0, endOf(bytes)))
  if (text.trim() === '') return { ok: false, refused: 'empty message' }
  const { depth, strayCommas, losesDigits } = survey(text)
  if (depth > maxDepth) return { ok: false, refused: `JSON nested deeper than ${maxDepth}` }
  try {
    const whole = strayCommas.length > 0 ? without(text, strayCommas) : text
    // A reviver triples the time, and most messages hold no number that it would change.
    return { ok: true, value: (losesDigits ? JSON.parse(whole, keepDigits) : JSON.parse(whole)) as unknown }
  } catch {
    return { ok: false, refused: 'not JSON' }
  }
}
