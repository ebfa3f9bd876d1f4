import type { FlashTarget } from '#shared/flashing.ts'
import { FlashError, type Identity, type Region } from '../flasher.ts'
import { hex } from '../hex.ts'
import { espProblems } from './check-esp.ts'
import { looksLikeEspImage, parseEspImage } from './esp-image.ts'
import { type Problem, refusal } from './problem.ts'
import { looksLikeVectors } from './vector-table.ts'

type Known = Pick<Identity, 'chip' | 'flashSize'>

const flashStart = 0x0800_0000

const overlaps = (regions: readonly Region[]): Problem[] => {
  const sorted = [...regions].sort((a, b) => a.address - b.address)
  return sorted.flatMap((region, index) => {
    const next = sorted[index + 1]
    const clash = next !== undefined && region.address + region.bytes.length > next.address
    return clash
      ? [refusal('REGIONS_OVERLAP', { first: region.name, second: next.name, address: hex(next.address) })]
      : []
  })
}

const isSoundEspImage = (bytes: Uint8Array): boolean => {
  if (!looksLikeEspImage(bytes)) return false
  try {
    return parseEspImage(bytes, '').size > 0
  } catch (error) {
    if (error instanceof FlashError) return false
    throw error
  }
}

const stm32Problems = (region: Region): Problem[] => {
  const { name, bytes, address } = region
  if (isSoundEspImage(bytes)) return [refusal('IMAGE_OTHER_TARGET', { name, found: 'ESP', target: 'STM32' })]
  if (address === flashStart && !looksLikeVectors(bytes)) return [refusal('IMAGE_NO_VECTORS', { name })]
  return []
}

/**
 * What is wrong with writing these regions to this target, and what one might want to know; all of it, without looking at a unit
 * where `known` is left out.
 */
export const findProblems = (regions: readonly Region[], target: FlashTarget, known: Known | undefined): Problem[] => {
  if (regions.length === 0) return [refusal('NO_IMAGE', {})]
  if (target === 'xmodem' || target === 'ymodem') return []
  const each = target === 'esp' ? espProblems(regions, known) : regions.flatMap(stm32Problems)
  return [...overlaps(regions), ...each]
}

/**
 * Refuses what must not be written to this unit, before anything is erased. Pure.
 * @returns What is odd without being refused.
 * @throws FlashError
 */
export const checkImage = (regions: readonly Region[], target: FlashTarget, identity: Known): readonly Problem[] => {
  const problems = findProblems(regions, target, identity)
  const first = problems.find(({ refused }) => refused)
  if (first) throw new FlashError(first.code, first.data)
  return problems
}
