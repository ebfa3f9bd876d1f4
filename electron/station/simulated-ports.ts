import { DEMO_PROGRAMMER } from '#shared/programmers/demo.ts'
import { createDriveOpener } from '../flashing/drives/drive-link.ts'
import { FlashError } from '../flashing/flasher.ts'
import { linkPair } from '../flashing/links/link-pair.ts'
import type { PortChange, PortInfo, Ports } from '../flashing/ports/port-info.ts'
import type { LineSettings, OpenLink, SerialLink } from '../flashing/transport.ts'
import { ARRIVES_MS, type UsbPlace, usbPlace } from '../flashing/usb/usb-pair.ts'
import type { Clock } from '../platform/basics/clock.ts'
import { demoProgrammer } from '../simulator/targets/demo-command.ts'
import type { SimulatedDrive, SimulatedProgram, TargetFactory, UsbTargetFactory } from '../simulator/targets/target.ts'
import { simulatedProcessLink } from './simulated-program.ts'

/** The prefix of simulated port names: no system uses it. */
const PREFIX = 'sim:'

/** The machine's ports together with simulated targets; the bench cannot distinguish them. */
export interface SimulatedPorts {
  /** For the bench: real and simulated ports. */
  readonly ports: Ports
  /** Opens a real or simulated port. @throws FlashError. */
  open(path: string, settings: LineSettings): Promise<SerialLink>
  /** Opens a real or simulated USB device. @throws FlashError. */
  readonly openUsb: OpenLink<'usb'>
  /** Opens a real or simulated drive. @throws FlashError. */
  readonly openDrive: OpenLink<'drive'>
  /** Opens a real place for a program, or a simulated probe. @throws FlashError. */
  readonly openProcess: OpenLink<'process'>
  /** Plugs a target in at `sim:{place}` and replaces the one there. */
  plug(place: number, serialNumber: string, target: TargetFactory): void
  plugUsb(place: number, serialNumber: string, target: UsbTargetFactory): void
  plugDrive(place: number, serialNumber: string, drive: SimulatedDrive): void
  plugProgram(place: number, serialNumber: string, program: SimulatedProgram): void
  unplug(place: number): void
}

interface Plugged {
  readonly port: PortInfo
  /** What is at a serial port; undefined for a USB device. */
  readonly target: TargetFactory | undefined
  readonly usb: UsbPlace | undefined
  /** Of a drive. */
  readonly folder?: string
  /** Of a probe. */
  readonly program?: SimulatedProgram
  /** Pulls the cable of an open link. */
  pull: () => void
}

export const simulatedPath = (place: number): string => `${PREFIX}${place}`

/** @param real the ports of this machine. @param openReal opens one of them. @param openRealUsb opens a USB device of this machine. */
export const createSimulatedPorts = (
  real: Ports,
  openReal: (path: string, settings: LineSettings) => Promise<SerialLink>,
  clock: Clock,
  openRealUsb: OpenLink<'usb'> = async (port) => {
    throw new FlashError('USB_GONE', { port })
  },
  openRealDrive: OpenLink<'drive'> = createDriveOpener(),
  openRealProcess: OpenLink<'process'> = async (_, { programmer }) => {
    throw new FlashError('COMMAND_UNKNOWN', { programmer })
  },
): SimulatedPorts => {
  const plugged = new Map<string, Plugged>()
  const watchers = new Set<(change: PortChange) => void>()
  const tell = (change: PortChange): void => {
    for (const watcher of watchers) watcher(change)
  }

  const unplug = (path: string): void => {
    const there = plugged.get(path)
    if (!there) return
    plugged.delete(path)
    there.pull()
    tell({ added: [], removed: [there.port] })
  }

  const plugIn = (
    place: number,
    facts: Pick<PortInfo, 'kind' | 'serialNumber'>,
    far: Pick<Plugged, 'target' | 'usb' | 'folder' | 'program' | 'pull'>,
  ): void => {
    const path = simulatedPath(place)
    unplug(path)
    const port: PortInfo = {
      path,
      location: undefined,
      manufacturer: 'OTA Bench',
      vendorId: undefined,
      productId: undefined,
      ...facts,
    }
    plugged.set(path, { port, ...far })
    tell({ added: [port], removed: [] })
  }

  return {
    ports: {
      async list() {
        const simulated = [...plugged.values()].map(({ port }) => port)
        try {
          return [...(await real.list()), ...simulated]
        } catch (error) {
          if (simulated.length > 0) return simulated
          throw error
        }
      },
      watch(listener, onError) {
        watchers.add(listener)
        const added = [...plugged.values()].map(({ port }) => port)
        if (added.length > 0) listener({ added, removed: [] })
        const stop = real.watch(listener, onError)
        return () => {
          watchers.delete(listener)
          stop()
        }
      },
      add: (path) => {
        if (!path.startsWith(PREFIX)) real.add(path)
      },
      remove: (path) => {
        if (!path.startsWith(PREFIX)) real.remove(path)
      },
    },

    async open(path, settings) {
      if (!path.startsWith(PREFIX)) return openReal(path, settings)
      const there = plugged.get(path)
      if (!there) throw new FlashError('PORT_GONE', { port: path, detail: '' })
      const { target } = there
      if (!target) throw new FlashError('PORT_NOT_SERIAL', { port: path, detail: 'USB' })
      return linkPair(path, settings, clock, (line) => {
        there.pull = () => line.unplug()
        return target(line)
      })
    },

    async openUsb(path, settings, place) {
      if (!path.startsWith(PREFIX)) return openRealUsb(path, settings, place)
      const usb = plugged.get(path)?.usb
      if (!usb || !(await usb.wait(ARRIVES_MS))) throw new FlashError('USB_GONE', { port: path })
      return usb.open(path)
    },

    async openDrive(path, settings, place) {
      if (!path.startsWith(PREFIX) || settings.folder !== '') return openRealDrive(path, settings, place)
      const folder = plugged.get(path)?.folder
      if (folder === undefined) throw new FlashError('DRIVE_GONE', { drive: path })
      return openRealDrive(path, { folder }, place)
    },

    async openProcess(path, settings, place) {
      const { programmer } = settings
      const program = plugged.get(path)?.program
      // Its own name alone: another programmer is meant for a probe that is really there.
      if (program === undefined || programmer !== DEMO_PROGRAMMER) return openRealProcess(path, settings, place)
      return simulatedProcessLink(path, demoProgrammer(process.execPath), place, program)
    },

    plug: (place, serialNumber, target) =>
      plugIn(place, { serialNumber }, { target, usb: undefined, pull: () => undefined }),

    plugUsb(place, serialNumber, target) {
      const usb = usbPlace(clock, target)
      plugIn(place, { kind: 'usb', serialNumber }, { target: undefined, usb, pull: () => usb.unplug() })
    },

    plugDrive: (place, serialNumber, { folder, pull }) =>
      plugIn(place, { kind: 'drive', serialNumber }, { target: undefined, usb: undefined, folder, pull }),

    plugProgram: (place, serialNumber, program) =>
      plugIn(place, { serialNumber }, { target: undefined, usb: undefined, program, pull: program.pull }),

    unplug: (place) => unplug(simulatedPath(place)),
  }
}
