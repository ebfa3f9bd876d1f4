import { flashReasonText } from './flash-reasons.ts'
import { flashPhases } from './flashing.ts'
import type { Language } from './languages.ts'
import { patternFaultOf } from './pattern-rules.ts'
import type { benchReasons } from './texts/en/bench-reasons.ts'
import { texts } from './texts/index.ts'

/**
 * Why the bench refused, failed or stopped a run: the bench's own codes of `Run.errorCode`. The codes of the families are in
 * `flash-reasons.ts`.
 */
export type BenchReason = keyof typeof benchReasons

/** Values for the places in a reason's text. */
export type ReasonData = Readonly<Record<string, string | number>>

const inWords = (data: ReasonData, language: Language): ReasonData => {
  const phase = flashPhases.find((name) => name === data.phase)
  const fault = patternFaultOf(String(data.rule))
  const { flashPhases: phases, rules } = texts[language]
  return { ...data, ...(phase && { phase: phases[phase] }), ...(fault && { rule: rules[fault] }) }
}

/** Fills the `{name}` places of a text. */
const filled = (text: string, data: ReasonData): string =>
  text.replace(/\{(\w+)\}/g, (_, key: string) => String(data[key] ?? '…'))

const isBenchReason = (code: string): code is BenchReason => Object.hasOwn(texts.en.benchReasons, code)

/** The text of a run's reason, for a code of the bench or of a family; undefined for a code of a newer station. */
export const benchReasonText = (code: string, language: Language, data: ReasonData = {}): string | undefined =>
  isBenchReason(code)
    ? filled(texts[language].benchReasons[code], inWords(data, language))
    : flashReasonText(code, language, data)
