import type { TFunction } from 'i18next'
import { errorText } from '#shared/error-texts.ts'
import type { Language } from '#shared/languages.ts'
import { texts } from '#shared/texts/index.ts'
import type { Failure } from '../api/failure.ts'
import { formatBytes } from '../i18n/format.ts'

type FieldName = keyof (typeof texts)['en']['screen']['fields']

const fieldWord = (name: string, t: TFunction): string => t(`fields.${name as FieldName}`, { defaultValue: name })

/** The text of a failure: fields and objects have the names of the screen. */
export const failureText = (failure: Failure, language: Language, t: TFunction): string => {
  if (failure.kind === 'offline') return t('offline')
  const { code, data, fields } = failure
  if (code === 'BAD_REQUEST' && fields.length > 0) {
    const named = fields.map(({ name, rule }) =>
      rule ? t('badField', { field: fieldWord(name, t), rule: rule[language] ?? rule.en }) : fieldWord(name, t),
    )
    return t('badFields', { fields: named.join(texts[language].language.clauseSeparator) })
  }
  const words = { ...data }
  if (typeof words.field === 'string') words.field = fieldWord(words.field, t)
  if (typeof words.limit === 'number') words.limit = formatBytes(words.limit, language)
  const text = errorText(code, language, words)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
