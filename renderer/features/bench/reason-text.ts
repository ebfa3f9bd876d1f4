import { benchReasonText } from '#shared/bench-reasons.ts'
import type { Language } from '#shared/languages.ts'
import { reasonHeadline } from '#shared/reason-headlines.ts'
import type { BenchTrouble, Run } from '#shared/schema.ts'

type Ended = Pick<Run, 'errorCode' | 'errorData' | 'message'>

/** Why a run or the attempt of a record did not pass, and what to do. */
export const reasonOf = ({ errorCode, errorData, message }: Ended, language: Language): string | undefined =>
  errorCode === null ? undefined : (benchReasonText(errorCode, language, errorData) ?? message ?? errorCode)

/** The first sentence of a reason without a headline, for codes of a newer station. */
export const firstSentence = (text: string): string => {
  const end = /。|；|; |[.] (?=[A-Z])/.exec(text)
  return end ? text.slice(0, end.index) : text.replace(/[.。]$/, '')
}

/** The same in the short form for a card or a row. */
export const headlineOf = (ended: Ended, language: Language): string | undefined => {
  const reason = reasonOf(ended, language)
  if (ended.errorCode === null || reason === undefined) return undefined
  return reasonHeadline(ended.errorCode, language) ?? firstSentence(reason)
}

/** What is wrong with a port or a slot, and what to do. */
export const troubleText = ({ code, data, message }: BenchTrouble, language: Language): string =>
  benchReasonText(code, language, data) ?? message
