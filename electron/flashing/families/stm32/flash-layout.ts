import type { BankOption, Division } from './chip-series.ts'
import { flashStart, type Stm32Chip } from './chips.ts'

/** What an option bit of the chip says; undefined where it was not read. */
export type BankMode = 'single' | 'dual' | undefined

/** A piece of flash that is erased as a whole. */
export interface FlashPage {
  readonly address: number
  readonly bytes: number
  /** Its number in Erase and Extended Erase; undefined where sources disagree about the numbering. */
  readonly number: number | undefined
}

/** The flash of one chip. */
export interface FlashLayout {
  /** Ascending, without overlaps; a gap between two of them is no flash. */
  readonly pages: readonly FlashPage[]
}

/** Pages of the given sizes from an address on; the last size repeats, and the last page is cut at the end. */
const run = (address: number, bytes: number, sizes: readonly number[], first: number | undefined): FlashPage[] => {
  const pages: FlashPage[] = []
  const last = sizes.at(-1) ?? bytes
  for (let at = 0; at < bytes; ) {
    const size = Math.min(sizes[pages.length] ?? last, bytes - at)
    pages.push({ address: address + at, bytes: size, number: first === undefined ? undefined : first + pages.length })
    at += size
  }
  return pages
}

/** Two halves, the second one at `distance`; its pages have numbers where they follow on. */
const halves = (size: number, distance: number, sizes: readonly number[]): FlashPage[] => {
  const first = run(flashStart, size / 2, sizes, 0)
  const followsOn = distance === size / 2
  return [...first, ...run(flashStart + distance, size / 2, sizes, followsOn ? first.length : undefined)]
}

/** Sectors in the second bank of a part that lacks the last sectors of the first one: manual and programmers number them differently. */
const sectorHalves = (size: number, largest: number, sizes: readonly number[]): FlashPage[] => {
  const first = run(flashStart, size / 2, sizes, 0)
  return [...first, ...run(flashStart + size / 2, size / 2, sizes, size === largest ? first.length : undefined)]
}

/** The option bit that decides how a chip of this size is divided; undefined where none does. */
export const bankOptionOf = (chip: Stm32Chip, flashSize: number | undefined): BankOption | undefined => {
  const { division } = chip
  if (division.kind !== 'sectors-by-option' && division.kind !== 'pages-by-option') return undefined
  const { sizes } = division.option
  return !sizes || flashSize === undefined || sizes.includes(flashSize) ? division.option : undefined
}

/** What the word with the option bit says. */
export const bankModeOf = (option: BankOption, word: number, isLargest: boolean): BankMode => {
  const bit = isLargest ? option.bit : (option.smallerBit ?? option.bit)
  return ((word >>> bit) & 1) === option.dual ? 'dual' : 'single'
}

const pagesOf = (division: Division, size: number, largest: number, mode: BankMode): FlashPage[] | undefined => {
  switch (division.kind) {
    case 'pages': {
      const pages = run(flashStart, size, [division.bytes], 0)
      const isSure = ({ address }: FlashPage): boolean => size !== division.contested || address < flashStart + size / 2
      return pages.map((page) => (isSure(page) ? page : { ...page, number: undefined }))
    }
    case 'sectors':
      return run(flashStart, size, division.bytes, 0)
    case 'spread':
      // Parts with one sector have one bank.
      return size <= 128 * 1024
        ? run(flashStart, size, [division.bytes], 0)
        : halves(size, division.bank, [division.bytes])
    case 'sectors-by-option': {
      const { sizes } = division.option
      const dual = size > division.always ? true : sizes && !sizes.includes(size) ? false : mode && mode === 'dual'
      if (dual === undefined) return undefined
      return dual ? sectorHalves(size, largest, division.dual) : run(flashStart, size, division.single, 0)
    }
    case 'pages-by-option':
      if (!mode) return undefined
      return mode === 'single'
        ? run(flashStart, size, [division.single], 0)
        : halves(size, division.bank ?? size / 2, [division.dual])
  }
}

/**
 * The pages of a chip.
 * @param flashSize as read from the chip, bytes; undefined: that of the largest part.
 * @returns undefined if they depend on an option bit that was not read.
 */
export const flashLayoutOf = (
  chip: Stm32Chip,
  flashSize: number | undefined,
  mode: BankMode,
): FlashLayout | undefined => {
  const pages = pagesOf(chip.division, flashSize ?? chip.maxFlash, chip.maxFlash, mode)
  return pages && { pages }
}

/** The first address behind all flash of a layout. */
export const flashEnd = ({ pages }: FlashLayout): number => {
  const last = pages.at(-1)
  return last ? last.address + last.bytes : flashStart
}

/**
 * The first address behind flash of this size in any of the chips, however its banks are: in smaller parts the second one may begin where
 * that of the largest part does.
 */
export const flashReachOf = (chips: readonly Stm32Chip[], size: number): number =>
  chips
    .flatMap((chip) => (['single', 'dual'] as const).map((mode) => flashLayoutOf(chip, size, mode)))
    .reduce((reach, layout) => Math.max(reach, layout ? flashEnd(layout) : 0), flashStart + size)
