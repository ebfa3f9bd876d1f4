import type { PatternFault } from './pattern.ts'

/** The name of each fault of a pattern in a reason's `data.rule`, in the API and in the database. */
export const patternRules: Readonly<Record<PatternFault, string>> = {
  pattern: 'a regular expression',
  patternUnsupported:
    'no look-ahead or look-behind, no back references, no count above 1000 (RE2 syntax). Write what the line must have, or make two steps of it',
  patternTooLarge: 'its counts repeat too much: a line is looked at for 512 characters. Use smaller counts, or + and *',
}

const byRule = new Map(Object.entries(patternRules).map(([fault, rule]) => [rule, fault as PatternFault]))

/** The fault named by `data.rule`; undefined for one of a newer station. */
export const patternFaultOf = (rule: string): PatternFault | undefined => byRule.get(rule)
