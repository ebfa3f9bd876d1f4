import { espBootOffset, espBootOffsets } from '#shared/targets/esp.ts'
import type { Region } from '../../flasher.ts'
import { hex } from '../../hex.ts'
import { foreignKind, isBlank, looksLikePartitionCsv, looksRandom } from '../../images/content-kind.ts'
import { espDescriptor } from '../../images/esp-descriptor.ts'
import { type KnownUnit, type Problem, type RecipeOptions, refusal, warning } from '../../images/image-rules.ts'
import {
  hasOwnFormat,
  isApp,
  isData,
  isOtaSlot,
  type Partition,
  partitionTypes,
  subtypeName,
  tableSize,
} from '../../images/partition-table.ts'
import { type FoundImage, type Layout, placeAt, sectorSize, usualTableAddress } from './flash-layout.ts'

const appAlignment = 0x1_0000
/** A file that begins there is an app in nearly every build. */
const usualAppAddress = 0x1_0000

const endOf = ({ address, size }: Partition): number => address + size
const covers = ({ address, bytes }: Region, at: number): boolean => at >= address && at < address + bytes.length

/** Two partitions, or a partition and the table itself, in the same place. */
const overlapProblems = ({ table, partitions }: Layout): Problem[] => {
  if (!table) return []
  const own = { type: partitionTypes.partition_table, subtype: 0, address: table.address, size: tableSize }
  const parts = partitions.filter(
    ({ type }) => type < partitionTypes.bootloader || type > partitionTypes.partition_table,
  )
  const sorted = [...parts, { ...own, label: 'partition_table' }].sort((a, b) => a.address - b.address)
  return sorted.flatMap((first, index) => {
    const next = sorted[index + 1]
    if (!next || endOf(first) <= next.address) return []
    return [refusal('ESP_PARTITIONS_OVERLAP', { first: first.label, second: next.label, address: hex(next.address) })]
  })
}

const unalignedProblems = ({ partitions }: Layout): Problem[] =>
  partitions.flatMap((partition) => {
    const step = isApp(partition) ? appAlignment : sectorSize
    return partition.address % step === 0
      ? []
      : [
          refusal('ESP_PARTITION_UNALIGNED', {
            label: partition.label,
            address: hex(partition.address),
            step: hex(step),
          }),
        ]
  })

const beyondProblems = ({ partitions }: Layout, flashSize: number | undefined): Problem[] =>
  partitions
    .filter((partition) => flashSize !== undefined && endOf(partition) > flashSize)
    .map((partition) =>
      refusal('ESP_PARTITION_BEYOND_FLASH', {
        label: partition.label,
        end: hex(endOf(partition)),
        limit: hex(flashSize ?? 0),
      }),
    )

/** What stands where a table is expected, or a table as text anywhere. */
const unreadableProblems = ({ files, table }: Layout): Problem[] => {
  const asText = files.find(({ bytes }) => looksLikePartitionCsv(bytes))
  if (asText) return [refusal('ESP_TABLE_CSV', { name: asText.name })]
  if (table?.fault !== undefined)
    return [refusal('ESP_TABLE_DAMAGED', { name: table.name, address: hex(table.address) })]
  const there = files.find(({ address }) => address === usualTableAddress)
  return there && !table ? [refusal('ESP_TABLE_UNREADABLE', { name: there.name, address: hex(there.address) })] : []
}

/** What the table lacks: a partition to start from, or the choice between OTA slots. */
const incompleteProblems = ({ table, partitions }: Layout): Problem[] => {
  if (!table || table.fault !== undefined) return []
  if (!partitions.some(isApp)) return [warning('ESP_TABLE_NO_APP', { name: table.name })]
  const slots = partitions.filter(isOtaSlot)
  return slots.length > 0 && !partitions.some((partition) => isData(partition, 'ota'))
    ? [warning('ESP_TABLE_NO_OTADATA', { name: table.name, count: slots.length })]
    : []
}

/** Why what begins in an app partition is no app; undefined where it is one, or nothing is written there. */
const appContent = (partition: Partition, { files, images, damagedAt }: Layout): Problem | undefined => {
  const { address, label } = partition
  const place = placeAt(files, address)
  if (!place || damagedAt.includes(address)) return undefined
  const { name } = place.region
  const data = { name, label, address: hex(address) }
  const image = images.find((one) => one.address === address)
  if (image) {
    return espDescriptor(place.bytes)?.kind === 'bootloader' ? refusal('ESP_BOOTLOADER_AS_APP', data) : undefined
  }
  const content = place.bytes.subarray(0, partition.size)
  const begins = place.region.address === address
  // A merged file may leave a slot for later.
  if (isBlank(content)) return begins ? refusal('ESP_APP_BLANK', data) : undefined
  const found = foreignKind(content)
  if (found !== undefined) return refusal('ESP_APP_FOREIGN', { ...data, found })
  return refusal(looksRandom(content) ? 'ESP_APP_RANDOM' : 'ESP_APP_UNKNOWN', data)
}

/** Whether a file goes on into other partitions on purpose: it ends where one ends, or has an app in one. */
const isMerged = ({ address, bytes }: Region, { partitions, images }: Layout): boolean => {
  const end = address + bytes.length
  return (
    partitions.some((partition) => partition.address > address && endOf(partition) === end) ||
    images.some((one) => one.address > address && one.address < end)
  )
}

const tooSmall = (partition: Partition, name: string, size: number): Problem =>
  refusal('ESP_PARTITION_TOO_SMALL', { name, size, label: partition.label, limit: partition.size })

/** What is larger than the partition where it begins. */
const sizeProblems = (layout: Layout): Problem[] =>
  layout.partitions.flatMap((partition) => {
    const image = isApp(partition) ? layout.images.find(({ address }) => address === partition.address) : undefined
    if (image && image.image.size > partition.size) return [tooSmall(partition, image.name, image.image.size)]
    const file = layout.files.find(({ address }) => address === partition.address)
    return file && file.bytes.length > partition.size && !isMerged(file, layout)
      ? [tooSmall(partition, file.name, file.bytes.length)]
      : []
  })

const isBootPlace = ({ address, image }: FoundImage): boolean => address === espBootOffset(image.chip)

/** Images where the bootloader never looks for one. */
const misplacedProblems = ({ table, partitions, images }: Layout): Problem[] => {
  if (!table) return []
  return images
    .filter((one) => !isBootPlace(one) && !espBootOffsets.includes(one.address))
    .flatMap(({ name, address }) => {
      const data = { name, address: hex(address) }
      const partition = partitions.find((one) => address >= one.address && address < endOf(one))
      if (!partition) return [refusal('ESP_APP_NOWHERE', data)]
      if (isApp(partition)) return partition.address === address ? [] : [refusal('ESP_APP_NOWHERE', data)]
      // Partitions of own subtypes may hold firmware for another chip on the board.
      return hasOwnFormat(partition)
        ? [refusal('ESP_APP_IN_DATA', { ...data, label: partition.label, subtype: subtypeName(partition) })]
        : []
    })
}

/** Files that begin where the table has no partition, usually because of a mistyped address. */
const strayProblems = ({ files, table, partitions, images }: Layout): Problem[] => {
  if (partitions.length === 0) return []
  const starts = new Set([
    ...partitions.map(({ address }) => address),
    ...espBootOffsets,
    usualTableAddress,
    table?.address,
    ...images.map(({ address }) => address),
  ])
  return files
    .filter(({ address }) => !starts.has(address))
    .map(({ name, address }) => warning('ESP_NO_PARTITION_THERE', { name, address: hex(address) }))
}

/** Without a table nobody knows what belongs where; what is surely no firmware is worth a word. */
const foreignProblems = ({ files, table, images }: Layout): Problem[] =>
  files
    .filter((file) => !table && !images.some(({ region }) => region === file))
    // What stands in the place of a table is named as that.
    .filter(({ address, bytes }) => address !== usualTableAddress && !looksLikePartitionCsv(bytes))
    .flatMap(({ name, address, bytes }) => {
      const found = foreignKind(bytes)
      if (found !== undefined) return [warning('ESP_FOREIGN_FILE', { name, found, address: hex(address) })]
      return address === usualAppAddress && looksRandom(bytes)
        ? [warning('ESP_RANDOM_FILE', { name, address: hex(address) })]
        : []
    })

/** The unit's own data belongs into a partition for it. */
const unitDataProblems = (
  regions: readonly Region[],
  { table, partitions }: Layout,
  options: RecipeOptions,
): Problem[] => {
  const own = regions.find(({ role }) => role === 'unitData')
  if (!own || !table || table.fault !== undefined) return []
  const size = own.bytes.length
  const partition = partitions.find((one) => isData(one, 'nvs') && one.address === own.address)
  if (!partition) {
    const places = partitions
      .filter((one) => isData(one, 'nvs'))
      .map(({ label, address }) => `${label} ${hex(address)}`)
    return [refusal('ESP_UNIT_DATA_PLACE', { address: hex(own.address), places: places.join(', ') || '-' })]
  }
  const data = { size, label: partition.label, limit: partition.size }
  if (size > partition.size) return [refusal('ESP_UNIT_DATA_TOO_LARGE', data)]
  const erased =
    options.eraseAll === true || regions.some((one) => one.role === 'erased' && covers(one, own.address + size))
  return size < partition.size && !erased ? [warning('ESP_UNIT_DATA_SHORT', data)] : []
}

/** A unit that once took an OTA keeps starting its old slot unless the choice is written or erased. */
const otaProblems = (regions: readonly Region[], { partitions, images }: Layout, options: RecipeOptions): Problem[] => {
  const choice = partitions.find((partition) => isData(partition, 'ota'))
  const apps = new Set(partitions.filter(isApp).map(({ address }) => address))
  const writesApp = images.some(({ address }) => apps.has(address))
  if (!choice || !writesApp || !partitions.some(isOtaSlot)) return []
  const written = options.eraseAll === true || regions.some((region) => covers(region, choice.address))
  return written ? [] : [warning('ESP_OTADATA_KEPT', { label: choice.label, address: hex(choice.address) })]
}

/** A table and a bootloader, but nothing that they could start. */
const emptyProblems = ({ files, partitions, images, damagedAt }: Layout): Problem[] => {
  const apps = partitions.filter(isApp)
  const boots = images.some(isBootPlace)
  const isThere = ({ address }: Partition) => placeAt(files, address) !== undefined || damagedAt.includes(address)
  const [first] = apps
  return boots && first && !apps.some(isThere) && !images.some((one) => !isBootPlace(one))
    ? [warning('ESP_NO_APP', { label: first.label, address: hex(first.address) })]
    : []
}

/** What is wrong with the table, and with what the files put into its partitions. */
export const partitionProblems = (
  regions: readonly Region[],
  layout: Layout,
  known: KnownUnit | undefined,
  options: RecipeOptions,
): Problem[] => [
  ...unreadableProblems(layout),
  ...overlapProblems(layout),
  ...unalignedProblems(layout),
  ...beyondProblems(layout, known?.flashSize),
  ...layout.partitions.filter(isApp).flatMap((partition) => appContent(partition, layout) ?? []),
  ...sizeProblems(layout),
  ...misplacedProblems(layout),
  ...unitDataProblems(regions, layout, options),
  ...incompleteProblems(layout),
  ...emptyProblems(layout),
  ...otaProblems(regions, layout, options),
  ...strayProblems(layout),
  ...foreignProblems(layout),
]
