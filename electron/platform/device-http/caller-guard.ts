import type { Clock } from '../basics/clock.ts'
import { type LoginFailures, SLOW_ANSWER_MS } from '../devices/login-rate-limit.ts'

/** Rate limit for HTTP calls whose caller did not authenticate. */
export interface CallerGuard {
  /** Whether unknown callers from this address are refused now without a check. */
  barred(address: string): boolean
  /**
   * Counts an unauthenticated call. Resolves with whether there were too many before it; for a known device it then resolves after a second:
   * the correct secret of a device is always accepted, so wrong ones cannot be refused without a check and are slowed down instead.
   * @param deviceId the device that the call names; undefined when it names no known device.
   */
  failed(address: string, deviceId: number | undefined): Promise<boolean>
}

/** Applies the limit of MQTT logins to HTTP calls; both share one counter. */
export const createCallerGuard = ({ addresses, devices }: LoginFailures, clock: Pick<Clock, 'after'>): CallerGuard => ({
  barred: (address) => addresses.blocked(address),
  async failed(address, deviceId) {
    if (deviceId === undefined) {
      if (addresses.blocked(address)) return true
      addresses.failed(address)
      return false
    }
    const key = `${deviceId} ${address}`
    if (!devices.blocked(key)) {
      devices.failed(key)
      return false
    }
    await new Promise<void>((resolve) => clock.after(SLOW_ANSWER_MS, resolve))
    return true
  },
})
