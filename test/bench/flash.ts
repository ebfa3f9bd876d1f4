import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import pino from 'pino'
import type { FlashTarget } from '#shared/flashing.ts'
import { LineInput, RecipeInput, RunInput } from '#shared/schema.ts'
import { createBench } from '../../electron/flashing/bench/bench.ts'
import { families } from '../../electron/flashing/families/index.ts'
import type { SerialLink } from '../../electron/flashing/link.ts'
import { type Clock, systemClock } from '../../electron/platform/clock.ts'
import { PlatformEvents } from '../../electron/platform/events.ts'
import { createPlatform } from '../../electron/platform/platform.ts'
import { systemRandom } from '../../electron/platform/random.ts'
import { openStore } from '../../electron/platform/store/store.ts'
import { demoBoardImage } from '../../electron/simulator/demo-board.ts'
import { atLineSpeed } from '../../electron/simulator/targets/line-speed.ts'
import { modemTarget } from '../../electron/simulator/targets/modem.ts'
import { stm32Target } from '../../electron/simulator/targets/stm32.ts'
import type { TargetFactory } from '../../electron/simulator/targets/target.ts'
import { createSimulatedPorts, simulatedPath } from '../../electron/station/simulated-ports.ts'
import { TestBroker } from '../helpers/platform.ts'
import { table } from './scratch.ts'

const SLOTS = 32

/** Lines are told fractions of milliseconds. */
const clock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
}

interface Case {
  readonly target: FlashTarget
  readonly baudRate: number
  /** Bits of a byte on the line. */
  readonly bits: number
  readonly bytes: number
  readonly board: () => TargetFactory
}

const cases: readonly Case[] = [
  {
    target: 'stm32',
    baudRate: 115_200,
    bits: 11,
    bytes: 48 * 1024,
    board: () => stm32Target({ clock, unit: randomBytes(12) }),
  },
  {
    target: 'ymodem',
    baudRate: 115_200,
    bits: 10,
    bytes: 96 * 1024,
    board: () => modemTarget({ clock, protocol: 'ymodem' }),
  },
  {
    target: 'ymodem',
    baudRate: 460_800,
    bits: 10,
    bytes: 256 * 1024,
    board: () => modemTarget({ clock, protocol: 'ymodem' }),
  },
]

/** What one slot's line carried while its unit was written. */
interface Carried {
  bytes: number
  /** When the run's very first byte left. */
  start: number
  first: number
  last: number
  writing: boolean
}

const meter = (link: SerialLink, carried: Carried): SerialLink => ({
  ...link,
  write: (bytes) => {
    carried.start ||= performance.now()
    if (carried.writing) {
      carried.first ||= performance.now()
      carried.bytes += bytes.length
    }
    return link.write(bytes)
  },
  read: async (timeoutMs, signal) => {
    const answer = await link.read(timeoutMs, signal)
    if (carried.writing) carried.last = performance.now()
    return answer
  },
})

const measure = async (one: Case, slots: number): Promise<readonly string[]> => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  const store = openStore(directory)
  const events = new PlatformEvents()
  const context = { store, clock: systemClock, logger: pino({ level: 'silent' }), random: systemRandom, events }
  const platform = await createPlatform(context, {
    directory,
    addresses: { publicHost: undefined, httpPort: () => 8070, httpsPort: () => undefined },
    makeBroker: (host) => new TestBroker(host),
  })
  const noPorts = { list: async () => [], watch: () => () => {}, add: () => {}, remove: () => {} }
  const simulated = createSimulatedPorts(noPorts, () => Promise.reject(new Error('no such port')), clock)
  const carried = new Map<string, Carried>()
  const { products, devices, packages, uploads, blobs } = platform
  const bench = createBench(context, {
    ...{ products, devices, packages, uploads, blobs },
    ports: simulated.ports,
    openLink: async (path, settings) => {
      const own: Carried = { bytes: 0, start: 0, first: 0, last: 0, writing: false }
      carried.set(path, own)
      return meter(await simulated.open(path, settings), own)
    },
    family: (target) => families[target],
  })
  await bench.open()
  const places = Array.from({ length: slots }, (_, at) => at + 1)
  for (const place of places) simulated.plug(place, `usb-${place}`, atLineSpeed(one.board(), clock))
  const image = Buffer.concat(Array.from({ length: Math.ceil(one.bytes / (48 * 1024)) }, () => demoBoardImage()))
  const upload = await uploads.receive('app.bin', Readable.from([image.subarray(0, one.bytes)]))
  const options = one.target === 'stm32' ? { verify: false, after: 'stay' } : { baudRate: one.baudRate }
  const recipe = await bench.recipes.create(
    RecipeInput.parse({ name: 'r', target: one.target, options, images: [{ file: upload.id }] }),
  )
  const line = await bench.createLine(
    LineInput.parse({
      name: 'l',
      recipeId: recipe.id,
      slots: places.map((place) => ({ label: String(place), path: simulatedPath(place) })),
    }),
    'en',
  )
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const cpu = process.cpuUsage()
  const began = performance.now()
  const ended = Promise.withResolvers<void>()
  events.on('slot', (id) => {
    const [slot] = bench.snapshots.slots([id])
    const own = carried.get(slot?.path ?? '')
    if (own) own.writing = slot?.lamp === 'writing'
    if (bench.busy() === 0) ended.resolve()
  })
  await bench.start(RunInput.parse({ lineId: line.id }), null, 'en')
  await ended.promise
  const used = process.cpuUsage(cpu)
  const seconds = (performance.now() - began) / 1000
  delay.disable()
  const passed = bench.line(line.id, 'en').slots.filter(({ lamp }) => lamp === 'pass').length
  const shares = [...carried.values()]
    .map(({ bytes, first, last }) => (bytes * one.bits * 1000) / one.baudRate / (last - first))
    .sort((left, right) => left - right)
  const firstByte = Math.max(...[...carried.values()].map(({ start }) => start - began))
  await bench.stop()
  platform.stop()
  await store.close()
  rmSync(directory, { recursive: true, force: true })
  return [
    `${one.target} ${one.baudRate}`,
    String(slots),
    String(passed),
    `${((shares[0] ?? 0) * 100).toFixed(1)} %`,
    `${((shares[Math.floor(shares.length / 2)] ?? 0) * 100).toFixed(1)} %`,
    firstByte.toFixed(0),
    (delay.max / 1e6).toFixed(0),
    `${(((used.user + used.system) / 1e6 / seconds) * 100).toFixed(0)} %`,
  ]
}

/** Slots flashed at once over lines of simulated speed: the share of the baud rate that each line carried while its unit was written. */
export const bench = async (): Promise<string> => {
  const rows: (readonly string[])[] = []
  for (const one of cases) {
    rows.push(await measure(one, 1))
    rows.push(await measure(one, SLOTS))
  }
  return table(
    'Flashing (simulated targets in the same process, at line speed)',
    [
      'target, baud',
      'slots',
      'passed',
      'slowest line',
      'median line',
      'first byte ms',
      'longest stop ms',
      'CPU of one core',
    ],
    rows,
  )
}
