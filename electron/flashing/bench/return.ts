import type { Clock } from '../../platform/basics/clock.ts'
import { pause } from '../pause.ts'
import type { PortInfo } from '../ports/port-info.ts'
import { LinkLostError } from '../transport.ts'

/** A chip that restarts is on the bus again within this time. */
const RETURNS_MS = 10_000
const LOOK_EVERY_MS = 100
/** The system sets a new port's permissions a moment after it appears. */
const SETTLE_MS = 300

/**
 * Waits until a unit that left the bus is back at its place, under whatever name. A port that never left is back at once.
 * @throws LinkLostError where it does not return, the signal's reason.
 */
export const untilBack = async (
  portNow: () => PortInfo | undefined,
  path: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<PortInfo> => {
  const end = clock.steady() + RETURNS_MS
  // A port that is gone is noticed a little later than its link.
  await pause(clock, SETTLE_MS, signal)
  for (;;) {
    signal.throwIfAborted()
    const port = portNow()
    if (port) {
      await pause(clock, SETTLE_MS, signal)
      if (portNow() === port) return port
    } else if (clock.steady() >= end) throw new LinkLostError(`${path}: not back on the bus`)
    else await pause(clock, LOOK_EVERY_MS, signal)
  }
}
