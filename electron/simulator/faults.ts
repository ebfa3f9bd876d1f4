import { languages } from '#shared/languages.ts'
import type { SimulatorFault } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'

/** How an upgrade fails on a device, by the four errors of docs/protocols/README.md §8.2: -1 upgrade, -2 download, -3 verification, -4 burning. */
export const faultKinds = ['upgrade', 'download', 'verification', 'burning'] as const
export type FaultKind = (typeof faultKinds)[number]

/** A planned fault: a failure the device reports, or a way in which it misbehaves; and the words it complains in. */
export interface Fault {
  readonly kind: FaultKind | Misbehaviour
  readonly words: FaultWords
}

/**
 * `drop`: its network dies in the middle of a download, which then goes on where it was. `silent`: it takes a notice and never
 * answers. `rollback`: it runs the old version after the restart. `duplicate`: it says everything twice. `disorder`: its
 * percentages come in the wrong order, the last behind the 100.
 */
export type Misbehaviour = Exclude<SimulatorFault, 'mixed' | 'digest'>

/** What a device says of each failure, as firmware in the field puts it; `{name}` places are filled by `faultWords`. */
export type FaultWords = Readonly<Record<FaultKind, string>>

/** Devices of one fleet complain in every language, English first. */
const fleetWords: readonly FaultWords[] = [...languages].reverse().map((language) => texts[language].virtualDevice)

/** The device's words for a failure of this kind. */
export const faultWords = (words: FaultWords, kind: FaultKind, fill: Readonly<Record<string, string | number>> = {}) =>
  words[kind].replace(/\{(\w+)\}/g, (_, key: string) => String(fill[key] ?? '?'))

/**
 * Which of `count` devices have a fault: exactly `round(count × percent / 100)` of them, spread as evenly as whole numbers
 * allow; with `mixed` the four failures in turn, and after each round of four the next language. The same numbers always name
 * the same devices.
 * @param percent 0-100; outside is taken as the nearer end
 * @returns one entry for each device index, undefined where it succeeds
 */
export const failurePlan = (
  count: number,
  percent: number,
  fault: SimulatorFault = 'mixed',
): readonly (Fault | undefined)[] => {
  const failing = Math.round((count * Math.min(100, Math.max(0, percent))) / 100)
  return Array.from({ length: count }, (_, index) => {
    // Bresenham's line from (0, 0) to (count, failing): the device on whose step the line rises is the nth to fail.
    const nth = Math.floor((index * failing) / count)
    if (Math.floor(((index + 1) * failing) / count) === nth) return undefined
    const kind = fault === 'mixed' ? faultKinds[nth % faultKinds.length] : fault === 'digest' ? 'verification' : fault
    const words = fleetWords[Math.floor(nth / faultKinds.length) % fleetWords.length]
    return kind && words && { kind, words }
  })
}

/** An upgrade that ended on the device, in the words it reports. */
export class UpgradeFailed extends Error {
  override readonly name = 'UpgradeFailed'
  readonly kind: FaultKind

  constructor(kind: FaultKind, words: string, options?: ErrorOptions) {
    super(words, options)
    this.kind = kind
  }
}
