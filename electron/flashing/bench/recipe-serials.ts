import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { DEVICE_NAME_PATTERN } from '#shared/limits.ts'
import { phrase, rulePhrase } from '#shared/phrase.ts'
import { counterLimit, type ExportedSerials, type RecipeSerials } from '#shared/schema.ts'
import { counterSerial, repeatedSerial } from '#shared/serials.ts'

/** Checks serial numbers as they are saved. @throws INVALID_FIELD. */
export const checkSerials = (serials: RecipeSerials, productId: number | null): void => {
  if (serials.from === 'list') {
    if (serials.list.length === 0)
      throw new DomainError('INVALID_FIELD', { field: 'serials.list', rule: phrase('phrases.serialListEmpty') })
    const twice = repeatedSerial(serials.list)
    if (twice)
      throw new DomainError('INVALID_FIELD', { field: 'serials.list', rule: phrase('phrases.serialTwice', twice) })
  }
  if (productId === null) return
  // The units become devices of that name.
  const longest =
    serials.from === 'counter' ? [counterSerial(serials, Math.min(counterLimit(serials), 10 ** 15) - 1) ?? ''] : []
  const names = serials.from === 'list' ? serials.list : longest
  if (names.some((name) => !DEVICE_NAME_PATTERN.test(name)))
    throw new DomainError('INVALID_FIELD', {
      field: serials.from === 'list' ? 'serials.list' : 'serials.prefix',
      rule: rulePhrase('deviceName'),
    })
}

/** What a recipe file carries of them: where they come from, and never the numbers, which this station goes on using. */
export const exportedSerials = (serials: RecipeSerials): z.input<typeof ExportedSerials> => {
  if (serials.from !== 'counter') return { from: serials.from }
  const { from, prefix, width } = serials
  return { from, prefix, width }
}

/** An imported recipe's: its numbers must be set on this station before it runs. */
export const importedSerials = (serials: z.output<typeof ExportedSerials>): RecipeSerials => {
  if (serials.from === 'list') return { from: 'list', list: [] }
  return serials.from === 'counter' ? { ...serials, next: null } : { from: 'scan' }
}
