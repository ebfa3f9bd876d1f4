import type { JobStore } from '../campaigns/jobs/job-store.ts'
import type { DeviceService } from '../devices/device-service.ts'
import { HEARD_MS, type Presence } from '../devices/presence.ts'
import type { PlatformContext } from '../store/platform-context.ts'

/** Minimum milliseconds between two stored timestamps of a device that keeps querying. */
const NOTED_MS = 30_000
const SWEEP_MS = 5_000

/**
 * Keeps the presence of devices that query over HTTP without a permanent connection: they are online for two minutes after each
 * request.
 */
export const createHttpPresence = (
  { events, clock }: PlatformContext,
  deps: { readonly presence: Presence; readonly devices: DeviceService; readonly jobs: JobStore },
) => {
  const notedAt = new Map<number, number>()
  let cancelSweep: (() => void) | undefined

  /** Presence is shown on the device and on the rows of its upgrades. */
  const announce = (deviceId: number): void => {
    events.emit('device', deviceId)
    for (const job of deps.jobs.openOfDevice(deviceId)) events.emit('job', job.id)
  }

  const sweep = (): void => {
    cancelSweep = undefined
    for (const { deviceId, online } of deps.presence.forgetHeard(clock.steady() - HEARD_MS)) {
      notedAt.delete(deviceId)
      if (!online) announce(deviceId)
    }
    if (notedAt.size > 0) cancelSweep = clock.after(SWEEP_MS, sweep)
  }

  return {
    /** Records a request of an authenticated device. */
    seen(deviceId: number, productId: number): void {
      const now = clock.steady()
      const arrived = deps.presence.heard(deviceId, productId, now)
      if (arrived || now - (notedAt.get(deviceId) ?? 0) >= NOTED_MS) {
        notedAt.set(deviceId, now)
        deps.devices.seen(deviceId)
      }
      if (arrived) announce(deviceId)
      cancelSweep ??= clock.after(SWEEP_MS, sweep)
    },

    stop(): void {
      cancelSweep?.()
      notedAt.clear()
    },
  }
}
