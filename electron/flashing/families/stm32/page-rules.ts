import type { Stm32Options } from '#shared/targets/stm32.ts'
import type { Region } from '../../flasher.ts'
import { hex32 } from '../../hex.ts'
import { type Problem, warning } from '../../images/image-rules.ts'
import { chipsNamed } from './chips.ts'
import { flashLayoutOf } from './flash-layout.ts'

/** Where the page begins that holds an address; undefined where the chips that are meant differ, or it is not known. */
const pageStartOf = (chip: string, flashSize: number | undefined, address: number): number | undefined => {
  const layouts = chipsNamed(chip).flatMap((one) =>
    (['single', 'dual'] as const).map((mode) => flashLayoutOf(one, flashSize, mode)),
  )
  const starts = new Set(
    layouts.map((layout) => layout?.pages.findLast((page) => page.address <= address)?.address ?? undefined),
  )
  const [start] = starts
  return starts.size === 1 ? start : undefined
}

/**
 * Regions that begin within a page of which nothing is written before them: erasing the page destroys what is there, usually the
 * bootloader.
 * @param flashed the regions in flash.
 */
export const pageProblems = (
  flashed: readonly Region[],
  chip: string,
  flashSize: number | undefined,
  { erase }: Pick<Stm32Options, 'erase'>,
): Problem[] => {
  if (erase !== 'pages') return []
  return flashed.flatMap(({ name, address }) => {
    const page = pageStartOf(chip, flashSize, address)
    const isOurs = flashed.some((other) => {
      const end = other.address + other.bytes.length
      return other.address < address && page !== undefined && end > page
    })
    if (page === undefined || page === address || isOurs) return []
    return [warning('STM32_PAGE_CUT', { name, address: hex32(address), page: hex32(page) })]
  })
}
