import type { Family } from '../../../electron/flashing/families/family.ts'
import type { Region } from '../../../electron/flashing/flasher.ts'
import type { FarDevice, FarLine } from '../../../electron/flashing/links/link-pair.ts'
import type { Link } from '../../../electron/flashing/transport.ts'
import type { Clock } from '../../../electron/platform/basics/clock.ts'
import type { Fault, FaultKind } from '../../../electron/simulator/targets/faults.ts'

/** A simulated unit at hand: at the far end of a serial line, or behind a link of its own. */
export interface Unit {
  readonly attach?: (line: FarLine) => FarDevice
  readonly open?: (name: string) => Link
  /** Puts it back into its boot loader before a flashing, as a person does; left out: it stays there. */
  readonly ready?: () => void
  /** Whether it holds the regions of the subject, byte by byte. */
  readonly holds: () => boolean
  /** Whether anything was erased or written. */
  readonly changed: () => boolean
}

/** A family with a target that it must get along with; the suite is run for each. */
export interface Subject<Step extends string = string> {
  readonly name: string
  readonly family: Family
  readonly options: Readonly<Record<string, unknown>>
  readonly regions: readonly Region[]
  /** Of its target, in their order; every fault is tried at each. */
  readonly steps: readonly Step[]
  /** Steps at which one lost byte or answer must be made up for. */
  readonly survives: readonly Step[]
  /** Steps after which all is proven: what goes wrong there may pass. */
  readonly afterwards: readonly Step[]
  /** Fails the first try, and is over in the second. */
  readonly passing: Fault<Step>
  /** Faults that make sense for it; left out: those of a line. */
  readonly kinds?: readonly FaultKind[]
  /** Options where a unit falls silent, for a clock that does not jump. */
  readonly impatient?: Readonly<Record<string, unknown>>
  /** The reason that a pulled cable has where a unit may leave by itself. */
  readonly goneCode?: string
  /** Left out: time that passes only when nothing else is left to do. */
  readonly clock?: () => Clock
  readonly unit: (clock: Clock, faults: readonly Fault<Step>[]) => Unit
}

/** A subject whose steps nobody needs to know any more. */
export const subject = <Step extends string>(one: Subject<Step>): Subject => ({
  ...one,
  unit: (clock, faults) => one.unit(clock, faults as readonly Fault<Step>[]),
})

/** Bytes that differ from block to block. */
export const image = (length: number, seed = 1): Uint8Array => {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state >>> 16
  })
}
