import type { Language } from './error-texts.ts'
import { ruleTexts } from './rule-texts.ts'

/** What a schema found wrong with one value, as zod 4 says it; unknown parts of newer versions are left out. */
export interface SchemaIssue {
  readonly code?: string | undefined
  readonly message: string
  readonly expected?: string
  readonly origin?: string
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
  readonly values?: readonly unknown[]
  readonly keys?: readonly string[] | undefined
  /** Of a union: the issues of each of its forms. */
  readonly errors?: readonly (readonly SchemaIssue[])[]
  /** Of a key or an element of a record. */
  readonly issues?: readonly SchemaIssue[]
}

type Texts = Readonly<Record<Language, string>>

const kinds: Readonly<Record<string, Texts>> = {
  string: { en: 'text', zh: '文本' },
  number: { en: 'a number', zh: '数字' },
  int: { en: 'a whole number', zh: '整数' },
  boolean: { en: 'true or false', zh: 'true 或 false' },
  array: { en: 'a list', zh: '列表' },
  object: { en: 'a JSON object', zh: 'JSON 对象' },
  record: { en: 'a JSON object', zh: 'JSON 对象' },
}
const units: Readonly<Record<string, Texts>> = {
  string: { en: ' characters', zh: ' 个字符' },
  array: { en: ' entries', zh: ' 项' },
}

const textsOf = (issue: SchemaIssue): Texts => {
  const unit = units[issue.origin ?? ''] ?? { en: '', zh: '' }
  switch (issue.code) {
    case 'invalid_type': {
      if (/received undefined$/.test(issue.message)) return { en: 'is required', zh: '必填' }
      const kind = kinds[issue.expected ?? ''] ?? { en: issue.expected ?? '', zh: issue.expected ?? '' }
      return { en: `must be ${kind.en}`, zh: `应为${/^[a-z]/i.test(kind.zh) ? ' ' : ''}${kind.zh}` }
    }
    case 'too_small':
      return { en: `must be at least ${issue.minimum}${unit.en}`, zh: `至少 ${issue.minimum}${unit.zh}` }
    case 'too_big':
      return { en: `must be at most ${issue.maximum}${unit.en}`, zh: `最多 ${issue.maximum}${unit.zh}` }
    case 'invalid_value': {
      const values = (issue.values ?? []).join(', ')
      return { en: `must be one of ${values}`, zh: `应为以下之一：${values}` }
    }
    case 'unrecognized_keys':
      return { en: 'unknown field', zh: '未知字段' }
    default:
      return { en: 'has the wrong format', zh: '格式不正确' }
  }
}

/** What is wrong with a value, for a person, in every language. */
export const issueTexts = (issue: SchemaIssue): Texts => {
  const inner = issue.errors?.[0]?.[0] ?? issue.issues?.[0]
  return inner ? issueTexts(inner) : (ruleTexts(issue.message) ?? textsOf(issue))
}
