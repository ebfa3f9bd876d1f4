import { DfuOptions, dfu as facts } from '#shared/targets/dfu.ts'
import { FlashError, type Region } from '../../flasher.ts'
import { looksLikeElf, parseElf } from '../../images/elf.ts'
import { isWebPage } from '../../images/file-kinds.ts'
import { type ImageRules, overlaps, type Problem, refusal, warning } from '../../images/image-rules.ts'
import { parseImage } from '../../images/parse-image.ts'
import type { ParsedImage } from '../../images/parsed-image.ts'
import { looksLikeVectors } from '../../images/vector-table.ts'
import { looksLikeDfuSe, parseDfuSe, takeSuffix } from './dfu-file.ts'
import { type DfuOrigin, originOf } from './images.ts'

/** Cores of chips that have a DfuSe bootloader: STM32, GD32, AT32, APM32, and GD32VF103. */
const machines = ['ARM', 'RISC-V']

const parseElfProgram = (bytes: Uint8Array, name: string): ParsedImage => {
  const image = parseElf(bytes, name)
  if (machines.includes(image.machine)) return image
  throw new FlashError('ELF_OTHER_MACHINE', { name, machine: image.machine, expected: machines.join(', ') })
}

/** A file without its suffix, as the regions that it writes. */
const parseBody = (body: Uint8Array, name: string, address: number | null): ParsedImage => {
  if (looksLikeDfuSe(body)) {
    const regions = [...parseDfuSe(body, name)]
      .sort((left, right) => left.alternate - right.alternate || left.address - right.address)
      .map(({ alternate, address: at, bytes }) => ({ address: at, bytes, name, origin: { alternate, kind: 'dfuse' } }))
    return { format: 'bin', regions, entry: undefined }
  }
  if (looksLikeElf(body)) return parseElfProgram(body, name)
  return parseImage(body, name, address ?? facts.address.first, { refusal: 'ELF_NEEDS_CONVERSION' })
}

const parse = (bytes: Uint8Array, name: string, address: number | null): ParsedImage => {
  const { body, suffix } = takeSuffix(bytes, name)
  if (body.length === 0) throw new FlashError('IMAGE_EMPTY', { name })
  const image = parseBody(body, name, address)
  const isRaw = image.format === 'bin' && !looksLikeDfuSe(body)
  const origin: DfuOrigin & Readonly<Record<string, string | number | boolean>> = {
    kind: isRaw ? 'raw' : 'addressed',
    vendorId: suffix?.vendorId ?? '',
    productId: suffix?.productId ?? '',
    hasAddress: !isRaw || address !== null,
    alternate: -1,
    hasSuffix: suffix !== undefined,
  }
  return { ...image, regions: image.regions.map((region) => ({ ...region, origin: { ...origin, ...region.origin } })) }
}

const plain = (id: string): string => id.toLowerCase().replace(/^0x/, '')

/**
 * The file of a region is for another device than these ids; an empty id is any.
 * @returns undefined where they fit.
 */
export const otherDevice = (
  region: Region,
  device: { readonly vendorId: string; readonly productId: string },
): Problem | undefined => {
  const { vendorId, productId } = originOf(region)
  const differs = (file: string, of: string): boolean => file !== '' && of !== '' && file !== plain(of)
  if (!differs(vendorId, device.vendorId) && !differs(productId, device.productId)) return undefined
  return refusal('DFU_FILE_OTHER_DEVICE', {
    name: region.name,
    wanted: `${vendorId || '****'}:${productId || '****'}`,
    found: `${plain(device.vendorId) || '****'}:${plain(device.productId) || '****'}`,
  })
}

/** Why regions cannot go to a plain DFU device, which takes one file without addresses. */
export const plainProblems = (regions: readonly Region[]): Problem[] => {
  const addressed = regions.find((region) => originOf(region).kind !== 'raw')
  if (addressed) return [refusal('DFU_NEEDS_RAW', { name: addressed.name })]
  return regions.length > 1 ? [refusal('ONE_IMAGE_ONLY', { count: regions.length })] : []
}

const fileWarnings = (regions: readonly Region[], { dialect }: DfuOptions): Problem[] =>
  regions.flatMap((region) => {
    const { name, bytes, address, origin } = region
    const { kind, hasAddress } = originOf(region)
    const wantsSuffix = dialect === 'dfu' || /\.dfu$/i.test(name)
    const isProgram = dialect === 'dfuse' || hasAddress
    return [
      ...(wantsSuffix && origin?.hasSuffix !== true ? [warning('DFU_NO_SUFFIX', { name })] : []),
      ...(isWebPage(bytes) ? [warning('FILE_PAGE', { name })] : []),
      ...(isProgram && address === facts.address.first && dialect !== 'dfu' && !looksLikeVectors(bytes)
        ? [warning('DFU_NO_VECTORS', { name })]
        : []),
      ...(dialect === 'dfu' && kind === 'raw' && hasAddress ? [warning('DFU_ADDRESS_UNUSED', { name })] : []),
    ]
  })

/** The first warning of each kind of each file. */
const distinct = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [`${problem.code} ${problem.data.name}`, problem])).values(),
]

/** What may be written to DFU devices. */
export const dfuImages: ImageRules = {
  parse,
  chipOf: () => undefined,
  check(regions, _, given) {
    const options = DfuOptions.parse(given)
    const alternates = [...new Set(regions.map((region) => originOf(region).alternate))]
    const placed =
      options.dialect === 'dfu'
        ? plainProblems(regions)
        : alternates.flatMap((one) => overlaps(regions.filter((region) => originOf(region).alternate === one)))
    const others = regions.flatMap((region) => otherDevice(region, options) ?? [])
    return [...distinct([...placed, ...others]), ...distinct(fileWarnings(regions, options))]
  },
}
