import type { BenchReport } from '#shared/schema.ts'
import { isPortFault } from './port-faults.ts'

const HOUR_MS = 3_600_000

/** The members of a record that are counted. */
export interface ReportRow {
  readonly runId: number
  readonly unit: string | null
  readonly state: 'passed' | 'failed' | 'refused' | 'cancelled'
  readonly errorCode: string | null
  /** The first attempt ever at the unit by its recipe. */
  readonly first: boolean
  readonly startedAt: number
  readonly finishedAt: number
}

type Numbers = BenchReport['total']

const share = (part: number, whole: number): number | null => (whole === 0 ? null : round(part / whole))
const round = (value: number): number => Math.round(value * 10_000) / 10_000

/** The quantile by the nearest rank. */
const quantile = (sorted: readonly number[], part: number): number | null =>
  sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null

/**
 * Counts attempts and units. A unit counts once however often it is tried: its latest attempt decides the yield, its first
 * one ever the first-pass yield. Refused and cancelled attempts produced nothing and count for neither.
 */
export class YieldCount {
  readonly #states = { passed: 0, failed: 0, refused: 0, cancelled: 0 }
  readonly #reasons = new Map<string, number>()
  readonly #units = new Map<string, { passed: boolean; firstPassed: boolean }>()
  readonly #cycles: number[] = []
  #from = Number.POSITIVE_INFINITY
  #to = 0

  /** Adds a record; call it in the order in which the attempts ended. */
  add({ runId, unit, state, errorCode, first, startedAt, finishedAt }: ReportRow): void {
    this.#states[state]++
    if (errorCode !== null && state !== 'cancelled')
      this.#reasons.set(errorCode, (this.#reasons.get(errorCode) ?? 0) + 1)
    if (state === 'refused' || state === 'cancelled') return
    // No unit was reached.
    if (unit === null && errorCode !== null && isPortFault(errorCode)) return
    const passed = state === 'passed'
    // Units without an identity cannot be told apart, so each run counts as one.
    const key = unit ?? `run ${runId}`
    const firstPassed = this.#units.get(key)?.firstPassed ?? (first && passed)
    this.#units.set(key, { passed, firstPassed })
    if (passed) this.#cycles.push(finishedAt - startedAt)
    this.#from = Math.min(this.#from, startedAt)
    this.#to = Math.max(this.#to, finishedAt)
  }

  numbers(): Numbers {
    const { passed, failed, refused, cancelled } = this.#states
    const units = [...this.#units.values()]
    const good = units.filter((unit) => unit.passed).length
    const hours = (this.#to - this.#from) / HOUR_MS
    const cycles = this.#cycles.toSorted((left, right) => left - right)
    const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000)
    return {
      started: passed + failed + refused + cancelled,
      passed,
      failed,
      refused,
      cancelled,
      units: units.length,
      yield: share(good, units.length),
      firstPassYield: share(units.filter((unit) => unit.firstPassed).length, units.length),
      unitsPerHour: hours > 0 ? Math.round((good / hours) * 10) / 10 : null,
      cycleSecondsMedian: seconds(quantile(cycles, 0.5)),
      cycleSecondsP95: seconds(quantile(cycles, 0.95)),
      reasons: [...this.#reasons]
        .map(([errorCode, runs]) => ({ errorCode, runs }))
        .sort((left, right) => right.runs - left.runs || left.errorCode.localeCompare(right.errorCode)),
    }
  }
}
