import type { Fault } from './faults.ts'
import type { Notice } from './notice.ts'

/** The fault of a device, per version: the upgrade to a version fails once, and the retry succeeds. */
export interface FaultMemory {
  /** Whether the device sends every message twice. */
  readonly repeats: boolean
  /** The fault of an upgrade to this version; undefined: none, or no longer. */
  at(version: string): Fault | undefined
  /** An upgrade to this version has failed. */
  failed(version: string): void
  /** Whether the device ignores a notice: the first one for a version it does not run, and its repetitions. */
  ignores(notice: Notice, running: string): boolean
}

export const createFaultMemory = (fault: Fault | undefined): FaultMemory => {
  const failedOnce = new Set<string>()
  let ignored: string | undefined

  return {
    repeats: fault?.kind === 'duplicate',
    at: (version) => (failedOnce.has(version) ? undefined : fault),
    failed: (version) => failedOnce.add(version),
    ignores: ({ id, version }, running) => {
      if (fault?.kind !== 'silent') return false
      if (id === ignored) return true
      if (version === running || failedOnce.has(version)) return false
      failedOnce.add(version)
      ignored = id
      return true
    },
  }
}
