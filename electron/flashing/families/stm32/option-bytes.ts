import type { Stm32Options } from '#shared/targets/stm32.ts'
import type { Region } from '../../flasher.ts'
import { hex32 } from '../../hex.ts'
import { type Problem, refusal, warning } from '../../images/image-rules.ts'
import { type MemoryMap, rangeAt } from './memory-maps.ts'

/** Readout protection for ever: nothing can be written any more, not even by ST (reference manuals, "RDP level 2"). */
const protectedForEver = 0xcc

/** Whether a region is in the option bytes. */
export const isOptionBytes = (map: MemoryMap, { address }: Region): boolean => rangeAt(map, address)?.kind === 'options'

const bytesText = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')

/** Whether the option bytes of a region set protection level 2. */
const protectsForEver = (map: MemoryMap, { address, bytes }: Region): boolean => {
  const { protectionAt } = map
  const range = rangeAt(map, address)
  if (protectionAt === undefined || !range) return false
  return bytes[range.from + protectionAt - address] === protectedForEver
}

/**
 * Option bytes in a file: refused unless the recipe wants them written, refused as well where they would lock the chip for ever or do
 * not fit; otherwise said with their values.
 */
export const optionByteProblems = (
  regions: readonly Region[],
  { map, chip }: { readonly map: MemoryMap; readonly chip: string },
  { writeOptionBytes }: Pick<Stm32Options, 'writeOptionBytes'>,
): Problem[] =>
  regions
    .filter((region) => isOptionBytes(map, region))
    .map((region): Problem => {
      const { name, address, bytes } = region
      const data = { name, address: hex32(address) }
      const range = rangeAt(map, address)
      if (!writeOptionBytes) return refusal('STM32_OPTION_BYTES', data)
      if (range && address + bytes.length > range.to)
        return refusal('STM32_UNMAPPED', { ...data, address: hex32(range.to), chip })
      if (protectsForEver(map, region)) return refusal('STM32_OPTION_LEVEL_2', data)
      return warning('STM32_OPTION_BYTES_WRITTEN', { ...data, value: bytesText(bytes) })
    })
