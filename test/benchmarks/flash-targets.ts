import { createHash } from 'node:crypto'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { type EspChipName, espChipModels } from '../../electron/simulator/targets/esp-chips.ts'
import { espRom } from '../../electron/simulator/targets/esp-rom.ts'
import { atLineSpeed, type TimedTarget } from '../../electron/simulator/targets/line-speed.ts'
import { modemTarget } from '../../electron/simulator/targets/modem.ts'
import { stm32Target } from '../../electron/simulator/targets/stm32.ts'
import type { LineSettings, TargetClock, TargetFactory, TargetLine } from '../../electron/simulator/targets/target.ts'
import { type RingRecord, SharedRing } from './shared-ring.ts'

/** This thread stops for nobody but the machine, which lines of copper do not need: what it hands over late is none of the bench's doing. */
const graceMs = 20

/** What stands in the slots. */
export type BoardKind = 'stm32' | 'ymodem' | EspChipName

/** What the station's side tells the thread of the targets of one line, by number. */
export const told = { attach: 0, bytes: 1, configure: 2, lines: 3, closed: 4 } as const

/** Shared between the threads. */
export interface TargetsShared {
  readonly toTargets: SharedArrayBuffer
  readonly toHost: SharedArrayBuffer
}

/** Milliseconds with fractions, the same in every thread. */
export const lineTime = (): number => Number(process.hrtime.bigint()) / 1e6

const clock: TargetClock = {
  now: lineTime,
  after(ms, then) {
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
}

const factoryOf = (board: BoardKind, unit: Uint8Array): TargetFactory => {
  if (board === 'stm32') return stm32Target({ clock, unit })
  if (board === 'ymodem') return modemTarget({ clock, protocol: 'ymodem' })
  return espRom({ chip: board, mac: unit.subarray(0, 6) }).attach
}

export const isEsp = (board: BoardKind): board is EspChipName => board in espChipModels

const parsed = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString())

const serve = (port: MessagePort, shared: TargetsShared): void => {
  const fromHost = new SharedRing(shared.toTargets)
  const toHost = new SharedRing(shared.toHost)
  const targets = new Map<number, TimedTarget>()
  const line = (place: number): TargetLine => ({
    // Whoever reads wakes once for all that has come meanwhile, as over ports.
    send: (bytes) => void (toHost.put({ place, kind: told.bytes, at: 0, bytes }) && port.postMessage(null)),
    unplug: () => undefined,
  })
  const hear = ({ place, kind, at, bytes }: RingRecord): void => {
    const target = targets.get(place)
    if (kind === told.attach) {
      const unit = createHash('sha1').update(String(place)).digest().subarray(0, 12)
      const board = parsed(bytes) as BoardKind
      targets.set(place, atLineSpeed(factoryOf(board, unit), clock, graceMs)(line(place)))
    } else if (kind === told.bytes) target?.receive(bytes, at)
    else if (kind === told.configure) target?.configure?.(parsed(bytes) as LineSettings)
    else if (kind === told.lines) target?.setLines?.(parsed(bytes) as { dtr: boolean; rts: boolean })
    else target?.closed?.()
  }
  port.on('message', () => {
    fromHost.begin()
    for (let record = fromHost.take(); record; record = fromHost.take()) hear(record)
  })
}

if (parentPort) serve(parentPort, workerData)
