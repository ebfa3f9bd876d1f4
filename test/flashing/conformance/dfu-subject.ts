import { dfu } from '../../../electron/flashing/families/dfu/index.ts'
import { usbPlace } from '../../../electron/flashing/usb/usb-pair.ts'
import {
  type DfuDevice,
  type DfuStep,
  type DfuTargetOptions,
  dfuTarget,
} from '../../../electron/simulator/targets/dfu.ts'
import { dfuModels } from '../../../electron/simulator/targets/dfu-models.ts'
import { image, type Subject, subject } from './subject.ts'

type Behaviour = Partial<Omit<DfuTargetOptions, 'clock' | 'faults'>>

/** A simulated DFU device at a place on a bus. */
export const dfuSubject = (name: string, options: Subject['options'], behaviour: Behaviour = {}): Subject => {
  const { dialect } = behaviour.model ?? dfuModels.f4
  const isSe = dialect === 'dfuse'
  const regions = isSe
    ? [
        { address: 0x0800_0000, bytes: image(9_001), name: 'app.hex', origin: { kind: 'addressed', hasAddress: true } },
        {
          address: 0x0801_0000,
          bytes: image(700, 2),
          name: 'app.hex',
          origin: { kind: 'addressed', hasAddress: true },
        },
      ]
    : [{ address: 0, bytes: image(9_001), name: 'app.dfu', origin: { kind: 'raw' } }]
  return subject<DfuStep>({
    name,
    family: dfu,
    options,
    regions,
    steps: [
      'status',
      ...(isSe ? (['address', 'erase', 'write', 'read', 'leave'] as const) : (['write', 'manifest', 'read'] as const)),
    ],
    survives: [],
    afterwards: ['leave'],
    passing: { kind: 'nack', step: 'write', after: 2, times: 1 },
    kinds: ['nack', 'silence', 'unplug'],
    unit(clock, faults) {
      let device: DfuDevice | undefined
      // A board that was started shows itself as an application, so that it can be flashed again.
      const place = usbPlace(
        clock,
        dfuTarget({ clock, faults, afterLeave: 'app', serialNumber: '357236543131', ...behaviour }, (made) => {
          device = made
        }),
      )
      const held = (address: number, length: number) => (isSe ? device?.memory.read(address, length) : device?.firmware)
      const before = regions.map(({ address, bytes }) => held(address, bytes.length))
      const same = (left: Uint8Array | undefined, right: Uint8Array | undefined) =>
        Buffer.compare(left ?? Buffer.alloc(0), right ?? Buffer.alloc(0)) === 0
      return {
        open: (path) => place.open(path),
        holds: () => regions.every(({ address, bytes }) => same(held(address, bytes.length), bytes)),
        changed: () => regions.some(({ address, bytes }, at) => !same(held(address, bytes.length), before[at])),
      }
    },
  })
}
