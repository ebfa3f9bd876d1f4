import { FlashError, type Region } from '../../flasher.ts'
import { hex32 } from '../../hex.ts'
import type { Stm32Chip } from './chips.ts'
import type { FlashLayout, FlashPage } from './flash-layout.ts'

/** What a recipe has erased before writing. */
export type Stm32Erase = 'pages' | 'mass' | 'none'

/** What is known of the chip that is written. */
export interface PlanFacts {
  readonly productId: string
  /** undefined: its product id is not in the table. */
  readonly chip: Stm32Chip | undefined
  /** As read from the chip, bytes; undefined: that of the largest part. */
  readonly flashSize: number | undefined
  /** undefined: it depends on an option bit that the chip does not show. */
  readonly layout: FlashLayout | undefined
  /** What is erased before. */
  readonly erase: Stm32Erase
}

/** Two images that lie in one page, which a later recipe with only one of them would erase for both. */
interface SharedPage {
  readonly address: number
  readonly first: string
  readonly second: string
}

export interface ErasePlan {
  /** `chip`: one command for everything; else the numbers of pages. */
  readonly erase: 'chip' | readonly number[]
  readonly shared: readonly SharedPage[]
}

const touches = ({ address, bytes }: FlashPage, region: Region): boolean =>
  region.address < address + bytes && region.address + region.bytes.length > address

const sharedIn = (pages: readonly FlashPage[], regions: readonly Region[]): SharedPage[] =>
  pages.flatMap((page) => {
    const names = [...new Set(regions.filter((region) => touches(page, region)).map(({ name }) => name))]
    const [first, second] = names
    return first !== undefined && second !== undefined ? [{ address: page.address, first, second }] : []
  })

/** @throws FlashError if the number of one of the pages is not known. */
const numbersOf = (pages: readonly FlashPage[], chip: string): number[] =>
  pages.map(({ number, address }) => {
    if (number === undefined) throw new FlashError('STM32_PAGES_UNNUMBERED', { chip, address: hex32(address) })
    return number
  })

/**
 * What must be erased for the regions: by `pages` exactly the pages that they touch, ascending. A chip without mass erase is erased page by
 * page where its size is known.
 * @throws FlashError STM32_CHIP_UNKNOWN, STM32_BANKS_UNKNOWN, STM32_PAGES_UNNUMBERED, STM32_MASS_ERASE_MISSING.
 */
export const erasePlanOf = (
  regions: readonly Region[],
  { productId, chip, flashSize, layout, erase }: PlanFacts,
): ErasePlan => {
  if (erase === 'none') return { erase: [], shared: [] }
  if (erase === 'mass') {
    if (!chip || chip.series.massErase) return { erase: 'chip', shared: [] }
    if (!layout || flashSize === undefined) throw new FlashError('STM32_MASS_ERASE_MISSING', { chip: chip.name })
    return { erase: numbersOf(layout.pages, chip.name), shared: [] }
  }
  if (!chip) throw new FlashError('STM32_CHIP_UNKNOWN', { id: productId })
  if (!layout) throw new FlashError('STM32_BANKS_UNKNOWN', { chip: chip.name })
  const pages = layout.pages.filter((page) => regions.some((region) => touches(page, region)))
  return { erase: numbersOf(pages, chip.name), shared: sharedIn(pages, regions) }
}
