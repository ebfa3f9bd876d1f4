import type { Stm32Options } from '#shared/targets/stm32.ts'
import type { Region } from '../../flasher.ts'
import { hex32 } from '../../hex.ts'
import { type Problem, refusal, warning } from '../../images/image-rules.ts'
import { packedProblem } from '../../images/packed-problem.ts'
import { isStack, looksLikeVectors, type Vectors, vectorsOf } from '../../images/vector-table.ts'
import { flashStart } from './chips.ts'
import { type MemoryMap, rangeAt } from './memory-maps.ts'

/** The address in flash that an address means: flash may be visible a second time, where some programs are linked to. */
const inFlash = (map: MemoryMap, address: number): number | undefined => {
  const range = rangeAt(map, address)
  if (range?.kind === 'flash') return address
  // A program linked to 0 is nearly always another maker's, so that alias counts for nothing.
  return range?.kind === 'alias' && range.from > 0 ? address - range.from + flashStart : undefined
}

const isWritten = (regions: readonly Region[], address: number): boolean =>
  regions.some((region) => address >= region.address && address < region.address + region.bytes.length)

/** A stack begins behind its memory, or anywhere within. */
const isStackOf = (map: MemoryMap, stack: number): boolean =>
  stack % 4 === 0 && map.ranges.some(({ kind, from, to }) => kind === 'ram' && stack > from && stack <= to)

/** Problems of what the chip starts after reset. */
const startProblems = (
  region: Region,
  flashed: readonly Region[],
  { map, chip }: { readonly map: MemoryMap; readonly chip: string },
): Problem[] => {
  const { name, bytes } = region
  const packed = packedProblem(region, refusal)
  if (packed) return [packed]
  const vectors: Vectors | undefined = vectorsOf(bytes)
  if (!vectors) return [refusal('IMAGE_NO_VECTORS', { name })]
  const { stack, reset } = vectors
  if (reset % 2 === 0 || !(isStack(stack) || isStackOf(map, stack))) return [refusal('IMAGE_NO_VECTORS', { name })]
  const address = inFlash(map, reset - 1)
  if (address === undefined) return [refusal('IMAGE_NO_VECTORS', { name })]
  return [
    ...(isStackOf(map, stack) ? [] : [refusal('STM32_STACK_OUTSIDE', { name, stack: hex32(stack), chip })]),
    ...(isWritten(flashed, address) ? [] : [refusal('STM32_RESET_OUTSIDE', { name, reset: hex32(reset) })]),
  ]
}

/**
 * Whether the chip can start what is written: the start of flash must hold a vector table whose reset handler is written as well. What
 * is written elsewhere may be anything; a vector table there that leads out of the image usually means a wrong address.
 * @param flashed the regions in flash.
 */
export const vectorProblems = (
  flashed: readonly Region[],
  place: { readonly map: MemoryMap; readonly chip: string },
  { startsWith }: Pick<Stm32Options, 'startsWith'>,
): Problem[] => {
  if (startsWith === 'data') return []
  return flashed.flatMap((region) => {
    if (region.address === flashStart) return startProblems(region, flashed, place)
    const packed = packedProblem(region, warning)
    if (packed) return [packed]
    const vectors = looksLikeVectors(region.bytes) ? vectorsOf(region.bytes) : undefined
    if (!vectors || isWritten(flashed, vectors.reset - 1)) return []
    const data = { name: region.name, address: hex32(region.address), reset: hex32(vectors.reset) }
    return [warning('STM32_LINKED_ELSEWHERE', data)]
  })
}
