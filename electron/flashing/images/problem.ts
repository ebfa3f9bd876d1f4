/** Something found in a dry check; codes have texts in `shared/flash-reasons.ts`. */
export interface Problem {
  readonly code: string
  readonly data: Readonly<Record<string, string | number>>
  /** Whether it keeps the unit from being written, or is only worth a word. */
  readonly refused: boolean
}

export const refusal = (code: string, data: Problem['data']): Problem => ({ code, data, refused: true })
export const warning = (code: string, data: Problem['data']): Problem => ({ code, data, refused: false })
