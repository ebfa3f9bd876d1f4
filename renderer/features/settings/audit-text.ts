import type { Language } from '#shared/languages.ts'
import type { AuditEntry } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'

type AuditAction = keyof (typeof texts)['en']['screen']['reports']['audit']['actions']

/** The actions that have a text. */
export const auditActions = Object.keys(texts.en.screen.reports.audit.actions) as AuditAction[]

const isKnown = (action: string): action is AuditAction => action in texts.en.screen.reports.audit.actions

/** The text of an action; an action of a newer station keeps its own name. */
export const actionText = (action: string, language: Language): string =>
  isKnown(action) ? texts[language].screen.reports.audit.actions[action] : action

const fieldNames = texts.en.screen.fields

const fieldText = (name: string, language: Language): string =>
  name in fieldNames ? texts[language].screen.fields[name as keyof typeof fieldNames] : name

/** Objects as `name: Canary, percent: 10`; in a list each in its own brackets. */
const valueText = (value: unknown, language: Language): string => {
  if (typeof value === 'string') return value
  if (Array.isArray(value))
    return value.map((one) => (isObject(one) ? `(${valueText(one, language)})` : valueText(one, language))).join(' ')
  if (!isObject(value)) return JSON.stringify(value)
  return Object.entries(value)
    .map(([name, part]) => `${fieldText(name, language)} ${valueText(part, language)}`)
    .join(', ')
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The input of a call on one line: `reason: tested on the bench · force: true`. */
export const detailText = (detail: AuditEntry['detail'], language: Language): string =>
  Object.entries(detail ?? {})
    .map(([name, value]) => `${fieldText(name, language)}: ${valueText(value, language)}`)
    .join(' · ')
