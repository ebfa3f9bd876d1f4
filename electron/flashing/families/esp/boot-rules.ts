import { type EspOptions, espBootOffset, espBootOffsets } from '#shared/targets/esp.ts'
import { hex } from '../../hex.ts'
import { espDescriptor } from '../../images/esp-descriptor.ts'
import { looksBootable, type RevisionRange } from '../../images/esp-image.ts'
import { type KnownUnit, type Problem, type RecipeOptions, refusal, warning } from '../../images/image-rules.ts'
import { hasOwnFormat, isApp } from '../../images/partition-table.ts'
import { type FoundImage, type Layout, placeAt, usualTableAddress } from './flash-layout.ts'

/** A chip revision as Espressif writes it: 301 is v3.1. */
export const revisionText = (revision: number): string => `v${Math.floor(revision / 100)}.${revision % 100}`

/** A range of chip revisions for people; undefined where every revision will do. */
export const revisionsText = ({ min, max }: RevisionRange): string | undefined => {
  if (max !== undefined) return `${revisionText(min)} – ${revisionText(max)}`
  return min === 0 ? undefined : `≥ ${revisionText(min)}`
}

const isElsewhere = ({ address, image: { chip } }: FoundImage): boolean =>
  chip !== 'ESP8266' && espBootOffsets.includes(address) && address !== espBootOffset(chip)

const bootProblems = (layout: Layout, chip: string | undefined): Problem[] => {
  const { files, images } = layout
  const elsewhere = images.filter(isElsewhere).map(({ name, address, image }) =>
    refusal('ESP_BOOTLOADER_OFFSET', {
      name,
      address: hex(address),
      chip: image.chip,
      expected: hex(espBootOffset(image.chip)),
    }),
  )
  if (elsewhere.length > 0 || chip === undefined) return elsewhere
  const offset = espBootOffset(chip)
  const boot = placeAt(files, offset)
  if (!boot) return [warning('ESP_NO_BOOTLOADER', { address: hex(offset) })]
  const data = { name: boot.region.name, address: hex(offset), chip }
  if (!looksBootable(boot.bytes)) return [refusal('ESP_NOT_BOOTABLE', data)]
  return espDescriptor(boot.bytes)?.kind === 'app' ? [refusal('ESP_APP_AS_BOOTLOADER', data)] : []
}

const bootImages = ({ images }: Layout): FoundImage[] =>
  images.filter(({ address, image }) => address === espBootOffset(image.chip))

/** A bootloader and an app, but no table that tells where the app is. */
const noTableProblems = (layout: Layout): Problem[] => {
  const boots = bootImages(layout).filter(({ image }) => image.chip !== 'ESP8266')
  const isThere = layout.table !== undefined || layout.files.some(({ address }) => address === usualTableAddress)
  return boots.length > 0 && layout.images.length > boots.length && !isThere
    ? [warning('ESP_NO_TABLE', { address: hex(usualTableAddress) })]
    : []
}

const sizeNames: Readonly<Record<string, number>> = { KB: 1024, MB: 1024 * 1024 }

/** Bytes of flash that the bootloader will find in its header, as the recipe leaves it; undefined where nobody knows yet. */
const headerSize = ({ image }: FoundImage, { flashSize = 'keep' }: RecipeOptions): number | undefined => {
  if (flashSize === 'keep' || image.signed) return image.flashSize
  const size = /^(\d+)(KB|MB)$/.exec(String(flashSize))
  return size ? Number(size[1]) * (sizeNames[size[2] ?? ''] ?? 1) : undefined
}

/** ESP-IDF's bootloader stops where the flash or its header is smaller than it needs. Only warnings, because a recipe may change the header. */
const headerProblems = (layout: Layout, known: KnownUnit | undefined, options: RecipeOptions): Problem[] =>
  bootImages(layout).flatMap((boot): Problem[] => {
    const { name, image } = boot
    const limit = known?.flashSize
    const { flashSize = 0 } = image
    if (limit !== undefined && flashSize > limit)
      return [warning('ESP_HEADER_FLASH_SIZE', { name, size: hex(flashSize), limit: hex(limit) })]
    const header = headerSize(boot, options)
    const last = layout.partitions.toSorted((a, b) => b.address + b.size - (a.address + a.size))[0]
    const end = last ? last.address + last.size : 0
    return last && header !== undefined && end > header && (limit === undefined || end <= limit)
      ? [warning('ESP_PARTITION_BEYOND_HEADER', { label: last.label, end: hex(end), name, limit: hex(header) })]
      : []
  })

/** Firmware for another chip on the board, in a partition of its own subtype, is not for this one. */
const isForThisChip = ({ partitions }: Layout, { address }: FoundImage): boolean => {
  const partition = partitions.find((one) => address >= one.address && address < one.address + one.size)
  return !partition || isApp(partition) || hasOwnFormat(partition)
}

const chipProblems = (layout: Layout, chip: string | undefined): Problem[] => {
  const images = layout.images.filter((one) => isForThisChip(layout, one))
  const expected = chip ?? images[0]?.image.chip
  return images.flatMap(({ name, image }) =>
    image.chip === expected ? [] : [refusal('IMAGE_OTHER_CHIP', { name, chip: image.chip, expected: expected ?? '' })],
  )
}

const revisionProblems = (layout: Layout, revision: number | undefined): Problem[] =>
  layout.images
    .filter((one) => revision !== undefined && isForThisChip(layout, one))
    .flatMap(({ name, image: { revisions } }) => {
      const found = revision ?? 0
      if (!revisions || (found >= revisions.min && found <= (revisions.max ?? found))) return []
      const needed = revisionsText(revisions) ?? revisionText(revisions.min)
      return [refusal('ESP_IMAGE_REVISION', { name, needed, found: revisionText(found) })]
    })

const parameters = ['flashMode', 'flashFreq', 'flashSize'] as const satisfies (keyof EspOptions)[]

/** What secure boot means for these files: signed ones stay as they are, unsigned ones do not start. */
const signatureProblems = (layout: Layout, options: RecipeOptions): Problem[] => {
  const changesHeader = parameters.some((name) => (options[name] ?? 'keep') !== 'keep')
  const kept = bootImages(layout)
    .filter(({ image }) => changesHeader && image.signed)
    .map(({ name }) => warning('ESP_SIGNED_KEPT', { name }))
  if (options.allowSecureBoot !== true) return kept
  // The bootloader of secure boot V1, which only the ESP32 has, carries no signature.
  const unsigned = layout.images
    .filter((one) => isForThisChip(layout, one) && !one.image.signed)
    .filter(({ address, image }) => !(image.chip === 'ESP32' && address === espBootOffset(image.chip)))
    .map(({ name, address }) => warning('ESP_UNSIGNED', { name, address: hex(address) }))
  const guarded = layout.files
    .filter(({ address }) => address < usualTableAddress)
    .map(({ name, address }) =>
      warning('ESP_SECURE_BOOTLOADER', { name, address: hex(address), limit: hex(usualTableAddress) }),
    )
  return [...kept, ...unsigned, ...guarded]
}

/** What is wrong with the images themselves and with where the chip starts. */
export const bootRules = (layout: Layout, known: KnownUnit | undefined, options: RecipeOptions): Problem[] => [
  ...chipProblems(layout, known?.chip),
  ...revisionProblems(layout, known?.revision),
  ...bootProblems(layout, known?.chip ?? layout.images[0]?.image.chip),
  ...noTableProblems(layout),
  ...headerProblems(layout, known, options),
  ...signatureProblems(layout, options),
]
