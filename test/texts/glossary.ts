import { readFileSync } from 'node:fs'
import { z } from 'zod'

const Rule = z.strictObject({
  term: z.string(),
  use: z.string(),
  only: z.literal('screen').optional(),
  except: z.array(z.string()).default([]),
  exceptKeys: z.string().optional(),
})
const Glossary = z.strictObject({ about: z.string(), en: z.array(Rule), zh: z.array(Rule) })

/** A term that no text may have, compiled; `except`: ends of keys, and `exceptKeys`: a pattern of keys, in which it means something else. */
export type ForbiddenTerm = {
  readonly pattern: RegExp
  readonly use: string
  readonly only?: 'screen' | undefined
  readonly except: readonly string[]
  readonly exceptKeys?: string | undefined
}

const glossary = Glossary.parse(JSON.parse(readFileSync(new URL('../fixtures/glossary.json', import.meta.url), 'utf8')))

const compile = (rules: z.output<typeof Rule>[], flags: string): ForbiddenTerm[] =>
  rules.map(({ term, ...rule }) => ({ ...rule, pattern: new RegExp(term, flags) }))

/** What the glossary forbids, by language. */
export const forbiddenTerms = { en: compile(glossary.en, 'iu'), zh: compile(glossary.zh, 'u') }
