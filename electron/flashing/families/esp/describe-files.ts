import type { CheckedImage, CheckedPartition } from '#shared/schema.ts'
import { espBootOffset } from '#shared/targets/esp.ts'
import type { Region } from '../../flasher.ts'
import { espDescriptor } from '../../images/esp-descriptor.ts'
import type { Description } from '../../images/image-rules.ts'
import { isApp, isData, type Partition, subtypeName, typeName } from '../../images/partition-table.ts'
import { revisionsText } from './boot-rules.ts'
import { type FoundImage, type Layout, layoutOf } from './flash-layout.ts'

const kindOf = ({ address, image, region }: FoundImage, { partitions }: Layout): CheckedImage['kind'] => {
  if (image.chip === 'ESP8266') return 'firmware'
  const told = espDescriptor(region.bytes.subarray(address - region.address))?.kind
  if (told) return told
  if (address === espBootOffset(image.chip)) return 'bootloader'
  return partitions.some((one) => isApp(one) && one.address === address) ? 'app' : 'firmware'
}

const imageView = (found: FoundImage, layout: Layout): CheckedImage => {
  const { address, region, name, image } = found
  const { version, project } = espDescriptor(region.bytes.subarray(address - region.address)) ?? {}
  const revision = image.revisions && revisionsText(image.revisions)
  return {
    name,
    kind: kindOf(found, layout),
    address,
    chip: image.chip,
    ...(version !== undefined && { version }),
    ...(project !== undefined && { project }),
    ...(revision !== undefined && { revision }),
    ...(image.signed && { signed: true }),
  }
}

const dataKinds = ['nvs', 'fat', 'spiffs', 'littlefs'] as const

const dataKind = (partition: Partition | undefined): CheckedImage['kind'] => {
  if (partition && isData(partition, 'ota')) return 'otadata'
  const known = dataKinds.find((name) => partition && isData(partition, name))
  if (known === 'nvs') return 'nvs'
  return known === undefined ? 'data' : 'filesystem'
}

/** Images and tables in the files, a merged one's parts each, and files that are neither. */
export const describeFiles = (regions: readonly Region[]): Description => {
  const layout = layoutOf(regions)
  const { files, table, partitions, images } = layout
  const told = images.map((found) => ({ region: found.region, view: imageView(found, layout) }))
  const within =
    table && files.find(({ address, bytes }) => table.address >= address && table.address < address + bytes.length)
  const tables =
    table && within
      ? [{ region: within, view: { name: table.name, kind: 'table', address: table.address } as const }]
      : []
  const named = new Set([...told, ...tables].map(({ region }) => region))
  const others = files
    .filter((region) => !named.has(region))
    .map(({ name, address }) => ({
      name,
      kind: dataKind(partitions.find((partition) => partition.address === address)),
      address,
    }))
  const views: CheckedImage[] = [...told.map(({ view }) => view), ...tables.map(({ view }) => view), ...others]
  return {
    partitions: partitions.map(
      (partition): CheckedPartition => ({
        label: partition.label,
        type: typeName(partition),
        subtype: subtypeName(partition),
        address: partition.address,
        size: partition.size,
      }),
    ),
    images: views.sort((a, b) => (a.address ?? 0) - (b.address ?? 0)),
  }
}
