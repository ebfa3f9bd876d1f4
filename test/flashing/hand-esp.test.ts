import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Recipe, RecipeInput, RecordFilter, type Run } from '#shared/schema.ts'
import { isOpenRun } from '#shared/states/run.ts'
import { families } from '../../electron/flashing/families/index.ts'
import { FlashError } from '../../electron/flashing/flasher.ts'
import { type EspRomOptions, espRom } from '../../electron/simulator/targets/esp-rom.ts'
import type { TargetFactory } from '../../electron/simulator/targets/target.ts'
import { createIdleClock } from '../helpers/idle-clock.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { Adapter } from './adapter.ts'
import { espImage } from './esp-images.ts'
import { openAdapters } from './fixture.ts'
import { openTestBench, type TestBench } from './test-bench.ts'

/** A start of a line answers within this time, milliseconds (docs/bench.md §8.3). */
const BOUND_MS = 5000

const board = (more: Partial<EspRomOptions> = {}): TargetFactory =>
  espRom({ chip: 'esp32', mac: Uint8Array.from([0x24, ...randomBytes(5)]), ...more }).attach

/** A line without a chip that returns what is sent: TX and RX are joined. */
const echo: TargetFactory = (line) => ({ receive: (bytes) => line.send(bytes) })

/** A unit that prints to its console and never enters its loader. */
const console: TargetFactory = (line) => ({
  receive: () => line.send(Buffer.from('I (312) wifi: scanning for access points\r\n')),
})

const openEspBench = (clock = createIdleClock()) => openTestBench(undefined, (target) => families[target], {}, clock)

const recipeOf = async ({ bench, upload }: TestBench, options: object = {}): Promise<Recipe> => {
  const { id } = await upload('boot.bin', espImage(0, 6000))
  return bench.recipes.create(
    RecipeInput.parse({ name: 'ESP32', target: 'esp', options, images: [{ file: id, address: '0x1000' }] }),
  )
}

/** A line of adapters, all plugged in. */
const lineOf = async (test: TestBench, count: number, options: object = {}) => {
  const recipe = await recipeOf(test, options)
  const adapters = Array.from({ length: count }, () => new Adapter())
  adapters.forEach((adapter, at) => {
    test.simulated.plug(at + 1, `adapter-${at + 1}`, adapter.attach)
  })
  const line = await test.line(
    adapters.map(() => undefined),
    recipe,
  )
  return { adapters, line }
}

const lampsOf = (test: TestBench, lineId: number): string[] => test.bench.line(lineId).slots.map(({ lamp }) => lamp)
const recordsOf = ({ bench }: TestBench) => bench.records(RecordFilter.parse({ limit: 200 })).items

describe('a line of ESP chips whose adapters stay', () => {
  it('flashes who is there now: a swapped board is a new unit, a done one is done, an empty place is empty', async () => {
    const test = await openEspBench()
    const { adapters, line } = await lineOf(test, 3)
    const [one, two, three] = adapters as [Adapter, Adapter, Adapter]
    const stays = board()
    one.put(stays)
    two.put(board({ running: true }))
    expect(await test.run({ lineId: line.id })).toMatchObject([
      { slotLabel: 'S1', state: 'passed' },
      { slotLabel: 'S2', state: 'passed' },
    ])
    expect(lampsOf(test, line.id)).toEqual(['pass', 'pass', 'empty'])
    two.put()
    three.put(board())
    expect(await test.run({ lineId: line.id })).toMatchObject([
      { slotLabel: 'S1', state: 'refused', errorCode: 'ALREADY_DONE' },
      { slotLabel: 'S3', state: 'passed' },
    ])
    expect(lampsOf(test, line.id)).toEqual(['refused', 'empty', 'pass'])
    one.put(board())
    expect(await test.run({ lineId: line.id })).toMatchObject([
      { slotLabel: 'S1', state: 'passed' },
      { slotLabel: 'S3', state: 'refused' },
    ])
    const passed = recordsOf(test).filter(({ state }) => state === 'passed')
    expect(new Set(passed.map(({ unit }) => unit)).size).toBe(4)
    expect(recordsOf(test)).toHaveLength(6)
  })

  it.each([
    ['echoes', echo, 'ESP_ECHO'],
    ['prints console text', console, 'ESP_NO_SYNC'],
    ['runs its firmware because BOOT is not connected', board({ running: true, noBootPin: true }), 'ESP_NOT_IN_LOADER'],
    ['answers and falls silent', board({ faults: [{ kind: 'silence', step: 'read' }] }), 'ESP_NO_SYNC'],
  ])('does not take a place for empty that %s: its run fails in words', async (_, target, errorCode) => {
    const test = await openEspBench()
    const { adapters, line } = await lineOf(test, 2)
    adapters[0]?.put(target)
    adapters[1]?.put(board())
    expect(await test.run({ lineId: line.id })).toMatchObject([
      { state: 'failed', errorCode, message: expect.any(String) },
      { state: 'passed' },
    ])
  })

  it('takes noise on an open wire for nobody', async () => {
    const test = await openEspBench()
    const { adapters, line } = await lineOf(test, 1)
    let left = 5
    adapters[0]?.put((wire) => ({
      receive: () => {
        if (left > 0) wire.send(Uint8Array.of(0xff, 0x00))
        left -= 1
      },
    }))
    expect(await test.start({ lineId: line.id })).toEqual([])
    expect(lampsOf(test, line.id)).toEqual(['empty'])
  })

  it('tells a place that another program holds from an empty one', async () => {
    const test = await openEspBench()
    const { adapters, line } = await lineOf(test, 2)
    test.simulated.plug(1, 'held', () => {
      throw new FlashError('PORT_BUSY', { port: 'sim:1', detail: 'cannot lock port' })
    })
    adapters[1]?.put(board())
    expect(await test.run({ lineId: line.id })).toMatchObject([
      { state: 'failed', errorCode: 'PORT_BUSY', unit: null },
      { state: 'passed' },
    ])
  })
})

describe('the start of a line of 16 ESP places', () => {
  const start = async (target: (() => TargetFactory) | undefined, options: object = {}) => {
    const clock = createIdleClock()
    const test = await openEspBench(clock)
    const { adapters, line } = await lineOf(test, 16, options)
    for (const adapter of adapters) adapter.put(target?.())
    const before = clock.now()
    let took = Number.POSITIVE_INFINITY
    // The time of the last answer of a slot: what follows is the disk's, which simulated time does not know.
    test.events.on('slot', () => {
      if (test.bench.busy() === 0) took = clock.now() - before
    })
    const runs = await test.start({ lineId: line.id })
    return { test, runs, took }
  }

  it.each([
    ['by its control lines', {}],
    ['by hand', { reset: 'none' }],
    ['over its own USB', { reset: 'usb-jtag', connectAttempts: 20 }],
  ])('answers in time when all are empty, though the loader is entered %s', async (_, options) => {
    const { test, runs, took } = await start(undefined, options)
    expect(runs).toEqual([])
    expect(took).toBeLessThanOrEqual(BOUND_MS)
    expect(recordsOf(test)).toEqual([])
  })

  it('answers in time when every chip falls silent after its first answer', async () => {
    const { runs, took } = await start(() => board({ faults: [{ kind: 'silence', step: 'read' }] }))
    expect(runs).toHaveLength(16)
    expect(took).toBeLessThanOrEqual(BOUND_MS)
  })
})

const uploadTo = async ({ ready }: TestStation): Promise<{ id: string }> => {
  const response = await fetch(`${ready.api}/uploads?purpose=recipe`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ready.token}`, 'x-file-name': 'boot.bin' },
    body: Buffer.from(espImage(0, 6000)),
  })
  return (await response.json()) as { id: string }
}

it('over REST and ptys: an ESP is flashed, its empty neighbour is left out, and the next board is a new unit', async () => {
  const { adapters, paths } = await openAdapters(2)
  const station = await startTestStation()
  const { id: file } = await uploadTo(station)
  const recipe = await station.client.bench.createRecipe({
    name: 'ESP32',
    target: 'esp',
    options: { after: 'stay' },
    images: [{ file, address: '0x1000' }],
  })
  const line = await station.client.bench.createLine({
    name: 'Ptys',
    recipeId: recipe.id,
    slots: paths.map((path, at) => ({ label: `S${at + 1}`, path })),
  })
  await until(
    () => station.client.bench.getLine({ id: line.id }),
    ({ slots }) => slots.every(({ port }) => port !== null),
  )
  const units: (string | null)[] = []
  for (const batch of [1, 2]) {
    adapters[0]?.put(board())
    const { status, body } = await station.rest('POST', '/bench/runs', { lineId: line.id })
    expect([status, (body.items as Run[]).map(({ slotLabel }) => slotLabel)], `batch ${batch}`).toEqual([200, ['S1']])
    const [run] = body.items as Run[]
    const ended = await until(
      () => station.client.bench.getRun({ id: run?.id ?? 0 }),
      ({ state }) => !isOpenRun(state),
    )
    expect(ended.state).toBe('passed')
    units.push(ended.unit)
  }
  expect(new Set(units).size).toBe(2)
})
