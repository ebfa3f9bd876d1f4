import { type EspChip, espChips } from '#shared/targets/esp.ts'
import { FlashError, type Region } from '../../flasher.ts'
import { hex } from '../../hex.ts'
import {
  type ImageRules,
  type KnownUnit,
  overlaps,
  type Problem,
  type RecipeOptions,
  refusal,
} from '../../images/image-rules.ts'
import { parseImage } from '../../images/parse-image.ts'
import { looksLikeVectors } from '../../images/vector-table.ts'
import { bootRules } from './boot-rules.ts'
import { describeFiles } from './describe-files.ts'
import { erasedPartitions } from './erased-partitions.ts'
import { layoutOf, sectorSize } from './flash-layout.ts'
import { partitionProblems } from './partition-rules.ts'

const placement = ({ name, address, bytes }: Region, flashSize: number | undefined): Problem[] => {
  const end = address + bytes.length
  if (address % sectorSize !== 0) return [refusal('IMAGE_UNALIGNED', { name, address: hex(address) })]
  if (flashSize !== undefined && end > flashSize) {
    return [refusal('IMAGE_BEYOND_FLASH', { name, end: hex(end), limit: hex(flashSize) })]
  }
  if (looksLikeVectors(bytes)) return [refusal('IMAGE_OTHER_TARGET', { name, found: 'STM32', target: 'ESP' })]
  return []
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s_-]/g, '')

/** The chip in a name as people or chips write it: `esp32c3`, `ESP32-S3-WROOM-1`, `ESP32-D0WD-V3 (revision v3.1)`. */
const chipIn = (name: string): EspChip | undefined =>
  espChips.toSorted((a, b) => b.length - a.length).find((chip) => plain(name).startsWith(plain(chip)))

/** The unit, with the chip taken from the name that a recipe expects. */
const unitOf = (known: KnownUnit | undefined): KnownUnit | undefined =>
  known?.chip === undefined ? known : { ...known, chip: chipIn(known.chip) ?? known.chip }

const espProblems = (regions: readonly Region[], unit: KnownUnit | undefined, options: RecipeOptions): Problem[] => {
  const layout = layoutOf(regions)
  const known = unitOf(unit)
  return [
    ...regions.flatMap((region) => placement(region, known?.flashSize)),
    ...layout.damaged,
    ...bootRules(layout, known, options),
    ...partitionProblems(regions, layout, known, options),
  ]
}

/** The chip of the first intact image; a damaged one is among the problems. */
const chipOf = (regions: readonly Region[]): string | undefined => layoutOf(regions).images[0]?.image.chip

/** What may be written to Espressif's chips. */
export const espImages: ImageRules = {
  parse: (bytes, name, address) => {
    const image = parseImage(bytes, name, address ?? 0, { refusal: 'ELF_NEEDS_CONVERSION' })
    if (image.format === 'bin' && address === null) throw new FlashError('IMAGE_NEEDS_ADDRESS', { name })
    return image
  },
  chipOf,
  check: (regions, known, options) => [...overlaps(regions), ...espProblems(regions, known, options)],
  describe: describeFiles,
  added: erasedPartitions,
}
