import { expect, it } from 'vitest'
import { PlatformEvents } from '../../platform/basics/events.ts'
import type { PortInfo } from '../ports/port-info.ts'
import type { LineService, SlotRow } from './line-store.ts'
import type { RunStore } from './run-store.ts'
import { createSlotStates } from './slot-state.ts'

const place = 'pci-0000:00:14.0-usb-0:4.2'

const port = (kind: 'serial' | 'usb', location: string): PortInfo => ({
  kind,
  path: kind === 'usb' ? 'usb:1-4.2' : `/dev/tty-${location.slice(-3)}`,
  location,
  manufacturer: undefined,
  vendorId: undefined,
  productId: undefined,
  serialNumber: undefined,
})

/** The states of slots that were set up at these locations. */
const slotsAt = (...locations: readonly string[]) => {
  const rows = locations.map((location, at) => ({ id: at + 1, lineId: 1, location, path: null }) as SlotRow)
  const lines = { slots: () => rows } as unknown as LineService
  const runs = { latestOfSlots: () => new Map() } as unknown as RunStore
  const states = createSlotStates(new PlatformEvents(), lines, runs, () => undefined)
  states.sync()
  return { states, at: (one: PortInfo) => states.at(one)?.slot.location }
}

it('a device is at its slot as a serial port and as a USB device alike', () => {
  const [usb, serial] = [port('usb', place), port('serial', `${place}:1.0`)]
  const bySerial = slotsAt(`${place}:1.0`)
  expect([bySerial.at(usb), bySerial.at(serial)]).toEqual([`${place}:1.0`, `${place}:1.0`])
  const byUsb = slotsAt(place)
  expect([byUsb.at(usb), byUsb.at(serial)]).toEqual([place, place])
  expect(byUsb.at(port('usb', 'pci-0000:00:14.0-usb-0:4.3'))).toBeUndefined()
})

it('the ports of an adapter of several stay apart', () => {
  const two = slotsAt(`${place}:1.0`, `${place}:1.1`)
  expect(two.at(port('serial', `${place}:1.1`))).toBe(`${place}:1.1`)
  expect(two.at(port('serial', `${place}:1.2`))).toBeUndefined()
})

it('a port beside the one that a slot was set up with does not replace it', () => {
  const { states } = slotsAt(`${place}:1.0`)
  const [usb, serial] = [port('usb', place), port('serial', `${place}:1.0`)]
  const [slot] = states.all()
  if (!slot) throw new Error('no slot')
  states.ports.set(serial.path, serial)
  slot.port = serial
  expect(states.isBeside(slot, usb)).toBe(true)
  // In DFU mode the serial port is gone.
  states.ports.delete(serial.path)
  expect(states.isBeside(slot, usb)).toBe(false)
})
