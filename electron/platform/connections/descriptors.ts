import { readFileSync } from 'node:fs'
import type { Clock } from '../basics/clock.ts'

/** Where the system sets no limit that could be read; more sockets than a station ever has. */
const UNLIMITED = 65_536
/** Milliseconds for which a limit that was read holds: it can be changed while the process runs (prlimit). */
const HOLDS_MS = 10_000

/** The soft limit in the text of `/proc/self/limits` (proc(5)); undefined when it is not there. */
export const softLimitIn = (limits: string): number | undefined => {
  const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(limits)?.[1]
  if (soft === undefined) return undefined
  return soft === 'unlimited' ? UNLIMITED : Number(soft)
}

/** Node raises its soft limit to the hard one as it starts; its report tells what came of it, on macOS too. */
const fromReport = (): number | undefined => {
  if (process.platform === 'win32') return undefined
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report
  const before = report.excludeNetwork ?? false
  // Its network part looks up names of peers.
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
    // None left to read it with.
    return undefined
  }
}

/** @returns how many files and sockets this process may have open, as it is now. */
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
