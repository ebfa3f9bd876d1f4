import { espAddresses, espBootOffsets } from '#shared/targets/esp.ts'
import { FlashError, type Region } from '../../flasher.ts'
import { type EspImage, looksLikeEspImage } from '../../images/esp-image.ts'
import { inspected } from '../../images/image-inspection.ts'
import { type Problem, refusal } from '../../images/image-rules.ts'
import { isApp, looksLikeTable, type Partition, type PartitionTable, readTable } from '../../images/partition-table.ts'

/** Where ESP-IDF keeps the partition table unless told otherwise (CONFIG_PARTITION_TABLE_OFFSET). */
export const usualTableAddress = espAddresses.table
/** A bootloader with secure boot is larger, and moves the table; no build moves it further. */
const lastTableAddress = 0x2_0000

/** Erasing takes whole sectors, so a region that begins within one would destroy its neighbour. */
export const sectorSize = 4096

/** Bytes of a file from an absolute address on. */
export interface Place {
  readonly region: Region
  readonly bytes: Uint8Array
}

/** An intact image, and where it begins. */
export interface FoundImage {
  readonly address: number
  readonly region: Region
  readonly name: string
  readonly image: EspImage
}

/** The partition table that the recipe writes. */
export interface FoundTable extends PartitionTable {
  readonly address: number
  readonly name: string
}

/** What the files put where. */
export interface Layout {
  /** Without the partitions that the recipe erases. */
  readonly files: readonly Region[]
  readonly table: FoundTable | undefined
  readonly partitions: readonly Partition[]
  readonly images: readonly FoundImage[]
  /** Images that are damaged. */
  readonly damaged: readonly Problem[]
  readonly damagedAt: readonly number[]
}

/** The region that covers an absolute address, and its bytes from there on; undefined where none does. */
export const placeAt = (regions: readonly Region[], address: number): Place | undefined => {
  const region = regions.find((one) => address >= one.address && address < one.address + one.bytes.length)
  return region && { region, bytes: region.bytes.subarray(address - region.address) }
}

/** Addresses at which a table may begin: the usual one, the beginnings of files, and sectors behind a bootloader in a merged file. */
const tableAddresses = (files: readonly Region[]): number[] => {
  const within = files
    .filter(({ address, bytes }) => address < lastTableAddress && address + bytes.length > usualTableAddress)
    .flatMap(({ address, bytes }) => {
      const end = Math.min(address + bytes.length, lastTableAddress + sectorSize)
      const first = Math.max(usualTableAddress, Math.ceil(address / sectorSize) * sectorSize)
      return Array.from(
        { length: Math.max(0, Math.ceil((end - first) / sectorSize)) },
        (_, index) => first + index * sectorSize,
      )
    })
  return [...new Set([usualTableAddress, ...files.map(({ address }) => address), ...within])]
}

const tableOf = (files: readonly Region[]): FoundTable | undefined => {
  for (const address of tableAddresses(files)) {
    const place = placeAt(files, address)
    if (place && looksLikeTable(place.bytes)) return { ...readTable(place.bytes), address, name: place.region.name }
  }
  return undefined
}

/** Every address where an image may begin: of files, bootloaders and partitions of apps. */
const imageAddresses = (files: readonly Region[], partitions: readonly Partition[]): number[] => [
  ...new Set([
    ...files.map(({ address }) => address),
    ...espBootOffsets,
    ...partitions.filter(isApp).map(({ address }) => address),
  ]),
]

/** Finds table and images in the regions. Results of checksums are kept with the bytes. */
export const layoutOf = (regions: readonly Region[]): Layout => {
  const files = regions.filter(({ role }) => role === undefined)
  const table = tableOf(files)
  const partitions = table?.partitions ?? []
  const images: FoundImage[] = []
  const damaged: Problem[] = []
  const damagedAt: number[] = []
  for (const address of imageAddresses(files, partitions)) {
    const place = placeAt(files, address)
    if (!place || !looksLikeEspImage(place.bytes)) continue
    const { region } = place
    const image = inspected(region, address - region.address)
    if (image instanceof FlashError) {
      damaged.push(refusal(image.code, { ...image.data }))
      damagedAt.push(address)
    } else images.push({ address, region, name: region.name, image })
  }
  return { files, table, partitions, images, damaged, damagedAt }
}
