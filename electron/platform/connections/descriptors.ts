import { readFileSync } from 'node:fs'
import type { Clock } from '../basics/clock.ts'

/** Used when no system limit can be read; more sockets than a station ever uses. */
const UNLIMITED = 65_536
/** Milliseconds for which a limit is cached: it can change while the process runs (prlimit). */
const HOLDS_MS = 10_000

/** The soft limit in the text of `/proc/self/limits` (proc(5)); undefined when it is not there. */
export const softLimitIn = (limits: string): number | undefined => {
  const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(limits)?.[1]
  if (soft === undefined) return undefined
  return soft === 'unlimited' ? UNLIMITED : Number(soft)
}

/** Node raises its soft limit to the hard limit at start; its report contains the result, also on macOS. */
const fromReport = (): number | undefined => {
  if (process.platform === 'win32') return undefined
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report
  const before = report.excludeNetwork ?? false
  // The network part of the report would resolve peer names.
  report.excludeNetwork = true
  try {
    const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } }
    const soft = Number(userLimits?.open_files?.soft)
    return Number.isFinite(soft) ? soft : undefined
  } finally {
    report.excludeNetwork = before
  }
}

const readLimit = (): number | undefined => {
  if (process.platform !== 'linux') return undefined
  try {
    return softLimitIn(readFileSync('/proc/self/limits', 'utf8'))
  } catch {
    // No file descriptor is left to read the limit.
    return undefined
  }
}

/** @returns the current maximum of open files and sockets of this process. */
export const createDescriptorLimit = (
  clock: Pick<Clock, 'now'>,
  read: () => number | undefined = readLimit,
): (() => number) => {
  let known: { readonly limit: number; readonly at: number } | undefined
  return () => {
    const at = clock.now()
    if (!known || Math.abs(at - known.at) >= HOLDS_MS)
      known = { limit: read() ?? known?.limit ?? fromReport() ?? UNLIMITED, at }
    return known.limit
  }
}
