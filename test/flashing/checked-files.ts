import { type ExpectStatic, expect } from 'vitest'
import { benchReasonText } from '#shared/bench-reasons.ts'
import { languages } from '#shared/languages.ts'
import { RecipeCheckInput } from '#shared/schema.ts'
import type { FlashTarget } from '#shared/targets/index.ts'
import type { CheckView } from '../../electron/flashing/bench/bench-views.ts'
import { families } from '../../electron/flashing/families/index.ts'
import { openTestBench, type TestBench } from './test-bench.ts'

/** A row of the tables of files: a recipe's files, and what the dry check must say of them. */
export interface FileRow {
  readonly title: string
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array; readonly address?: number }[]
  /** Options, expected unit and unit data of the recipe. */
  readonly recipe?: object
  /** Codes, in the order of the answer. */
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
  /** What else the answer has. */
  readonly answer?: Parameters<ExpectStatic>[0] & object
}

/** A bench with the application's own families. */
export const openFileBench = (): Promise<TestBench> => openTestBench(undefined, (target) => families[target])

/** Uploads the files of a row and lets the dry check read them, as the recipe editor does. */
export const checkFiles = async (
  { bench, upload }: TestBench,
  target: FlashTarget,
  row: FileRow,
): Promise<CheckView> => {
  const images: { file: string; address: number | null }[] = []
  for (const { name, bytes, address } of row.files)
    images.push({ file: (await upload(name, bytes)).id, address: address ?? null })
  return bench.check(RecipeCheckInput.parse({ recipe: { name: 'Row', target, images, ...row.recipe } }))
}

/** The answer has the row's codes, and each of them a complete text in every language. */
export const expectRow = (view: CheckView, row: FileRow): void => {
  const codes = (troubles: CheckView['problems']) => troubles.map(({ code }) => code)
  expect({ problems: codes(view.problems), warnings: codes(view.warnings) }).toEqual({
    problems: row.problems,
    warnings: row.warnings,
  })
  expect(view.ok).toBe(row.problems.length === 0)
  for (const { code, data } of [...view.problems, ...view.warnings])
    for (const language of languages)
      expect(benchReasonText(code, language, data), `${code} ${language}`).toMatch(/^[^…]+$/)
  if (row.answer) expect(view).toMatchObject(row.answer)
}
