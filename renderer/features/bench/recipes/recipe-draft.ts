import type { z } from 'zod'
import { patternFault, patternNames } from '#shared/pattern.ts'
import type {
  BuildDraft,
  Recipe,
  RecipeInput,
  RecipeSerials,
  RecipeSerialsInput,
  RecipeUnitData,
} from '#shared/schema.ts'
import { serialsIn } from '#shared/serials.ts'
import { type FlashTarget, flashTargets, targets } from '#shared/targets/index.ts'
import { addressIn, addressKind, hex } from './address.ts'
import { defaultsOf, type Options, withDefaults } from './target-options.ts'

/** An image in the form: from a package, from an upload, or already in the recipe (then `file` is its SHA-256). */
export interface DraftImage {
  readonly key: string
  readonly packageId: number | null
  readonly fileName: string | null
  readonly file: string | null
  readonly name: string
  readonly size: number
  readonly address: string
}
export type UnitValue = RecipeUnitData['entries'][number]
/** Unit and limits of a value that a check's pattern reads, as typed. */
export interface DraftValue {
  readonly name: string
  readonly unit: string
  readonly min: number | null
  readonly max: number | null
}
export interface DraftCheck {
  readonly name: string
  readonly send: string
  readonly expect: string
  readonly timeoutMs: number
  readonly baudRate: number | null
  /** Also of groups that the pattern had and may have again. */
  readonly values: readonly DraftValue[]
}
/** Where the serial numbers come from, as typed. */
export interface DraftSerials {
  readonly from: RecipeSerials['from']
  readonly prefix: string
  readonly width: number | null
  readonly next: string
  /** The counter as the form found it: unchanged, it goes on where it is by then. */
  readonly nextWas: string
  /** One a line, or a pasted CSV file. */
  readonly list: string
}
/** A recipe in the form: texts as typed. */
export interface RecipeDraft {
  readonly name: string
  readonly productId: number | null
  readonly target: FlashTarget
  readonly options: Options
  readonly images: readonly DraftImage[]
  readonly expect: {
    readonly chip: string
    readonly minFlashKb: number | null
    readonly unit: string
    readonly vendorId: string
    readonly productId: string
    readonly usbSerialIsUnit: boolean
    readonly serial: boolean
  }
  readonly unitData: {
    readonly on: boolean
    readonly address: string
    readonly sizeKb: number
    readonly entries: readonly UnitValue[]
  }
  readonly checks: readonly DraftCheck[]
  readonly serials: DraftSerials
  readonly autoStart: boolean
  readonly notes: string
}

export const noValue: UnitValue = { namespace: 'factory', key: '', type: 'string', value: '' }
export const noCheck: DraftCheck = { name: '', send: '', expect: '', timeoutMs: 3000, baudRate: null, values: [] }

const [firstTarget] = flashTargets

export const emptyDraft: RecipeDraft = {
  name: '',
  productId: null,
  target: firstTarget,
  options: defaultsOf(firstTarget),
  images: [],
  expect: { chip: '', minFlashKb: null, unit: '', vendorId: '', productId: '', usbSerialIsUnit: false, serial: false },
  unitData: { on: false, address: '0x9000', sizeKb: 24, entries: [{ ...noValue, key: 'serial', value: '{serial}' }] },
  checks: [],
  serials: { from: 'scan', prefix: '', width: 6, next: '1', nextWas: '', list: '' },
  autoStart: false,
  notes: '',
}

/** A saved recipe as a draft to edit. */
export const draftOf = (recipe: Recipe): RecipeDraft => {
  const { expect, unitData } = recipe
  return {
    name: recipe.name,
    productId: recipe.productId,
    target: recipe.target,
    options: withDefaults(recipe.target, recipe.options),
    images: recipe.images.map((image, index) => ({
      key: `own-${index}`,
      packageId: image.packageId,
      fileName: image.packageId === null ? null : image.name,
      file: image.packageId === null ? image.sha256 : null,
      name: image.name,
      size: image.size,
      address: image.address === null ? '' : hex(image.address),
    })),
    expect: {
      chip: expect.chip ?? '',
      minFlashKb: expect.minFlashSize === undefined ? null : expect.minFlashSize / 1024,
      unit: expect.unit ?? '',
      vendorId: expect.vendorId ?? '',
      productId: expect.productId ?? '',
      usbSerialIsUnit: expect.usbSerialIsUnit ?? false,
      serial: expect.serial ?? false,
    },
    unitData:
      unitData === null
        ? emptyDraft.unitData
        : { on: true, address: hex(unitData.address), sizeKb: unitData.size / 1024, entries: unitData.entries },
    checks: recipe.checks.map(({ name = '', send = '', expect = '', timeoutMs, baudRate = null, values = [] }) => ({
      name,
      send,
      expect,
      timeoutMs,
      baudRate,
      values: values.map(({ name, unit = '', min = null, max = null }) => ({ name, unit, min, max })),
    })),
    serials: draftSerials(recipe.serials),
    autoStart: recipe.autoStart,
    notes: recipe.notes ?? '',
  }
}

type SerialsInput = z.input<typeof RecipeSerialsInput>

const draftSerials = (serials: RecipeSerials): DraftSerials => {
  if (serials.from === 'counter') {
    const next = serials.next === null ? '' : String(serials.next)
    return { ...emptyDraft.serials, ...serials, next, nextWas: next }
  }
  return { ...emptyDraft.serials, from: serials.from, list: serials.from === 'list' ? serials.list.join('\n') : '' }
}

const serialsInput = ({ from, prefix, width, next, nextWas, list }: DraftSerials): SerialsInput => {
  if (from === 'scan') return { from }
  if (from === 'list') return { from, list: [...serialsIn(list).serials] }
  const number = next.trim()
  return { from, prefix: prefix.trim(), width, ...(number !== nextWas && { next: Number(number) }) }
}

/** The draft for another target, without the choices for the previous one. */
export const withTarget = (draft: RecipeDraft, target: FlashTarget): RecipeDraft => ({
  ...draft,
  target,
  options: defaultsOf(target),
  unitData: targets[target].unitData ? draft.unitData : emptyDraft.unitData,
})

/** The draft with what a build says; the user's name, product, checks and unit data stay. */
export const withBuild = (draft: RecipeDraft, { recipe, files }: BuildDraft): RecipeDraft => {
  const { target } = recipe
  const kept = draft.target === target ? draft : withTarget(draft, target)
  return {
    ...kept,
    name: kept.name === '' ? recipe.name : kept.name,
    options: withDefaults(target, { ...kept.options, ...recipe.options }),
    images: ordered(
      files.map(({ file, name, size, address }) => ({
        key: `build/${file}/${address}`,
        packageId: null,
        fileName: null,
        file,
        name,
        size,
        address: hex(address),
      })),
    ),
  }
}

/** Ordered by address; images without one come last, in the order they were added. */
export const ordered = (images: readonly DraftImage[]): readonly DraftImage[] => {
  const at = ({ address }: DraftImage): number => addressIn(address) ?? Number.POSITIVE_INFINITY
  return images.toSorted((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)))
}

const filled = <T extends Record<string, unknown>>(values: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== false),
  ) as Partial<T>

/** The names of the values that a check's pattern reads; none of a pattern that cannot be run. */
export const valueNames = (expect: string): readonly string[] =>
  expect === '' || patternFault(expect) ? [] : patternNames(expect)

/** The values of a check that have a unit or a limit. */
const limitsOf = ({ expect, values }: Pick<DraftCheck, 'expect' | 'values'>) => {
  const names = valueNames(expect)
  const kept = values
    .filter(({ name, unit, min, max }) => names.includes(name) && (unit.trim() !== '' || min !== null || max !== null))
    .map(({ name, unit, min, max }) => ({
      name,
      ...(unit.trim() !== '' && { unit: unit.trim() }),
      ...(min !== null && { min }),
      ...(max !== null && { max }),
    }))
  return kept.length > 0 ? { values: kept } : {}
}

/** The input for the station; only a draft without faults has one. */
export const inputOf = (draft: RecipeDraft): z.input<typeof RecipeInput> => {
  const { expect, unitData, target } = draft
  const { chip, minFlashKb, unit, ...rest } = expect
  return {
    name: draft.name.trim(),
    productId: draft.productId,
    target,
    options: { ...draft.options },
    images: draft.images.map(({ packageId, fileName, file, name, address }) => ({
      ...(packageId === null ? { file } : { packageId, fileName }),
      address: ['none', 'file'].includes(addressKind(target, name)) ? null : (addressIn(address) ?? null),
    })),
    expect: filled({
      chip: chip.trim(),
      minFlashSize: minFlashKb === null ? null : minFlashKb * 1024,
      unit: unit.trim(),
      ...rest,
    }) as z.input<typeof RecipeInput>['expect'],
    unitData:
      unitData.on && targets[target].unitData
        ? {
            address: addressIn(unitData.address) ?? 0,
            size: unitData.sizeKb * 1024,
            entries: unitData.entries.map((entry) => ({ ...entry })),
          }
        : null,
    checks: draft.checks.map(({ name, send, expect, timeoutMs, baudRate, values }) => ({
      ...(name.trim() !== '' && { name: name.trim() }),
      ...(send !== '' && { send }),
      ...(expect !== '' && { expect }),
      timeoutMs,
      ...(baudRate !== null && { baudRate }),
      ...limitsOf({ expect, values }),
    })),
    serials: serialsInput(draft.serials),
    autoStart: draft.autoStart,
    notes: draft.notes.trim() === '' ? null : draft.notes.trim(),
  }
}
