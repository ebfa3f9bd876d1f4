import type { Clock } from '../../basics/clock.ts'

/** Milliseconds that a device may take after subscribing to report its version, before it is offered a job of which it was never notified. */
export const NEW_GRACE_MS = 1000

/** What waits for the report: a job that was never notified, or one that may already be installed. */
type GraceKind = 'new' | 'told'

/** Devices that listen but have not reported their version yet: they may already run the target version. */
export const createVersionGraces = (clock: Clock) => {
  const running = { new: new Map<number, () => void>(), told: new Map<number, () => void>() }
  const end = (deviceId: number, kind: GraceKind): void => {
    running[kind].get(deviceId)?.()
    running[kind].delete(deviceId)
  }
  return {
    /** Calls `over` after that many milliseconds, unless the grace time is ended before. */
    begin(deviceId: number, kind: GraceKind, ms: number, over: () => void): void {
      end(deviceId, kind)
      const cancel = clock.after(ms, () => {
        running[kind].delete(deviceId)
        over()
      })
      running[kind].set(deviceId, cancel)
    },
    end,
    isRunning: (deviceId: number, kind: GraceKind): boolean => running[kind].has(deviceId),
    /** The device has disconnected. */
    endAll(deviceId: number): void {
      end(deviceId, 'new')
      end(deviceId, 'told')
    },
    stop(): void {
      for (const versionGraces of Object.values(running)) {
        for (const cancel of versionGraces.values()) cancel()
        versionGraces.clear()
      }
    },
  }
}
