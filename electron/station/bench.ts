import { createAtOpener } from '../flashing/at-profiles/at-link.ts'
import { createAtProfiles } from '../flashing/at-profiles/profile-set.ts'
import { type Bench, createBench } from '../flashing/bench/bench.ts'
import { families } from '../flashing/families/index.ts'
import { openSerialLink } from '../flashing/links/serial-link.ts'
import { deviceAt } from '../flashing/ports/place.ts'
import { createPorts, platformLister } from '../flashing/ports/ports.ts'
import { platformUsbLister } from '../flashing/ports/usb-ports.ts'
import { createProcessOpener } from '../flashing/programs/process-link.ts'
import { listDevices } from '../flashing/usb/usb-library.ts'
import { createUsbOpener, USB_PREFIX } from '../flashing/usb/usb-link.ts'
import type { Platform } from '../platform/platform.ts'
import type { PlatformContext } from '../platform/store/platform-context.ts'
import { demoProgrammer } from '../simulator/targets/demo-command.ts'
import { createDemoLine, type DemoLine } from './demo-line.ts'
import { reachableAddresses } from './machine-info.ts'
import { createSimulatedPorts } from './simulated-ports.ts'

/** Of the station's options, what the bench needs. */
interface BenchPlace {
  /** The data directory. */
  readonly data: string
  /** The address that devices are listened for on. */
  readonly host: string
  readonly publicHost?: string
}

const anyAddress = new Set(['0.0.0.0', '::', ''])

/** The station's host as a module on a cable may reach it. */
const hostOf = ({ host, publicHost }: BenchPlace): string =>
  publicHost ?? (anyAddress.has(host) ? (reachableAddresses()[0]?.address ?? '127.0.0.1') : host)

/** The flashing bench on this machine's ports, with simulated targets as additional ports. */
export const composeBench = (
  context: PlatformContext,
  platform: Platform,
  place: BenchPlace,
  onBusy: (slots: number) => void,
): { readonly bench: Bench; readonly demoLine: DemoLine } => {
  const { clock, events, logger } = context
  const listSerial = platformLister()
  const listUsb = platformUsbLister(listDevices)
  const placeOfLocation = async (location: string): Promise<string | undefined> =>
    (await listUsb()).find((port) => port.location === deviceAt(location))?.path.slice(USB_PREFIX.length)
  const programmers = () => platform.settings.get().programmers
  /** What recipes may name: the engineers' programmers, and that of the demo line. */
  const namedPrograms = () => [...programmers(), demoProgrammer(process.execPath)]
  const simulated = createSimulatedPorts(
    createPorts({ clock, list: async () => [...(await listSerial()), ...(await listUsb())] }),
    (path, settings) => openSerialLink(path, settings, clock),
    clock,
    createUsbOpener({ list: listDevices, clock, placeOfLocation }),
    undefined,
    createProcessOpener(programmers, clock),
  )
  const { products, devices, packages, uploads, blobs, claims } = platform
  const atProfiles = createAtProfiles(place.data)
  const faulty = atProfiles.list().flatMap(({ fault }) => (fault ? [fault] : []))
  for (const fault of faulty) logger.warn(fault, 'a profile for AT modules cannot be used')
  const at = createAtOpener({
    profiles: atProfiles,
    openSerial: simulated.open,
    ports: simulated.ports.list,
    offer: platform.handedOut.open,
    host: () => hostOf(place),
  })
  const bench = createBench(context, {
    products,
    devices,
    packages,
    uploads,
    blobs,
    claims,
    ports: simulated.ports,
    transports: {
      serial: simulated.open,
      usb: simulated.openUsb,
      process: simulated.openProcess,
      at,
      drive: simulated.openDrive,
    },
    family: (target) => families[target],
    tools: { programmers: namedPrograms, atProfiles },
    onDamaged: (sha256) => platform.contents.mark(sha256, true),
    onBusy,
  })
  return { bench, demoLine: createDemoLine({ platform, bench, simulated, events, clock, logger }) }
}
