import type { Clock } from '../basics/clock.ts'
import { type LoginFailures, SLOW_ANSWER_MS } from '../devices/login-rate-limit.ts'

/** Whom a call that proved nothing may have come from. */
export interface CallerGuard {
  /** Whether nobody unknown at this address is looked at now. */
  barred(address: string): boolean
  /**
   * Counts a call that did not prove who it is. Resolves with whether there were too many before it, for a known device after a second: its right secret is
   * always let in, so that wrong ones cannot be refused unseen; they cost.
   * @param deviceId the device it named; undefined: none that is known.
   */
  failed(address: string, deviceId: number | undefined): Promise<boolean>
}

/** The limit of MQTT log-ins for calls of HTTP, counted together with those. */
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
