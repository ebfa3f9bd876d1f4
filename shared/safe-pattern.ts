/** What keeps a pattern from being run on what a device sends; names of `rule-texts.ts`. */
export type PatternFault = 'pattern' | 'patternNested' | 'patternTooOpen'

/** Characters of one line of a device that a pattern is run on: what follows is not looked at. */
export const PATTERN_LINE_MAX = 512
/** Open-ended repetitions (`*`, `+`, `{2,}`) a pattern may have: with more, one line could take seconds. */
const OPEN_MAX = 3
/** From here on a counted repetition is as costly as an open one. */
const COUNT_MAX = 32

/**
 * Why a regular expression must not be run on a device's words: it may be broken, or written so that a crafted or unlucky line
 * takes it for ever (a repetition inside of a repetition, alternatives under one, back references, look-around). Undefined: safe.
 */
export const unsafePattern = (source: string): PatternFault | undefined => {
  try {
    new RegExp(source, 'u')
  } catch {
    return 'pattern'
  }
  // Each open group: whether a repetition or an alternative stands in it.
  const groups: { risky: boolean }[] = [{ risky: false }]
  let closed: { risky: boolean } | undefined
  let open = 0
  for (let at = 0; at < source.length; at++) {
    const character = source[at] ?? ''
    let ended: { risky: boolean } | undefined
    if (character === '\\') {
      if (/[1-9k]/.test(source[at + 1] ?? '')) return 'patternNested'
      at++
    } else if (character === '[') {
      at = endOfClass(source, at)
    } else if (character === '(') {
      if (/^\(\?(?:[=!]|<[=!])/.test(source.slice(at, at + 4))) return 'patternNested'
      groups.push({ risky: false })
    } else if (character === ')') {
      ended = groups.pop()
      // What is inside of a risky group is inside of the one around it, too.
      if (ended?.risky) for (const group of groups) group.risky = true
    } else if (character === '|') {
      for (const group of groups) group.risky = true
    } else {
      const repetition = /^(?:[*+]|\{(\d+)(,?)(\d*)\})/.exec(source.slice(at))
      if (repetition) {
        if (closed?.risky) return 'patternNested'
        const [all, from, comma, to] = repetition
        const unbounded = from === undefined || (comma === ',' && to === '')
        if (unbounded || Number(to || from) > COUNT_MAX) open++
        if (open > OPEN_MAX) return 'patternTooOpen'
        // Exactly so many times is no choice.
        const exact = from !== undefined && comma === ''
        if (!exact) for (const group of groups) group.risky = true
        at += all.length - 1
        // A lazy one is as costly.
        if (source[at + 1] === '?') at++
      } else if (character === '?' && source[at - 1] !== '(') {
        for (const group of groups) group.risky = true
      }
    }
    closed = ended
  }
  return undefined
}

const endOfClass = (source: string, from: number): number => {
  let at = from + 1
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1
  return at
}
