import { languages } from '#shared/languages.ts'
import type { SimulatorFault } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'

/** How an upgrade fails on a device, by the four errors of docs/protocols/README.md §8.2: -1 upgrade, -2 download, -3 verification, -4 burning. */
export const faultKinds = ['upgrade', 'download', 'verification', 'burning'] as const
export type FaultKind = (typeof faultKinds)[number]

/** A planned fault, either a failure that the device reports or a misbehaviour, and the text it reports. */
export interface Fault {
  readonly kind: FaultKind | Misbehaviour
  readonly words: FaultWords
}

/**
 * `drop`: the network fails in the middle of a download, which then resumes. `silent`: the device takes a notice and never answers.
 * `rollback`: it runs the old version after the restart. `duplicate`: it sends every message twice. `disorder`: its percentages come in
 * the wrong order, the last one after the 100.
 */
type Misbehaviour = Exclude<SimulatorFault, 'mixed' | 'digest'>

/** The text that a device reports for each failure, in the style of real firmware; `faultWords` fills the `{name}` places. */
export type FaultWords = Readonly<Record<FaultKind, string>>

/** The devices of one fleet report in every language, English first. */
const fleetWords: readonly FaultWords[] = [...languages].reverse().map((language) => texts[language].virtualDevice)

/** The device's text for a failure of this kind. */
export const faultWords = (words: FaultWords, kind: FaultKind, fill: Readonly<Record<string, string | number>> = {}) =>
  words[kind].replace(/\{(\w+)\}/g, (_, key: string) => String(fill[key] ?? '?'))

/**
 * Which of `count` devices have a fault: exactly `round(count × percent / 100)` of them, spread as evenly as whole numbers allow; with
 * `mixed` the four failures in turn, and after each four the next language. The same numbers always select the same devices.
 * @param percent 0-100; values outside are clamped
 * @returns one entry for each device index, undefined where it succeeds
 */
export const failurePlan = (
  count: number,
  percent: number,
  fault: SimulatorFault = 'mixed',
): readonly (Fault | undefined)[] => {
  const failing = Math.round((count * Math.min(100, Math.max(0, percent))) / 100)
  return Array.from({ length: count }, (_, index) => {
    // Bresenham's line from (0, 0) to (count, failing): a device fails where the line rises.
    const nth = Math.floor((index * failing) / count)
    if (Math.floor(((index + 1) * failing) / count) === nth) return undefined
    const kind = fault === 'mixed' ? faultKinds[nth % faultKinds.length] : fault === 'digest' ? 'verification' : fault
    const words = fleetWords[Math.floor(nth / faultKinds.length) % fleetWords.length]
    return kind && words && { kind, words }
  })
}

/** An upgrade that failed on the device, with the text it reports. */
export class UpgradeFailed extends Error {
  override readonly name = 'UpgradeFailed'
  readonly kind: FaultKind

  constructor(kind: FaultKind, words: string, options?: ErrorOptions) {
    super(words, options)
    this.kind = kind
  }
}
