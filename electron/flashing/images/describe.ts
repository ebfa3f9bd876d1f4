import type { FlashTarget } from '#shared/flashing.ts'
import type { Identity, Region } from '../flasher.ts'
import { findProblems } from './check.ts'
import type { Problem } from './problem.ts'

/** A region as the dry check shows it. */
export interface RegionRow {
  readonly name: string
  readonly address: number
  /** The first address behind it. */
  readonly end: number
  readonly size: number
}

export interface DryCheck {
  /** In ascending order. */
  readonly rows: readonly RegionRow[]
  readonly total: number
  readonly problems: readonly Problem[]
}

/** What a recipe would write, and what is wrong with it; `known` is the chip that is expected, as far as the recipe says. */
export const describeRegions = (
  regions: readonly Region[],
  target: FlashTarget,
  known?: Pick<Identity, 'chip' | 'flashSize'>,
): DryCheck => ({
  rows: regions
    .map(({ name, address, bytes }) => ({ name, address, end: address + bytes.length, size: bytes.length }))
    .sort((a, b) => a.address - b.address),
  total: regions.reduce((sum, { bytes }) => sum + bytes.length, 0),
  problems: findProblems(regions, target, known),
})
