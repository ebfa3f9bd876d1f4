import type { Clock } from '../../basics/clock.ts'

/** Milliseconds a device that has just subscribed may take to report its version before it is offered what it was never notified of. */
export const NEW_GRACE_MS = 1000

/** What is waited with: what the device was never notified of, or what it may have installed already. */
export type GraceKind = 'new' | 'told'

/** Devices that listen but have not said yet what they run: they may be on the target already. */
export const createVersionGraces = (clock: Clock) => {
  const running = { new: new Map<number, () => void>(), told: new Map<number, () => void>() }
  const end = (deviceId: number, kind: GraceKind): void => {
    running[kind].get(deviceId)?.()
    running[kind].delete(deviceId)
  }
  return {
    /** Calls `over` after that many milliseconds, unless the grace is ended before. */
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
    /** The device has gone. */
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
