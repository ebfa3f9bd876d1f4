/** Maximum nesting of objects and arrays in a call of the operator API. */
export const API_JSON_DEPTH = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * Whether JSON nests deeper than this many levels, checked before parsing, because parsing a million levels blocks a thread for seconds.
 * Invalid JSON also gets a depth; the parser reports what is wrong with it.
 */
export const isJsonDeeper = (text: string, levels: number): boolean => {
  let depth = 0
  let inText = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (inText) {
      if (code === BACKSLASH) at++
      else if (code === QUOTE) inText = false
    } else if (code === QUOTE) inText = true
    // { and [, } and ]
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > levels) return true
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return false
}

/** The same for a value that did not arrive as text, as over a message port. A circular value is deeper than any limit. */
export const isValueDeeper = (value: unknown, levels: number): boolean => {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = []
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue
      if (depth >= levels) return true
      for (const member of Object.values(item)) if (typeof member === 'object' && member !== null) next.push(member)
    }
    level = next
  }
  return false
}
