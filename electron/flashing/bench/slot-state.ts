import type { ReasonData } from '#shared/bench-reasons.ts'
import type { FlashPhase } from '#shared/flashing.ts'
import type { RunLogLine, Unit } from '#shared/schema.ts'
import { lampAfter, type SlotEvent, type SlotLamp } from '#shared/states/slot.ts'
import type { PlatformEvents } from '../../platform/basics/events.ts'
import { deviceAt, isOfDevice, showsAs } from '../ports/place.ts'
import type { PortInfo } from '../ports/port-info.ts'
import type { Transport } from '../transport.ts'
import type { LineService, SlotRow } from './line-store.ts'
import type { RunStore } from './run-store.ts'
import type { Speed } from './transfer-rate.ts'

/** A run that holds its slot. */
export interface ActiveRun {
  readonly id: number
  /** Scanned, or given by the recipe; changes when the unit is known. */
  serial: string | null
  /** The unit that it claimed when its guards passed; null: not yet, or unknown. */
  unit: string | null
  readonly controller: AbortController
  /** Resolves when its record is on disk and the slot is free. */
  done: Promise<void>
  /** Its record is being written: the run shows its end already, and its slot is about to be free. */
  isEnding: boolean
  phase: FlashPhase | null
  /** Whole percent of the phase's bytes. */
  progress: number
  readonly speed: Speed
  /** The log so far. */
  readonly log: RunLogLine[]
}

/** A slot that is asked again and again until a unit answers. */
export interface ContactWait {
  /** When it ends, milliseconds. */
  readonly until: number
  readonly controller: AbortController
  readonly done: Promise<void>
}

/** The current state of a slot: its place, its port and unit, its lamp. */
export interface SlotState {
  slot: SlotRow
  lamp: SlotLamp
  port: PortInfo | undefined
  unit: Unit | undefined
  scanned: string | null
  trouble: { readonly code: string; readonly data: ReasonData } | undefined
  run: ActiveRun | undefined
  /** Its latest run, running or ended. */
  latestRun: number | undefined
  /** The identification that is going on. */
  identification: { readonly controller: AbortController; readonly done: Promise<unknown> } | undefined
  /** The wait for a unit to make contact. */
  waiting: ContactWait | undefined
  /** When its latest run ended and when its port was removed, milliseconds; a chip with native USB is removed and returns as it restarts. */
  endedAt: number
  goneAt: number
  /** Runs in a row that ended with a lost connection. */
  broke: number
  /** Of the latest port in this slot. */
  usbSerial: string | undefined
  /** Kind and USB ids of that port. */
  usbIds: string | undefined
}

/** What a device is to the system, as long as its firmware is the same. */
export const idsOfPort = ({ kind = 'serial', vendorId, productId }: PortInfo): string =>
  [kind, vendorId, productId].join(' ')

export type SlotStates = ReturnType<typeof createSlotStates>

/** The states of all slots, in memory. Each is its own state machine; nothing is shared. */
export const createSlotStates = (
  events: PlatformEvents,
  lines: LineService,
  runs: RunStore,
  /** What the recipe of a line works over; undefined: it has none. */
  transportOf: (lineId: number) => Transport | undefined,
) => {
  const bySlot = new Map<number, SlotState>()
  const ports = new Map<string, PortInfo>()

  /** Whether the slot was set up with this port. */
  const isExactlyAt = (slot: SlotRow, port: PortInfo): boolean =>
    slot.location === null ? slot.path === port.path : slot.location === port.location

  /** Whether a port is at the slot's place: a device shows itself there as a serial port at one time and as a USB device at another. */
  const isAt = (slot: SlotRow, port: PortInfo): boolean => {
    if (isExactlyAt(slot, port)) return true
    if (port.kind === 'drive') return isOfDevice(slot, port)
    const { location } = slot
    if (location === null || port.location === undefined) return false
    return port.kind === 'usb' ? deviceAt(location) === port.location : location === deviceAt(port.location)
  }

  /** Whether a port is what units of the line's recipe show themselves as. */
  const fits = (slot: SlotRow, port: PortInfo): boolean => {
    const transport = transportOf(slot.lineId)
    return transport === undefined || showsAs(transport, port)
  }

  const portOf = (slot: SlotRow): PortInfo | undefined =>
    ports.values().find((port) => isExactlyAt(slot, port) && fits(slot, port)) ??
    ports.values().find((port) => isAt(slot, port) && fits(slot, port))

  const changed = (slotState: SlotState): void => void events.emit('slot', slotState.slot.id)

  /** Applies an event to a slot and reports the change. */
  const apply = (slotState: SlotState, event: SlotEvent): void => {
    slotState.lamp = lampAfter(slotState.lamp, event, slotState.run !== undefined)
    changed(slotState)
  }

  return {
    ports,
    apply,
    changed,
    get: (slotId: number): SlotState | undefined => bySlot.get(slotId),
    all: (): SlotState[] => [...bySlot.values()],
    ofLine: (lineId: number): SlotState[] =>
      [...bySlot.values()]
        .filter(({ slot }) => slot.lineId === lineId)
        .sort((left, right) => left.slot.position - right.slot.position),
    at: (port: PortInfo): SlotState | undefined =>
      bySlot.values().find(({ slot }) => isExactlyAt(slot, port)) ??
      bySlot.values().find(({ slot }) => isAt(slot, port)),
    /** Whether a port leaves the slot's present one where it is: that is plugged in too, and the slot was not set up with this one. */
    isBeside: (slotState: SlotState, port: PortInfo): boolean =>
      slotState.port !== undefined &&
      slotState.port.path !== port.path &&
      ports.has(slotState.port.path) &&
      !isExactlyAt(slotState.slot, port),
    fits,

    /** The port at a slot's place as which its unit shows itself over the transport; undefined: there is none now. */
    portOver: ({ slot, port }: SlotState, transport: Transport): PortInfo | undefined => {
      if (port && showsAs(transport, port)) return port
      return ports.values().find((one) => isOfDevice(slot, one) && showsAs(transport, one))
    },

    /** The serial port that the unit at a slot's place shows now, whatever else it is; undefined: it shows none. */
    serialAt: ({ slot }: SlotState): PortInfo | undefined =>
      ports.values().find((one) => isOfDevice(slot, one) && (one.kind ?? 'serial') === 'serial'),

    /** Follows the store's new, changed and deleted slots. Units that are already plugged in are present but not identified. */
    sync(): SlotState[] {
      const latest = runs.latestOfSlots()
      const rows = lines.slots()
      const kept = new Set(rows.map(({ id }) => id))
      for (const id of bySlot.keys()) if (!kept.has(id)) bySlot.delete(id)
      return rows.flatMap((slot) => {
        const there = bySlot.get(slot.id)
        const port = portOf(slot)
        if (there) {
          const moved =
            there.slot.location !== slot.location ||
            there.slot.path !== slot.path ||
            // The line's recipe is for another kind of port.
            (there.port ? !fits(slot, there.port) : port !== undefined)
          there.slot = slot
          if (!moved || there.run) return []
          there.port = port
          there.unit = undefined
          there.lamp = port ? 'present' : 'empty'
          return [there]
        }
        // A run that a killed station left half written stays visible.
        const interrupted = latest.get(slot.id)?.errorCode === 'INTERRUPTED'
        const made: SlotState = {
          slot,
          port,
          lamp: interrupted ? 'fail' : port ? 'present' : 'empty',
          unit: undefined,
          scanned: null,
          trouble: undefined,
          run: undefined,
          latestRun: latest.get(slot.id)?.id,
          identification: undefined,
          waiting: undefined,
          endedAt: 0,
          goneAt: 0,
          broke: 0,
          usbSerial: port?.serialNumber,
          usbIds: port && idsOfPort(port),
        }
        bySlot.set(slot.id, made)
        return [made]
      })
    },
  }
}
