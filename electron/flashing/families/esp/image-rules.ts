import type { EspChip } from '#shared/targets/esp.ts'
import { FlashError, type Region } from '../../flasher.ts'
import { hex } from '../../hex.ts'
import { type EspImage, looksBootable, looksLikeEspImage } from '../../images/esp-image.ts'
import { inspected } from '../../images/image-inspection.ts'
import { type ImageRules, type KnownUnit, overlaps, type Problem, refusal, warning } from '../../images/image-rules.ts'
import { parseImage } from '../../images/parse-image.ts'
import { looksLikeVectors } from '../../images/vector-table.ts'

/** Where the ROM looks for the first image (esptool's BOOTLOADER_FLASH_OFFSET); 0 for those not named. */
const bootOffsets: Readonly<Partial<Record<EspChip, number>>> = {
  ESP32: 0x1000,
  'ESP32-S2': 0x1000,
  'ESP32-C5': 0x2000,
  'ESP32-H4': 0x2000,
  'ESP32-P4': 0x2000,
  'ESP32-S31': 0x2000,
}
const espBootOffset = (chip: string): number => bootOffsets[chip as EspChip] ?? 0
const espBootOffsets: readonly number[] = [0, 0x1000, 0x2000]

/** Where ESP-IDF keeps the partition table unless told otherwise (CONFIG_PARTITION_TABLE_OFFSET). */
const partitionTableOffset = 0x8000

/** ESP-IDF, "Partition Tables": entries of 32 bytes, magic 0xAA 0x50, up to the end mark, an MD5 entry (0xEB 0xEB) or 3 KiB. */
const partitionEntrySize = 32
const partitionLimit = 96

interface Partition {
  readonly type: number
  readonly subtype: number
  readonly offset: number
  readonly size: number
  readonly label: string
}

const appPartition = 0

/** The table at the beginning of the bytes; empty where there is none. */
const parsePartitions = (bytes: Uint8Array): Partition[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const partitions: Partition[] = []
  for (
    let at = 0;
    at + partitionEntrySize <= bytes.length && partitions.length < partitionLimit;
    at += partitionEntrySize
  ) {
    if (bytes[at] !== 0xaa || bytes[at + 1] !== 0x50) break
    partitions.push({
      type: view.getUint8(at + 2),
      subtype: view.getUint8(at + 3),
      offset: view.getUint32(at + 4, true),
      size: view.getUint32(at + 8, true),
      label: new TextDecoder().decode(bytes.subarray(at + 12, at + 28)).replace(/\0.*$/s, ''),
    })
  }
  return partitions
}

/** Erasing takes whole sectors, so a region that begins within one would destroy its neighbour. */
const sectorSize = 4096

/** The region that covers an absolute address, and its bytes from there on; undefined where none does. */
const from = (
  regions: readonly Region[],
  address: number,
): { readonly region: Region; readonly bytes: Uint8Array } | undefined => {
  const region = regions.find((one) => address >= one.address && address < one.address + one.bytes.length)
  return region && { region, bytes: region.bytes.subarray(address - region.address) }
}

/** Every address where an image may begin: of regions, app partitions and bootloaders. */
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

/** ESP-IDF's bootloader stops where the flash is smaller than its header says. Only a warning, because a recipe may change the header. */
const headerProblems = (found: readonly Found[], known: KnownUnit | undefined): Problem[] =>
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

/** Regions that begin where the table has no partition, usually because of a mistyped address. */
const strayProblems = (regions: readonly Region[], partitions: readonly Partition[]): Problem[] => {
  if (partitions.length === 0) return []
  const starts = new Set([...partitions.map(({ offset }) => offset), ...espBootOffsets, partitionTableOffset])
  return regions
    .filter(({ address }) => !starts.has(address))
    .map(({ name, address }) => warning('ESP_NO_PARTITION_THERE', { name, address: hex(address) }))
}

const espProblems = (regions: readonly Region[], known: KnownUnit | undefined): Problem[] => {
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

/** The chip of the first sound image; a broken one is among the problems. */
const chipOf = (regions: readonly Region[]): string | undefined => {
  for (const region of regions) {
    const image = looksLikeEspImage(region.bytes) ? inspected(region, 0) : undefined
    if (image && !(image instanceof FlashError)) return image.chip
  }
  return undefined
}

/** What may be written to Espressif's chips. */
export const espImages: ImageRules = {
  parse: (bytes, name, address) => parseImage(bytes, name, address ?? 0, { refusal: 'ELF_NEEDS_CONVERSION' }),
  chipOf,
  check: (regions, known) => [...overlaps(regions), ...espProblems(regions, known)],
}
