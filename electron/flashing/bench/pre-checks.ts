import { compilePattern } from '#shared/pattern.ts'
import type { RecipeExpect } from '#shared/schema.ts'
import { serialKey } from '#shared/serials.ts'
import type { PartNumbers } from '#shared/targets/part-numbers.ts'
import type { Identity } from '../flasher.ts'
import type { PortInfo } from '../ports/port-info.ts'
import { Refusal } from './run-end.ts'

/*
 * The guards: what must hold before anything is erased. Each is a pure function that throws a Refusal.
 */

/** What a run knows when its guards are checked. */
export interface PreCheckFacts {
  readonly identity: Identity
  /** The unit identified at plug-in; undefined: none was. */
  readonly atPlugIn: string | undefined
  /** The unit's identity for the record; null: unknown. */
  readonly unit: string | null
  readonly serial: string | null
  readonly port: PortInfo | undefined
  readonly expect: RecipeExpect
  /** The target's part numbers; undefined: chips are compared by name. */
  readonly parts: PartNumbers | undefined
  /** Label of another slot in which the same unit is; undefined: none. */
  readonly twin: string | undefined
  /** When this version of the recipe passed on the unit, ISO; undefined: never, or the run repeats it on purpose. */
  readonly doneAt: string | undefined
  /** The serial number that it has within the recipe's product. */
  readonly knownSerial: string | undefined
}

const plain = (chip: string): string => chip.toLowerCase().replace(/[\s_-]/g, '')

/** Whether a chip is the expected one: `ESP32-C3` matches `ESP32-C3 (QFN32)`, `ESP32` does not match `ESP32-C3`. */
export const isChip = (found: string, expected: string): boolean => {
  const [name = ''] = found.split(/[ (/]/)
  if (plain(name) === plain(expected) || plain(found) === plain(expected)) return true
  // Names may have several words, or end in open variants: `STM32F405xx` is an `STM32F405`.
  return plain(found).replace(/x+$/, '') === plain(expected).replace(/x+$/, '')
}

/** How a chip answers to what the recipe expects. */
export interface ChipMatch {
  readonly fits: boolean
  /** What of the part number the chip's id tells, for the record; undefined where names were compared. */
  readonly told?: string
}

/** Compares a chip with the part number, or the name, that the recipe expects. */
export const matchChip = (
  { chip = '', facts }: Pick<Identity, 'chip' | 'facts'>,
  expected: string,
  parts: PartNumbers | undefined,
): ChipMatch => {
  // The chip's own name, as a slot shows it, is no part number and may have wildcards of its own.
  if (isChip(chip, expected)) return { fits: true }
  const part = parts?.find(expected)
  const { productId } = facts
  const [name = ''] = chip.split(/[ (]/)
  const group = part?.groups.find(({ id }) => id === (productId ?? name))
  if (!part || !group) return { fits: false }
  const told = productId === undefined ? group.name : `product id ${productId}: ${group.name}`
  return { fits: true, told: part.rest === '' ? told : `${told}; ${part.rest} cannot be told apart` }
}

const swapped = ({ identity, atPlugIn }: PreCheckFacts): void => {
  if (atPlugIn !== undefined && identity.unit !== undefined && identity.unit !== atPlugIn)
    throw new Refusal('UNIT_CHANGED', { expected: atPlugIn, found: identity.unit })
}

/** Whether the chip is the one that the recipe expects. @throws Refusal WRONG_CHIP, CHIP_UNKNOWN. */
export const checkChip = ({ identity, expect, parts }: Pick<PreCheckFacts, 'identity' | 'expect' | 'parts'>): void => {
  const { chip } = identity
  const expected = expect.chip
  if (expected !== undefined && chip === undefined) throw new Refusal('CHIP_UNKNOWN', { expected })
  if (expected !== undefined && chip !== undefined && !matchChip(identity, expected, parts).fits)
    throw new Refusal('WRONG_CHIP', { expected, found: chip })
}

const tooSmall = ({ identity: { flashSize: found }, expect: { minFlashSize: expected } }: PreCheckFacts): void => {
  if (found !== undefined && expected !== undefined && found < expected)
    throw new Refusal('FLASH_TOO_SMALL', { expected, found })
}

const unexpected = ({ unit, serial, port, expect }: PreCheckFacts): void => {
  if (expect.serial && serial === null) throw new Refusal('SERIAL_MISSING')
  if (expect.unit !== undefined) {
    const pattern = compilePattern(expect.unit)
    const named = [unit, serial].filter((name) => name !== null)
    if (!named.some((name) => pattern.test(name)))
      throw new Refusal('UNIT_UNEXPECTED', { unit: named[0] ?? '?', pattern: expect.unit })
  }
  const expected = [expect.vendorId, expect.productId]
  const found = [port?.vendorId, port?.productId]
  if (expected.some((id, at) => id !== undefined && id.toLowerCase() !== found[at]?.toLowerCase()))
    throw new Refusal('USB_UNEXPECTED', {
      expected: expected.map((id) => id ?? '*').join(':'),
      found: found.map((id) => id ?? '?').join(':'),
    })
}

const twice = ({ unit, serial, twin }: PreCheckFacts): void => {
  if (twin !== undefined) throw new Refusal('UNIT_TWICE', { unit: unit ?? serial ?? '?', slot: twin })
}

const otherLabel = ({ unit, serial, knownSerial }: PreCheckFacts): void => {
  if (serial !== null && knownSerial !== undefined && serialKey(serial) !== serialKey(knownSerial))
    throw new Refusal('SERIAL_OTHER', { unit: unit ?? '?', known: knownSerial, found: serial })
}

const done = ({ unit, doneAt }: PreCheckFacts): void => {
  if (doneAt !== undefined) throw new Refusal('ALREADY_DONE', { unit: unit ?? '?', when: doneAt })
}

/** Checks every guard, the most informative first. @throws Refusal. */
export const checkGuards = (facts: PreCheckFacts): void => {
  for (const guard of [swapped, checkChip, tooSmall, unexpected, twice, otherLabel, done]) guard(facts)
}
