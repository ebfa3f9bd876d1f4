import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import pino from 'pino'
import { LineInput, RecipeInput, RunInput } from '#shared/schema.ts'
import { createBench } from '../../electron/flashing/bench/bench.ts'
import { families } from '../../electron/flashing/families/index.ts'
import { systemClock } from '../../electron/platform/basics/clock.ts'
import { PlatformEvents } from '../../electron/platform/basics/events.ts'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import { createPlatform } from '../../electron/platform/platform.ts'
import { openStore } from '../../electron/platform/store/store.ts'
import { createSimulatedPorts, simulatedPath } from '../../electron/station/simulated-ports.ts'
import { TestBroker } from '../helpers/platform.ts'
import { addressOf, type Case, cases, howItIsCounted } from './flash-cases.ts'
import { type Carried, meter, openTargets, watched } from './flash-lines.ts'
import { isShort } from './length.ts'
import { table } from './scratch.ts'

const SLOTS = 32
const RESOLUTION_MS = 5

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
  const { products, devices, packages, uploads, blobs, claims } = platform
  const bench = createBench(context, {
    ...{ products, devices, packages, uploads, blobs, claims },
    ports: simulated.ports,
    transports: {
      serial: async (path, settings) => {
        const own: Carried = {
          bytes: 0,
          answers: 0,
          start: 0,
          first: 0,
          last: 0,
          writing: false,
          answered: 0,
          turning: 0,
        }
        carried.set(path, own)
        return meter(await simulated.open(path, settings), own)
      },
    },
    tools: { programmers: () => [], atProfiles: { list: () => [], find: () => undefined } },
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
  )
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  const began = performance.now()
  const ended = Promise.withResolvers<void>()
  events.on('slot', () => {
    if (bench.line(line.id).slots.every(({ run }) => run?.finishedAt)) ended.resolve()
  })
  delay.enable()
  const before = performance.eventLoopUtilization()
  const theirsBefore = targets.load()
  await bench.start(RunInput.parse({ lineId: line.id }), null)
  await ended.promise
  const { utilization } = performance.eventLoopUtilization(before)
  const theirs = targets.busySince(theirsBefore)
  delay.disable()
  const failed = bench.line(line.id).slots.find(({ run }) => run?.state !== 'passed')
  if (failed) throw new Error(`${one.board}: slot ${failed.label}: ${JSON.stringify(failed.run)}`)
  const shares = (carriedOf: (one: Carried) => number): number[] =>
    [...carried.values()]
      .map((own) => (carriedOf(own) * one.bits * 1000) / one.baudRate / (own.last - own.first))
      .sort((left, right) => left - right)
  const written = shares(({ bytes }) => bytes)
  const [bothWays = 0] = shares(({ bytes, answers }) => bytes + answers)
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
    `${((written[0] ?? 0) * 100).toFixed(1)} %`,
    `${((written[Math.floor(written.length / 2)] ?? 0) * 100).toFixed(1)} %`,
    `${(bothWays * 100).toFixed(1)} %`,
    latest(({ start }) => start),
    latest(({ first }) => first),
    `${(turning * 100).toFixed(1)} %`,
    held.join(' / '),
    `${(utilization * 100).toFixed(0)} %`,
    `${(theirs * 100).toFixed(0)} %`,
  ]
}

/** Slots flashed at once over lines of simulated speed: the share of the baud rate that each line carried while its unit was written. */
export const bench = async (wanted = cases): Promise<string> => {
  const rows: (readonly string[])[] = []
  const slots = isShort ? [2] : [1, SLOTS]
  for (const one of wanted) for (const count of slots) rows.push(await measure(one, count))
  const figures = table(
    'Flashing (the bench in one thread, simulated targets at line speed in another)',
    [
      'target, baud',
      'slots',
      'slowest line',
      'median line',
      'slowest line, both ways',
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
