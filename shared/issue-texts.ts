import { type Language, languages } from './languages.ts'
import { ruleText } from './phrase-text.ts'
import { texts } from './texts/index.ts'

/** What a schema found wrong with one value, in the form of zod 4; unknown members of newer versions are left out. */
export interface SchemaIssue {
  readonly code?: string | undefined
  readonly message: string
  readonly expected?: string
  readonly origin?: string
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
  readonly values?: readonly unknown[]
  readonly keys?: readonly string[] | undefined
  /** For a union: the issues of each variant. */
  readonly errors?: readonly (readonly SchemaIssue[])[]
  /** For a key or an element of a record. */
  readonly issues?: readonly SchemaIssue[]
}

/** Fills `{name}` places. A blank separates a Han character from a Latin letter. */
const filled = (text: string, values: Readonly<Record<string, unknown>>): string =>
  text
    .replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ''))
    .replace(/(?<=\p{Script=Han})(?=[A-Za-z])/u, ' ')

const known = (table: Readonly<Record<string, string>>, key: string | undefined): string | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined

const textIn = (issue: SchemaIssue, language: Language): string => {
  const { issues } = texts[language]
  const unit = known(issues.units, issue.origin) ?? ''
  switch (issue.code) {
    case 'invalid_type':
      if (/received undefined$/.test(issue.message)) return issues.required
      return filled(issues.type, { kind: known(issues.kinds, issue.expected) ?? issue.expected ?? '' })
    case 'too_small':
      return filled(issues.least, { limit: issue.minimum, unit })
    case 'too_big':
      return filled(issues.most, { limit: issue.maximum, unit })
    case 'invalid_value':
      return filled(issues.oneOf, { values: (issue.values ?? []).join(', ') })
    case 'unrecognized_keys':
      return issues.unknownField
    default:
      return issues.format
  }
}

/** What is wrong with a value, as text in every language. */
export const issueTexts = (issue: SchemaIssue): Readonly<Record<Language, string>> => {
  const inner = issue.errors?.[0]?.[0] ?? issue.issues?.[0]
  if (inner) return issueTexts(inner)
  const entries = languages.map((language) => [language, ruleText(issue.message, language) ?? textIn(issue, language)])
  return Object.fromEntries(entries) as Record<Language, string>
}
