import type { Language } from './languages.ts'
import type { jobReasons } from './texts/en/job-reasons.ts'
import { type Texts, texts } from './texts/index.ts'

/** Why a job failed or was skipped: the code in `Job.errorCode`; `Job.description` has the device's own text. */
export type JobReason = keyof typeof jobReasons

export const isJobReason = (code: string): code is JobReason => Object.hasOwn(texts.en.jobReasons, code)

/** Steps a device reports below zero (docs/protocols/README.md §8.2: -1 upgrade, -2 download, -3 verification, -4 burning). */
export const stepReasons: Readonly<Record<number, JobReason>> = {
  [-1]: 'UPGRADE_FAILED',
  [-2]: 'DOWNLOAD_FAILED',
  [-3]: 'VERIFICATION_FAILED',
  [-4]: 'BURNING_FAILED',
}

/** The text of a reason with its `{name}` places filled; undefined for a code of a newer station. */
export const filledReason = (
  reasons: Texts['jobReasons'],
  code: string,
  fill: Readonly<Record<string, string>> = {},
): string | undefined =>
  isJobReason(code) ? reasons[code].replace(/\{(\w+)\}/g, (_, key: string) => fill[key] ?? '…') : undefined

/** The same in one language. */
export const reasonText = (code: string, language: Language, fill?: Readonly<Record<string, string>>) =>
  filledReason(texts[language].jobReasons, code, fill)
