import { Uf2Options } from '#shared/targets/uf2.ts'
import { absoluteFamily, uf2FamilyOf, uf2FamilyText } from '#shared/targets/uf2-families.ts'
import { FlashError, type Region } from '../../flasher.ts'
import { hex } from '../../hex.ts'
import { foreignKind } from '../../images/content-kind.ts'
import { looksLikeElf } from '../../images/elf.ts'
import { type ImageRules, type Problem, rawImage, refusal, warning } from '../../images/image-rules.ts'
import { looksLikeIntelHex } from '../../images/intel-hex.ts'
import { looksLikeUf2, readUf2, type Uf2Fault, type Uf2File } from '../../images/uf2-file.ts'

const files = new WeakMap<Uint8Array, Uf2File>()

/** The file of a region; read once for all units that are given the same array. */
export const uf2Of = ({ bytes }: Pick<Region, 'bytes'>): Uf2File => {
  const before = files.get(bytes)
  if (before) return before
  const file = readUf2(bytes)
  files.set(bytes, file)
  return file
}

const familyText = (family: number | undefined): string => (family === undefined ? '—' : uf2FamilyText(family))

/** The families of a file for people. */
export const familiesText = ({ groups }: Uf2File): string => groups.map(({ family }) => familyText(family)).join(', ')

/** What makes UF2 of a file of another kind. */
const conversion = (bytes: Uint8Array, name: string) => {
  const quoted = /^[\w.-]+$/.test(name) ? name : JSON.stringify(name)
  const out = `${name.replace(/\.[^.]*$/, '').replace(/[^\w.-]/g, '_') || 'app'}.uf2`
  if (looksLikeElf(bytes)) return { kind: 'ELF', command: `picotool uf2 convert ${quoted} ${out}` }
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1024))
  return looksLikeIntelHex(head)
    ? { kind: 'HEX', command: `uf2conv.py -c -f FAMILY -o ${out} ${quoted}` }
    : { kind: 'BIN', command: `uf2conv.py -c -f FAMILY -b ADDRESS -o ${out} ${quoted}` }
}

const ofFault = (fault: Uf2Fault, name: string): Problem => {
  switch (fault.kind) {
    case 'length':
      return refusal('UF2_LENGTH', { name, size: fault.size })
    case 'damaged':
      return refusal('UF2_DAMAGED', { name, block: fault.block + 1 })
    case 'incomplete':
      return refusal('UF2_INCOMPLETE', {
        name,
        family: familyText(fault.family),
        expected: fault.expected,
        found: fault.found,
      })
    case 'order':
      return refusal('UF2_ORDER', { name, block: fault.block + 1, address: hex(fault.address) })
  }
}

const ofFile = (region: Region, wanted: string): Problem[] => {
  const { name } = region
  const file = uf2Of(region)
  const problems = file.faults.map((fault) => ofFault(fault, name))
  if (problems.length > 0) return problems
  if (file.groups.length === 0) return [refusal('UF2_NOTHING_FOR_FLASH', { name })]
  const families = file.groups.flatMap(({ family }) => (family === undefined ? [] : [family]))
  const expected = wanted === '' ? undefined : uf2FamilyOf(wanted)
  if (expected !== undefined && families.length > 0 && !families.includes(expected))
    return [refusal('UF2_FAMILY_MISSING', { name, expected: familyText(expected), found: familiesText(file) })]
  const others = families.filter((family) => family !== expected && family !== absoluteFamily)
  return [
    ...(families.length < file.groups.length ? [warning('UF2_NO_FAMILY', { name })] : []),
    ...(expected !== undefined && others.length > 0
      ? [warning('UF2_OTHER_FAMILIES', { name, families: others.map(familyText).join(', ') })]
      : []),
  ]
}

/** A file goes to the drive as it is; it is read to refuse what its board would ignore or start half written. */
export const uf2Images: ImageRules = {
  parse(bytes, name) {
    const image = rawImage(bytes, name, 0)
    if (looksLikeUf2(bytes)) {
      const [first] = readUf2(bytes).groups.filter(({ family }) => family !== absoluteFamily)
      return { ...image, regions: image.regions.map((region) => ({ ...region, address: first?.address ?? 0 })) }
    }
    const foreign = looksLikeElf(bytes) ? undefined : foreignKind(bytes)
    const { kind, command } = conversion(bytes, name)
    if (foreign !== undefined && kind === 'BIN') throw new FlashError('UF2_FOREIGN_FILE', { name, kind: foreign })
    throw new FlashError('UF2_NEEDS_CONVERSION', { name, kind, command })
  },
  chipOf: () => undefined,
  check: (regions, _, options) => [
    ...(regions.length > 1 ? [refusal('UF2_ONE_IMAGE', { count: regions.length })] : []),
    ...regions.flatMap((region) => ofFile(region, Uf2Options.parse(options).family)),
  ],
  describe: (regions) => ({
    partitions: [],
    images: regions.flatMap((region) =>
      uf2Of(region).groups.map(({ family, address }) => ({
        name: region.name,
        kind: 'firmware' as const,
        address,
        ...(family !== undefined && { chip: uf2FamilyText(family) }),
      })),
    ),
  }),
}
