import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { type EspChipName, espChipModels } from '../../electron/simulator/targets/esp-chips.ts'
import { espRom } from '../../electron/simulator/targets/esp-rom.ts'
import { atLineSpeed } from '../../electron/simulator/targets/line-speed.ts'
import { modemTarget } from '../../electron/simulator/targets/modem.ts'
import { stm32Target } from '../../electron/simulator/targets/stm32.ts'
import type {
  LineSettings,
  Target,
  TargetClock,
  TargetFactory,
  TargetLine,
} from '../../electron/simulator/targets/target.ts'

/** What stands in the slots. */
export type BoardKind = 'stm32' | 'ymodem' | EspChipName

/** From the station's side to the thread of the targets; `place` tells the line. */
export type ToTarget = { readonly place: number } & (
  | { readonly kind: 'attach'; readonly board: BoardKind }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'configure'; readonly settings: LineSettings }
  | { readonly kind: 'lines'; readonly lines: { readonly dtr: boolean; readonly rts: boolean } }
  | { readonly kind: 'closed' }
)

/** Back: what the target sends. */
export interface FromTarget {
  readonly place: number
  readonly bytes: Uint8Array
}

/** Lines are told fractions of milliseconds. */
const clock: TargetClock = {
  now: () => performance.now(),
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

if (parentPort) {
  const port = parentPort
  const targets = new Map<number, Target>()
  const line = (place: number): TargetLine => ({
    send: (bytes) => port.postMessage({ place, bytes } satisfies FromTarget),
    unplug: () => undefined,
  })
  port.on('message', (told: ToTarget) => {
    const { place } = told
    const target = targets.get(place)
    if (told.kind === 'attach') {
      const unit = createHash('sha1').update(String(place)).digest().subarray(0, 12)
      targets.set(place, atLineSpeed(factoryOf(told.board, unit), clock)(line(place)))
    } else if (told.kind === 'bytes') target?.receive(told.bytes)
    else if (told.kind === 'configure') target?.configure?.(told.settings)
    else if (told.kind === 'lines') target?.setLines?.(told.lines)
    else target?.closed?.()
  })
}
