import { type Bench, createBench } from '../flashing/bench/bench.ts'
import { families } from '../flashing/families/index.ts'
import { openSerialLink } from '../flashing/links/serial-link.ts'
import { createPorts } from '../flashing/ports/ports.ts'
import { createProcessOpener } from '../flashing/programs/process-link.ts'
import type { Platform } from '../platform/platform.ts'
import type { PlatformContext } from '../platform/store/platform-context.ts'
import { createDemoLine, type DemoLine } from './demo-line.ts'
import { createSimulatedPorts } from './simulated-ports.ts'

/** The flashing bench on this machine's ports, with simulated targets as additional ports. */
export const composeBench = (
  context: PlatformContext,
  platform: Platform,
  onBusy: (slots: number) => void,
): { readonly bench: Bench; readonly demoLine: DemoLine } => {
  const { clock, events, logger } = context
  const simulated = createSimulatedPorts(
    createPorts({ clock }),
    (path, settings) => openSerialLink(path, settings, clock),
    clock,
  )
  const { products, devices, packages, uploads, blobs, claims } = platform
  const programmers = () => platform.settings.get().programmers
  const bench = createBench(context, {
    products,
    devices,
    packages,
    uploads,
    blobs,
    claims,
    ports: simulated.ports,
    transports: { serial: simulated.open, process: createProcessOpener(programmers, clock) },
    family: (target) => families[target],
    tools: { programmers },
    onDamaged: (sha256) => platform.contents.mark(sha256, true),
    onBusy,
  })
  return { bench, demoLine: createDemoLine({ platform, bench, simulated, events, clock, logger }) }
}
