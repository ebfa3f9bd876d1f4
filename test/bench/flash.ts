import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import pino from 'pino'
import type { FlashTarget } from '#shared/flashing.ts'
import { LineInput, RecipeInput, RunInput } from '#shared/schema.ts'
import { createBench } from '../../electron/flashing/bench/bench.ts'
import type { Family } from '../../electron/flashing/families/family.ts'
import { families } from '../../electron/flashing/families/index.ts'
import type { SerialLink } from '../../electron/flashing/link.ts'
import { systemClock } from '../../electron/platform/clock.ts'
import { PlatformEvents } from '../../electron/platform/events.ts'
import { createPlatform } from '../../electron/platform/platform.ts'
import { systemRandom } from '../../electron/platform/random.ts'
import { openStore } from '../../electron/platform/store/store.ts'
import { demoBoardImage } from '../../electron/simulator/demo-board.ts'
import type { TargetFactory, TargetLine } from '../../electron/simulator/targets/target.ts'
import { createSimulatedPorts, simulatedPath } from '../../electron/station/simulated-ports.ts'
import { espImage } from '../flashing/esp-images.ts'
import { TestBroker } from '../helpers/platform.ts'
import { type BoardKind, isEsp, lineTime, type TargetsShared, told } from './flash-targets.ts'
import { table } from './scratch.ts'
import { ringMemory, SharedRing } from './shared-ring.ts'

const SLOTS = 32
const RESOLUTION_MS = 5

/** What the recipe of a case is made of, and how its line is set. */
interface Case {
  readonly target: FlashTarget
  readonly board: BoardKind
  readonly baudRate: number
  /** Bits of a byte on the line. */
  readonly bits: number
  readonly image: Uint8Array
  readonly options: object
}

const plain = (bytes: number): Uint8Array => {
  const image = Buffer.concat(Array.from({ length: Math.ceil(bytes / (48 * 1024)) }, () => demoBoardImage()))
  return image.subarray(0, bytes)
}

const esp = (board: BoardKind, chipId: number | 'esp8266'): Case => ({
  target: 'esp',
  board,
  baudRate: 921_600,
  bits: 10,
  image: espImage(chipId, 600_000),
  options: { baudRate: 921_600 },
})

export const cases: readonly Case[] = [
  esp('esp32', 0),
  esp('esp32s3', 9),
  esp('esp8266', 'esp8266'),
  {
    target: 'stm32',
    board: 'stm32',
    baudRate: 115_200,
    bits: 11,
    image: plain(128 * 1024),
    options: { verify: false, after: 'stay' },
  },
  {
    target: 'ymodem',
    board: 'ymodem',
    baudRate: 115_200,
    bits: 10,
    image: plain(96 * 1024),
    options: { baudRate: 115_200 },
  },
  {
    target: 'ymodem',
    board: 'ymodem',
    baudRate: 460_800,
    bits: 10,
    image: plain(512 * 1024),
    options: { baudRate: 460_800 },
  },
]

/** Where the ROM of the board looks for what it boots. */
const addressOf = ({ board }: Case): number | null => (isEsp(board) ? (board === 'esp32' ? 0x1000 : 0) : null)

/** Targets in a thread of their own: their work is not the station's. */
const openTargets = () => {
  const workerData: TargetsShared = { toTargets: ringMemory(22), toHost: ringMemory(20) }
  const worker = new Worker(new URL('./flash-targets.ts', import.meta.url), { workerData })
  const toTargets = new SharedRing(workerData.toTargets)
  const fromTargets = new SharedRing(workerData.toHost)
  const lines = new Map<number, TargetLine>()
  const tell = (place: number, kind: number, bytes: Uint8Array): void => {
    if (toTargets.put({ place, kind, at: lineTime(), bytes })) worker.postMessage(null)
  }
  const say = (place: number, kind: number, what: unknown): void =>
    tell(place, kind, Buffer.from(JSON.stringify(what ?? null)))
  worker.on('message', () => {
    fromTargets.begin()
    for (let record = fromTargets.take(); record; record = fromTargets.take()) {
      const { place, bytes } = record
      // Each in a turn of its own, as ports are read.
      setImmediate(() => lines.get(place)?.send(bytes))
    }
  })
  return {
    at:
      (place: number, board: BoardKind): TargetFactory =>
      (line) => {
        lines.set(place, line)
        say(place, told.attach, board)
        return {
          receive: (bytes) => tell(place, told.bytes, bytes),
          configure: (settings) => say(place, told.configure, settings),
          setLines: (lines) => say(place, told.lines, lines),
          closed: () => say(place, told.closed, null),
        }
      },
    /** How much of the time they work. */
    load: () => worker.performance.eventLoopUtilization(),
    busySince: (before: EventLoopUtilization) => worker.performance.eventLoopUtilization(before).utilization,
    close: () => worker.terminate(),
  }
}

/** What one slot's line carried while its unit was written. */
interface Carried {
  bytes: number
  /** When the run's very first byte left. */
  start: number
  first: number
  last: number
  writing: boolean
  /** When an answer was read that nothing was written after yet; and the time from answers to what followed them. */
  answered: number
  turning: number
}

const meter = (link: SerialLink, carried: Carried): SerialLink => ({
  ...link,
  write: (bytes) => {
    carried.start ||= performance.now()
    if (carried.writing) {
      carried.first ||= performance.now()
      carried.bytes += bytes.length
      if (carried.answered > 0) carried.turning += performance.now() - carried.answered
      carried.answered = 0
    }
    return link.write(bytes)
  },
  read: async (timeoutMs, signal) => {
    const answer = await link.read(timeoutMs, signal)
    if (carried.writing) carried.last = carried.answered = performance.now()
    return answer
  },
})

/** Tells each line when its unit is being written. The flasher itself says so: asking the bench at each event would be work of its thread. */
const watched = (family: Family, carried: ReadonlyMap<string, Carried>): Family => ({
  ...family,
  flasher: {
    ...family.flasher,
    flash: (job) => {
      const own = carried.get(job.link.name)
      const emit: typeof job.emit = (event) => {
        if (own && event.kind === 'phase') own.writing = event.phase === 'writing'
        job.emit(event)
      }
      return family.flasher.flash({ ...job, emit })
    },
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
  const simulated = createSimulatedPorts(noPorts, () => Promise.reject(new Error('no such port')), systemClock)
  const carried = new Map<string, Carried>()
  const { products, devices, packages, uploads, blobs } = platform
  const bench = createBench(context, {
    ...{ products, devices, packages, uploads, blobs },
    ports: simulated.ports,
    openLink: async (path, settings) => {
      const own: Carried = { bytes: 0, start: 0, first: 0, last: 0, writing: false, answered: 0, turning: 0 }
      carried.set(path, own)
      return meter(await simulated.open(path, settings), own)
    },
    family: (target) => watched(families[target], carried),
  })
  await bench.open()
  const places = Array.from({ length: slots }, (_, at) => at + 1)
  const targets = openTargets()
  for (const place of places) simulated.plug(place, `usb-${place}`, targets.at(place, one.board))
  const upload = await uploads.receive('app.bin', Readable.from([Buffer.from(one.image)]))
  const images = [{ file: upload.id, address: addressOf(one) }]
  const recipe = await bench.recipes.create(
    RecipeInput.parse({ name: 'r', target: one.target, options: one.options, images }),
  )
  const line = await bench.createLine(
    LineInput.parse({
      name: 'l',
      recipeId: recipe.id,
      slots: places.map((place) => ({ label: String(place), path: simulatedPath(place) })),
    }),
    'en',
  )
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  const began = performance.now()
  const ended = Promise.withResolvers<void>()
  events.on('slot', () => {
    if (bench.busy() === 0) ended.resolve()
  })
  delay.enable()
  const before = performance.eventLoopUtilization()
  const theirsBefore = targets.load()
  await bench.start(RunInput.parse({ lineId: line.id }), null, 'en')
  await ended.promise
  const { utilization } = performance.eventLoopUtilization(before)
  const theirs = targets.busySince(theirsBefore)
  delay.disable()
  const passed = bench.line(line.id, 'en').slots.filter(({ lamp }) => lamp === 'pass').length
  const shares = [...carried.values()]
    .map(({ bytes, first, last }) => (bytes * one.bits * 1000) / one.baudRate / (last - first))
    .sort((left, right) => left - right)
  const turning = Math.max(...[...carried.values()].map(({ turning, first, last }) => turning / (last - first)))
  const latest = (moment: (one: Carried) => number): string =>
    Math.max(...[...carried.values()].map((own) => moment(own) - began)).toFixed(0)
  /** The longest and the 99th percentile: how long the thread did not come round. */
  const held = [delay.max, delay.percentile(99)].map((ns) => Math.max(0, ns / 1e6 - RESOLUTION_MS).toFixed(0))
  await bench.stop()
  await targets.close()
  platform.stop()
  await store.close()
  rmSync(directory, { recursive: true, force: true })
  return [
    `${one.board} ${one.baudRate}`,
    String(slots),
    String(passed),
    `${((shares[0] ?? 0) * 100).toFixed(1)} %`,
    `${((shares[Math.floor(shares.length / 2)] ?? 0) * 100).toFixed(1)} %`,
    latest(({ start }) => start),
    latest(({ first }) => first),
    `${(turning * 100).toFixed(1)} %`,
    held.join(' / '),
    `${(utilization * 100).toFixed(0)} %`,
    `${(theirs * 100).toFixed(0)} %`,
  ]
}

const kilobytes = (board: BoardKind): string =>
  [
    ...new Set(cases.filter((one) => one.board === board).map(({ image }) => `${Math.round(image.length / 1024)} KB`)),
  ].join(' and ')

const howItIsCounted = [
  'A line: the bits that the host wrote while its unit was being written (the image, deflated for an ESP, with the frames of its protocol), against what its speed would have carried',
  "from the first of them to the last answer. All else counts against it: the answers' own bits (1.1 % with an STM32), the pauses that the protocol wants (YMODEM: twice 50 ms), the delay",
  'of either thread and of the machine. A simulated line is never faster than its speed (`electron/simulator/targets/line-speed.ts`).',
  `Images: ${kilobytes('esp32')} (ESP), ${kilobytes('stm32')} (STM32), ${kilobytes('ymodem')} (YMODEM).`,
].join(' ')

/** Slots flashed at once over lines of simulated speed: the share of the baud rate that each line carried while its unit was written. */
export const bench = async (wanted = cases): Promise<string> => {
  const rows: (readonly string[])[] = []
  for (const one of wanted) {
    rows.push(await measure(one, 1))
    rows.push(await measure(one, SLOTS))
  }
  const figures = table(
    'Flashing (the bench in one thread, simulated targets at line speed in another)',
    [
      'target, baud',
      'slots',
      'passed',
      'slowest line',
      'median line',
      'latest first byte ms',
      'latest byte of the image ms',
      'between answer and next block',
      'longest stop / p99 ms',
      'thread busy',
      'targets busy',
    ],
    rows,
  )
  return `${figures}\n\n${howItIsCounted}`
}
