import { RE2JS } from 're2js'

/*
 * Patterns that a user writes and a station applies to the output of devices. They run on RE2 (github.com/google/re2/wiki/Syntax), whose
 * time is linear in the text for every pattern: no output of a device and no imported recipe can block a thread.
 */

/** Why a pattern cannot be run; codes of rules (`shared/texts/en/rules.ts`). */
export const patternFaults = ['pattern', 'patternUnsupported', 'patternTooLarge'] as const
export type PatternFault = (typeof patternFaults)[number]

/** Characters of a text that a pattern is applied to; the rest is ignored. */
export const PATTERN_LINE_MAX = 512
/** Maximum characters of a value that replaces a place in a pattern. */
const VALUE_MAX = 128
/** Maximum steps of a compiled pattern: a pattern of this size takes some milliseconds per line, and as many to compile. */
const STEPS_MAX = 1000

const places = /\{(serial|unit)\}/g

/** The unit's own values, for the places of a pattern. */
export type PatternValues = Readonly<Record<'serial' | 'unit', string>>

/** A pattern that cannot be run. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
  readonly fault: PatternFault

  constructor(fault: PatternFault, options?: ErrorOptions) {
    super(fault, options)
    this.fault = fault
  }
}

/** A compiled pattern. */
export interface Pattern {
  /** Whether it matches anywhere in the first `PATTERN_LINE_MAX` characters. */
  test(text: string): boolean
  /** The first group of the first match there; undefined without a match, or where the group took no part in it. */
  group(text: string): string | undefined
  /** The named groups of the first match there, those that took part in it; undefined without a match. */
  named(text: string): Readonly<Record<string, string>> | undefined
}

/** JavaScript escapes that RE2 writes differently: `\u0041`, `\u{41}`, `\cJ`. Their meaning is the same. */
const inRe2Words = (source: string): string =>
  source.replace(
    /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|c([a-z])|.)/gis,
    (all, braced?: string, four?: string, control?: string) => {
      const code = control === undefined ? (braced ?? four) : (control.charCodeAt(0) % 32).toString(16)
      return code === undefined ? all : `\\x{${code}}`
    },
  )

const isJavaScript = (source: string): boolean => {
  try {
    new RegExp(source, 'u')
    return true
  } catch {
    return false
  }
}

/** @throws PatternError. */
const compiled = (source: string): RE2JS => {
  try {
    return RE2JS.compile(inRe2Words(source))
  } catch (cause) {
    throw new PatternError(isJavaScript(source) ? 'patternUnsupported' : 'pattern', { cause })
  }
}

/**
 * Estimates the steps of a compiled pattern without compiling it: a count repeats the element before it that often. An invalid pattern
 * also gets a number.
 */
const stepsOf = (source: string): number => {
  const token =
    /\{(?:serial|unit)\}|\\(?:[xpPu]\{[^}]*\}|.)|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:P?<\w*>|[a-zA-Z-]*:?)|\{(\d+)(?:,(\d*))?\}|./gs
  const groups: number[] = []
  let sum = 0
  let last = 0
  for (const [text, least, most] of source.matchAll(token)) {
    if (text.startsWith('(')) {
      groups.push(sum)
      sum = 0
      last = 0
    } else if (text === ')') {
      last = sum + 2
      sum = (groups.pop() ?? 0) + last
    } else if (least === undefined) {
      last = text === '{serial}' || text === '{unit}' ? VALUE_MAX : 1
      sum += last
    } else {
      const times = Math.max(Number(least), Number(most || 0))
      // An optional element takes a step for each decision.
      const once = most === undefined ? last : last + 1
      sum += once * times
      last += once * times
    }
  }
  return groups.reduce((all, outer) => all + outer, sum)
}

const filled = (source: string, fill: (place: 'serial' | 'unit') => string): string =>
  // A hyphen would be a range inside brackets.
  source.replace(places, (_, place: 'serial' | 'unit') => RE2JS.quote(fill(place)).replaceAll('-', '\\-'))

/** Why a pattern cannot be run, whatever the unit's values are; undefined: it can. */
export const patternFault = (source: string): PatternFault | undefined => {
  if (stepsOf(source) > STEPS_MAX) return 'patternTooLarge'
  try {
    compiled(filled(source, () => 'x'))
    return undefined
  } catch (error) {
    if (error instanceof PatternError) return error.fault
    throw error
  }
}

/** The number of groups of a pattern that can be run. @throws PatternError. */
export const patternGroups = (source: string): number => compiled(filled(source, () => 'x')).groupCount()

/** The names of the named groups of a pattern that can be run, in their order. @throws PatternError. */
export const patternNames = (source: string): string[] =>
  Object.entries(compiled(filled(source, () => 'x')).namedGroups())
    .sort(([, left], [, right]) => left - right)
    .map(([name]) => name)

/**
 * Compiles a pattern; the given values replace `{serial}` and `{unit}` in it as literal text.
 * @throws PatternError.
 */
export const compilePattern = (source: string, values?: PatternValues): Pattern => {
  if (stepsOf(source) > STEPS_MAX) throw new PatternError('patternTooLarge')
  if (values && Object.values(values).some((value) => value.length > VALUE_MAX))
    throw new PatternError('patternTooLarge')
  const pattern = compiled(values ? filled(source, (place) => values[place]) : source)
  return {
    test: (text) => pattern.test(text.slice(0, PATTERN_LINE_MAX)),
    group: (text) => {
      const found = pattern.matcher(text.slice(0, PATTERN_LINE_MAX))
      return found.find() && found.groupCount() > 0 ? (found.group(1) ?? undefined) : undefined
    },
    named(text) {
      const found = pattern.matcher(text.slice(0, PATTERN_LINE_MAX))
      if (!found.find()) return undefined
      return Object.fromEntries(
        Object.entries(pattern.namedGroups()).flatMap(([name, group]): [string, string][] => {
          const value = found.group(group)
          return value === null ? [] : [[name, value]]
        }),
      )
    },
  }
}
