import type { Clock } from '../clock.ts'

/** Milliseconds a device that has just subscribed may take to report its version before it is offered what waits for it. */
const REPORT_GRACE_MS = 1000

/** Devices that listen but have not said yet what they run: they may be on the target already. */
export const createGraces = (clock: Clock) => {
  const running = new Map<number, () => void>()
  const end = (deviceId: number): void => {
    running.get(deviceId)?.()
    running.delete(deviceId)
  }
  return {
    /** Calls `over` unless the grace ends before its time. */
    begin(deviceId: number, over: () => void): void {
      end(deviceId)
      const cancel = clock.after(REPORT_GRACE_MS, () => {
        running.delete(deviceId)
        over()
      })
      running.set(deviceId, cancel)
    },
    end,
    stop(): void {
      for (const cancel of running.values()) cancel()
      running.clear()
    },
  }
}
