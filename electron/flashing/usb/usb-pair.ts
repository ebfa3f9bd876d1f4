import type { Clock } from '../../platform/basics/clock.ts'
import { LinkLostError, type UsbDescription, type UsbLink, type UsbSetup, UsbTransferError } from '../transport.ts'

/** What the device at the far end can do with its place. */
export interface FarPort {
  leave(): void
  arrive(): void
  /** Pulls the cable: the device does not come back. */
  unplug(): void
}

/** The device at the far end of a pair. */
export interface FarUsbDevice {
  describe(): UsbDescription
  select(interfaceNumber: number, alternate: number): void
  controlIn(setup: UsbSetup, length: number): Uint8Array | 'stall' | 'silence'
  controlOut(setup: UsbSetup, bytes: Uint8Array): 'done' | 'stall' | 'silence'
  reset(): void
}

/** A device that has just been plugged in or restarts is waited for, milliseconds. */
export const ARRIVES_MS = 2000

/** A place on a bus that exists in this process alone. */
export interface UsbPlace {
  /** Opens the device that is there. @throws LinkLostError. */
  open(name: string): UsbLink
  isPresent(): boolean
  /** Waits for a device that restarts. @returns whether one is there. */
  wait(ms: number): Promise<boolean>
  unplug(): void
}

/** A place with a device, which keeps its memory from one link to the next. */
export const usbPlace = (clock: Clock, attach: (port: FarPort) => FarUsbDevice): UsbPlace => {
  /** How often a device has entered the bus here; undefined: none is there. */
  let visit: number | undefined = 0
  let visits = 0
  let isPulled = false
  const changes = new Set<() => void>()
  const change = (next: number | undefined): void => {
    visit = next
    for (const changed of changes) changed()
  }
  const unplug = (): void => {
    isPulled = true
    change(undefined)
  }
  const device = attach({
    leave: () => change(undefined),
    arrive: () => (isPulled ? undefined : change(++visits)),
    unplug,
  })

  const open = (name: string): UsbLink => {
    let mine = visit
    let isClosed = false
    const check = (): void => {
      if (isClosed) throw new LinkLostError(`${name}: closed`)
      if (mine === undefined || visit !== mine) throw new LinkLostError(`${name}: the device has left`)
    }
    check()

    /** Resolves when the condition holds. @throws the signal's reason; what `late` makes after `ms`. */
    const until = (holds: () => boolean, ms: number, late: () => Error, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        const end = (then: () => void): void => {
          changes.delete(look)
          cancel()
          signal?.removeEventListener('abort', stop)
          then()
        }
        const look = (): void => {
          if (holds()) end(resolve)
        }
        const stop = (): void => end(() => reject(signal?.reason))
        const cancel = clock.after(ms, () => end(() => reject(late())))
        changes.add(look)
        signal?.addEventListener('abort', stop)
        if (signal?.aborted) stop()
        else look()
      })

    /** Carries a transfer out in a later turn, as a bus does. */
    const transfer = async <T extends Uint8Array | 'done'>(
      carry: () => T | 'stall' | 'silence',
      timeoutMs: number,
      signal?: AbortSignal,
    ): Promise<T> => {
      await Promise.resolve()
      signal?.throwIfAborted()
      check()
      const answer = carry()
      check()
      if (answer === 'stall') throw new UsbTransferError('stall')
      if (answer !== 'silence') return answer
      const gone = () => isClosed || visit !== mine
      await until(gone, timeoutMs, () => new UsbTransferError('timeout'), signal)
      throw new LinkLostError(`${name}: the device has left`)
    }

    return {
      transport: 'usb',
      name,
      async describe() {
        check()
        return device.describe()
      },
      async claim(interfaceNumber, alternate) {
        check()
        device.select(interfaceNumber, alternate)
      },
      controlIn: (setup, length, timeoutMs, signal) =>
        transfer(() => device.controlIn(setup, length), timeoutMs, signal),
      async controlOut(setup, bytes, timeoutMs, signal) {
        await transfer(() => device.controlOut(setup, Uint8Array.from(bytes)), timeoutMs, signal)
      },
      async reset() {
        check()
        device.reset()
      },
      async reattach(timeoutMs, signal) {
        const before = mine
        const isBack = () => isClosed || (visit !== undefined && visit !== before)
        await until(isBack, timeoutMs, () => new LinkLostError(`${name}: the device did not return`), signal)
        if (isClosed) throw new LinkLostError(`${name}: closed`)
        mine = visit
      },
      async close() {
        isClosed = true
        for (const changed of changes) changed()
      },
    }
  }

  const wait = (ms: number): Promise<boolean> =>
    new Promise((resolve) => {
      const look = (isLate = false): void => {
        if (visit === undefined && !isLate) return
        changes.delete(look)
        cancel()
        resolve(visit !== undefined)
      }
      const cancel = clock.after(ms, () => look(true))
      changes.add(look)
      look()
    })

  return { open, isPresent: () => visit !== undefined, wait, unplug }
}
