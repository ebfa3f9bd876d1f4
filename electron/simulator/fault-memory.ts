import type { Fault } from './faults.ts'
import type { Notice } from './notice.ts'

/** What is wrong with a device, version by version: its upgrade fails by it once, and tried again it succeeds. */
export interface FaultMemory {
  /** Whether the device says everything twice. */
  readonly repeats: boolean
  /** What is wrong with an upgrade to this version; undefined: nothing, or no longer. */
  at(version: string): Fault | undefined
  /** An upgrade to this version has failed. */
  failed(version: string): void
  /** Whether the device is silent about a notice: the first of a version it does not run, and that one told again. */
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
