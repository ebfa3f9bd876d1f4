import { FlashError, type Identity, type Region } from '../flasher.ts'
import { hex } from '../hex.ts'
import { espBootOffset, espBootOffsets, partitionTableOffset } from './esp-chips.ts'
import { type EspImage, looksBootable, looksLikeEspImage } from './esp-image.ts'
import { inspected } from './image-inspection.ts'
import { appPartition, type Partition, parsePartitions } from './partitions.ts'
import { type Problem, refusal, warning } from './problem.ts'
import { looksLikeVectors } from './vector-table.ts'

type Known = Pick<Identity, 'chip' | 'flashSize'>

/** Erasing takes whole sectors: what begins within one would take its neighbour along. */
const sectorSize = 4096

/** What the regions hold from an absolute address on; undefined where they hold nothing there. */
const from = (
  regions: readonly Region[],
  address: number,
): { readonly region: Region; readonly bytes: Uint8Array } | undefined => {
  const region = regions.find((one) => address >= one.address && address < one.address + one.bytes.length)
  return region && { region, bytes: region.bytes.subarray(address - region.address) }
}

/** Every address where an image is to be expected: where regions and app partitions begin, and where boot loaders stand. */
const imageAddresses = (regions: readonly Region[], partitions: readonly Partition[]): number[] => [
  ...new Set([
    ...regions.map(({ address }) => address),
    ...espBootOffsets,
    ...partitions.filter(({ type }) => type === appPartition).map(({ offset }) => offset),
  ]),
]

interface Found {
  readonly address: number
  readonly name: string
  readonly image: EspImage
}

const placement = ({ name, address, bytes }: Region, flashSize: number | undefined): Problem[] => {
  const end = address + bytes.length
  if (address % sectorSize !== 0) return [refusal('IMAGE_UNALIGNED', { name, address: hex(address) })]
  if (flashSize !== undefined && end > flashSize) {
    return [refusal('IMAGE_BEYOND_FLASH', { name, end: hex(end), limit: hex(flashSize) })]
  }
  if (looksLikeVectors(bytes)) return [refusal('IMAGE_OTHER_TARGET', { name, found: 'STM32', target: 'ESP' })]
  return []
}

const chipProblems = (found: readonly Found[], chip: string | undefined): Problem[] => {
  const expected = chip ?? found[0]?.image.chip
  return found.flatMap(({ name, image }) =>
    image.chip === expected ? [] : [refusal('IMAGE_OTHER_CHIP', { name, chip: image.chip, expected: expected ?? '' })],
  )
}

const bootProblems = (regions: readonly Region[], chip: string | undefined): Problem[] => {
  if (chip === undefined) return []
  const offset = espBootOffset(chip)
  const boot = from(regions, offset)
  if (!boot) return [warning('ESP_NO_BOOTLOADER', { address: hex(offset) })]
  return looksBootable(boot.bytes)
    ? []
    : [refusal('ESP_NOT_BOOTABLE', { name: boot.region.name, address: hex(offset), chip })]
}

/** ESP-IDF's boot loader stops where the flash is smaller than its header says; a recipe may have the header changed. */
const headerProblems = (found: readonly Found[], known: Known | undefined): Problem[] =>
  found
    .filter(({ address, image }) => address === espBootOffset(image.chip))
    .flatMap(({ name, image: { flashSize = 0 } }) =>
      known?.flashSize !== undefined && flashSize > known.flashSize
        ? [warning('ESP_HEADER_FLASH_SIZE', { name, size: hex(flashSize), limit: hex(known.flashSize) })]
        : [],
    )

const tableProblems = (partitions: readonly Partition[], flashSize: number | undefined): Problem[] =>
  partitions
    .filter(({ offset, size }) => flashSize !== undefined && offset + size > flashSize)
    .map(({ label, offset, size }) =>
      refusal('ESP_PARTITION_BEYOND_FLASH', { label, end: hex(offset + size), limit: hex(flashSize ?? 0) }),
    )

/** Apps and data that lie where the table has no partition beginning: usually an address mistyped. */
const strayProblems = (regions: readonly Region[], partitions: readonly Partition[]): Problem[] => {
  if (partitions.length === 0) return []
  const starts = new Set([...partitions.map(({ offset }) => offset), ...espBootOffsets, partitionTableOffset])
  return regions
    .filter(({ address }) => !starts.has(address))
    .map(({ name, address }) => warning('ESP_NO_PARTITION_THERE', { name, address: hex(address) }))
}

/** What is wrong with these regions for a chip of Espressif's; of the chip itself as much as is known. */
export const espProblems = (regions: readonly Region[], known: Known | undefined): Problem[] => {
  const table = from(regions, partitionTableOffset)
  const partitions = table ? parsePartitions(table.bytes) : []
  const problems: Problem[] = regions.flatMap((region) => placement(region, known?.flashSize))
  const found: Found[] = []
  for (const address of imageAddresses(regions, partitions)) {
    const place = from(regions, address)
    if (!place || !looksLikeEspImage(place.bytes)) continue
    const image = inspected(place.region, address - place.region.address)
    if (image instanceof FlashError) problems.push(refusal(image.code, { ...image.data }))
    else found.push({ address, name: place.region.name, image })
  }
  const chip = known?.chip ?? found[0]?.image.chip
  return [
    ...problems,
    ...chipProblems(found, known?.chip),
    ...bootProblems(regions, chip),
    ...headerProblems(found, known),
    ...tableProblems(partitions, known?.flashSize),
    ...strayProblems(regions, partitions),
  ]
}
