import { DomainError } from '#shared/errors.ts'
import { phrase } from '#shared/phrase.ts'
import type { RecipeContent } from '../../platform/store/bench-tables.ts'
import type { Family } from '../families/family.ts'

/** A part number that no chip of the target has, and known ones like it. */
interface UnknownPart {
  readonly expected: string
  readonly near: readonly string[]
}

/** What is wrong with the chip that a recipe expects; undefined: nothing, or it is compared by name. */
export const unknownPart = (
  { facts: { parts }, chipNames = [] }: Pick<Family, 'facts' | 'chipNames'>,
  { chip: expected }: Pick<RecipeContent['expect'], 'chip'>,
): UnknownPart | undefined => {
  if (expected === undefined || !parts || parts.find(expected)) return undefined
  if (chipNames.some((name) => name.toLowerCase() === expected.toLowerCase())) return undefined
  return { expected, near: parts.near(expected) }
}

/** Refuses a recipe whose expected chip nobody makes. @throws INVALID_FIELD with near part numbers. */
export const checkExpectedChip = (
  family: Pick<Family, 'facts' | 'chipNames'>,
  expect: RecipeContent['expect'],
): void => {
  const unknown = unknownPart(family, expect)
  if (!unknown) return
  const { expected: text, near } = unknown
  const rule = near.length > 0 ? phrase('phrases.partUnknown', { text, near }) : phrase('phrases.partUnlike', { text })
  throw new DomainError('INVALID_FIELD', { field: 'expect.chip', rule })
}

/** The same as a problem of the dry run, for recipes that were stored or imported with it. */
export const partReason = ({ expected, near }: UnknownPart) => ({
  code: 'PART_UNKNOWN' as const,
  data: { expected, near: near.join(', ') || '—' },
})
