import { Stm32Options } from '#shared/targets/stm32.ts'
import { FlashError, type Region } from '../../flasher.ts'
import { hex32 } from '../../hex.ts'
import { looksLikeEspImage } from '../../images/esp-image.ts'
import { foreignCode, foreignFirmware } from '../../images/foreign-firmware.ts'
import { inspected } from '../../images/image-inspection.ts'
import { type ImageRules, type KnownUnit, overlaps, type Problem, refusal, warning } from '../../images/image-rules.ts'
import { parseImage } from '../../images/parse-image.ts'
import { chipsNamed, flashStart } from './chips.ts'
import { flashReachOf } from './flash-layout.ts'
import { flashLimitOf, type MemoryKind, type MemoryMap, memoryMapOf, rangeAt } from './memory-maps.ts'
import { optionByteProblems } from './option-bytes.ts'
import { pageProblems } from './page-rules.ts'
import { vectorProblems } from './vectors.ts'

/** What a region that begins in a memory is refused for; flash and option bytes are checked further. */
const refusals: Readonly<Record<Exclude<MemoryKind, 'flash' | 'options'>, string>> = {
  ram: 'STM32_IN_RAM',
  system: 'STM32_IN_SYSTEM_MEMORY',
  otp: 'STM32_IN_OTP',
  eeprom: 'STM32_IN_EEPROM',
  alias: 'STM32_IN_ALIAS',
}
/** Codes of the rules below that refuse a unit. */
export const imageRefusals: readonly string[] = [
  ...Object.values(refusals),
  'STM32_IN_EXTERNAL_MEMORY',
  'STM32_UNMAPPED',
  'STM32_OPTION_BYTES',
  'STM32_OPTION_LEVEL_2',
  'STM32_STACK_OUTSIDE',
  'STM32_RESET_OUTSIDE',
]

/** External memories on FMC, FSMC, QUADSPI and OCTOSPI (ARMv7-M ARM, B3.1; reference manuals). */
const isExternal = (address: number): boolean =>
  (address >= 0x6000_0000 && address < 0xa000_0000) || (address >= 0xc000_0000 && address < 0xe000_0000)

/** What the regions are checked against. */
export interface Stm32Place {
  readonly map: MemoryMap
  /** As the recipe or the unit names it. */
  readonly chip: string
  /** The first address behind the flash that every accepted unit has. */
  readonly limit: number
}

const placeOf = (known: KnownUnit | undefined): Stm32Place => ({
  map: memoryMapOf(known?.chip),
  chip: known?.chip ?? 'STM32',
  limit: flashReachOf(chipsNamed(known?.chip ?? ''), known?.flashSize ?? flashLimitOf(known?.chip)),
})

const isSoundEspImage = (region: Region): boolean =>
  looksLikeEspImage(region.bytes) && !(inspected(region, 0) instanceof FlashError)

/** Whose firmware a file is, if it is not for this target: told by its addresses, or by what is at the start of flash. */
const strangerOf = (regions: readonly Region[], { startsWith }: Stm32Options): string | undefined => {
  const elsewhere = foreignFirmware(regions)
  if (elsewhere !== undefined) return elsewhere
  if (regions.some(isSoundEspImage)) return 'ESP'
  if (startsWith === 'data') return undefined
  const start = regions.find(({ address }) => address === flashStart)
  return start && foreignCode(start.bytes)
}

/** Whether a region is where this target can write it. */
const placement = ({ name, address, bytes }: Region, { map, chip, limit }: Stm32Place): Problem[] => {
  const kind = rangeAt(map, address)?.kind
  const end = address + bytes.length
  if (kind === 'flash' && end <= limit) return []
  if (kind === 'flash') {
    const data = { name, chip, start: hex32(flashStart), end: hex32(end), limit: hex32(limit) }
    return [refusal('STM32_OUTSIDE_FLASH', data)]
  }
  if (kind === 'options') return []
  const data = { name, address: hex32(address), chip }
  if (kind !== undefined) return [refusal(refusals[kind], data)]
  return [refusal(isExternal(address) ? 'STM32_IN_EXTERNAL_MEMORY' : 'STM32_UNMAPPED', data)]
}

/** The first problem of each kind in each file: a file in the wrong place has a thousand regions there. */
const distinct = (problems: readonly Problem[]): Problem[] => {
  const seen = new Set<string>()
  return problems.filter(({ code, data }) => {
    const key = `${code} ${data.name ?? ''}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

const problemsOf = (regions: readonly Region[], known: KnownUnit | undefined, options: Stm32Options): Problem[] => {
  const place = placeOf(known)
  const files = [...new Set(regions.map(({ name }) => name))].map((name) => ({
    name,
    regions: regions.filter((region) => region.name === name),
  }))
  const strangers = new Map(
    files.flatMap(({ name, regions: own }) => {
      const found = strangerOf(own, options)
      return found === undefined ? [] : [[name, found] as const]
    }),
  )
  const ours = regions.filter(({ name }) => !strangers.has(name))
  const flashed = ours.filter(({ address }) => rangeAt(place.map, address)?.kind === 'flash')
  return [
    ...[...strangers].map(([name, found]) => refusal('IMAGE_OTHER_TARGET', { name, found, target: 'STM32' })),
    ...ours.flatMap((region) => placement(region, place)),
    ...optionByteProblems(ours, place, options),
    ...vectorProblems(flashed, place, options),
    ...pageProblems(flashed, place.chip, known?.flashSize, options),
    ...(options.erase === 'mass' && flashed.length > 0 && !flashed.some(({ address }) => address === flashStart)
      ? [warning('STM32_NOTHING_AT_START', { address: hex32(flashStart) })]
      : []),
  ]
}

/** What may be written to STM32 chips. */
export const stm32Images: ImageRules = {
  parse: (bytes, name, address) => parseImage(bytes, name, address ?? flashStart, { machine: 'ARM' }),
  chipOf: () => undefined,
  check: (regions, known, options) => [
    ...overlaps(regions),
    ...distinct(problemsOf(regions, known, Stm32Options.parse(options))),
  ],
}
