import type { CheckedImage, CheckedPartition } from '#shared/schema.ts'
import { FlashError, type Identity, type ReasonData, type Region } from '../flasher.ts'
import { hex } from '../hex.ts'
import { isWebPage } from './file-kinds.ts'
import type { ParsedImage } from './parsed-image.ts'

/** Something that a check of images found. */
export interface Problem {
  readonly code: string
  readonly data: ReasonData
  /** Whether it keeps the unit from being written; otherwise it is a warning. */
  readonly refused: boolean
}

export const refusal = (code: string, data: ReasonData): Problem => ({ code, data, refused: true })
export const warning = (code: string, data: ReasonData): Problem => ({ code, data, refused: false })

/** The unit that regions are checked for, as far as it is known. */
export interface KnownUnit extends Pick<Identity, 'chip' | 'flashSize'> {
  /** The chip's revision, 100 times the major number plus the minor one; left out where nobody knows. */
  readonly revision?: number | undefined
}

/** A recipe's options, as its target's schema knows them; defaults may be missing. */
export type RecipeOptions = Readonly<Record<string, unknown>>

/** A part of the address space, in bytes. */
export interface Range {
  readonly address: number
  readonly size: number
}

/** What the files of a recipe say of themselves, for people. */
export interface Description {
  /** Of the partition table that the recipe writes; empty where there is none. */
  readonly partitions: readonly CheckedPartition[]
  readonly images: readonly CheckedImage[]
}

/** Which images a target takes, and what must hold before they are written. All pure. */
export interface ImageRules {
  /**
   * A file as the regions that it writes.
   * @param address null: none was given.
   * @throws FlashError, which names the file and where it is wrong.
   */
  readonly parse: (bytes: Uint8Array, name: string, address: number | null) => ParsedImage
  /** The chip that the regions are built for; undefined where they do not tell. */
  readonly chipOf: (regions: readonly Region[]) => string | undefined
  /** Everything that is wrong with writing the regions; `known` is undefined without a unit. */
  readonly check: (regions: readonly Region[], known: KnownUnit | undefined, options: RecipeOptions) => Problem[]
  /** What the regions are; left out where a target's files say nothing of themselves. */
  readonly describe?: (regions: readonly Region[]) => Description
  /**
   * Regions that the options add to those of the files, as partitions to erase.
   * @param taken what is written besides the regions: the unit's own data.
   * @throws FlashError: an option names what the files do not have.
   */
  readonly added?: (regions: readonly Region[], options: RecipeOptions, taken: readonly Range[]) => Region[]
}

/** Targets that take every file as it is. The page of a server that had no such file is worth a word. */
export const anyImage: ImageRules = {
  parse: (bytes, name) => rawImage(bytes, name, 0),
  chipOf: () => undefined,
  check: (regions) => regions.flatMap(({ bytes, name }) => (isWebPage(bytes) ? [warning('FILE_PAGE', { name })] : [])),
}

/** A file as one region. @throws FlashError IMAGE_EMPTY. */
export const rawImage = (bytes: Uint8Array, name: string, address: number): ParsedImage => {
  if (bytes.length === 0) throw new FlashError('IMAGE_EMPTY', { name })
  return { format: 'bin', regions: [{ address, bytes, name }], entry: undefined }
}

/** Regions that write to the same address. */
export const overlaps = (regions: readonly Region[]): Problem[] => {
  const sorted = [...regions].sort((a, b) => a.address - b.address)
  return sorted.flatMap((region, index) => {
    const next = sorted[index + 1]
    const clash = next !== undefined && region.address + region.bytes.length > next.address
    return clash
      ? [refusal('REGIONS_OVERLAP', { first: region.name, second: next.name, address: hex(next.address) })]
      : []
  })
}

/** Everything that is wrong with writing these regions, without a unit where `known` is undefined. */
export const findProblems = (
  regions: readonly Region[],
  rules: ImageRules,
  known: KnownUnit | undefined,
  options: RecipeOptions = {},
): readonly Problem[] => (regions.length === 0 ? [refusal('NO_IMAGE', {})] : rules.check(regions, known, options))

/**
 * Refuses regions that must not be written to this unit.
 * @returns The warnings.
 * @throws FlashError with the first refusal.
 */
export const refuseProblems = (
  regions: readonly Region[],
  rules: ImageRules,
  identity: KnownUnit,
  options: RecipeOptions = {},
): readonly Problem[] => {
  const problems = findProblems(regions, rules, identity, options)
  const first = problems.find(({ refused }) => refused)
  if (first) throw new FlashError(first.code, first.data)
  return problems
}
