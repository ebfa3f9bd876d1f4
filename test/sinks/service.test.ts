import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import type { OutgoingEvent, SinkInput } from '#shared/schema.ts'
import { PlatformEvents } from '../../electron/platform/basics/events.ts'
import { systemRandom } from '../../electron/platform/basics/random.ts'
import { createSettings } from '../../electron/platform/settings/settings.ts'
import { type Receiver, ReceiverFault } from '../../electron/platform/sinks/receiver.ts'
import { createSinkService } from '../../electron/platform/sinks/sink-service.ts'
import { openStore } from '../../electron/platform/store/store.ts'
import { createTestClock } from '../helpers/clock.ts'
import { until } from '../helpers/until.ts'

/** A receiver that does as the test says: what it has taken, in order, and how its next answers go. */
const createDouble = () => {
  const taken: OutgoingEvent[] = []
  let fault: ReceiverFault | undefined
  let opened = 0
  const receiver: Receiver = {
    async send(events) {
      if (fault) throw fault
      taken.push(...events)
    },
    async probe() {
      if (fault) throw fault
    },
    async close() {},
  }
  return {
    taken,
    ids: () => taken.map(({ payload }) => ('recordId' in payload ? payload.recordId : 0)),
    fails(next: ReceiverFault | undefined): void {
      fault = next
    },
    open: () => {
      opened += 1
      return receiver
    },
    opened: () => opened,
  }
}

type Double = ReturnType<typeof createDouble>

/** Sinks over a real store, on the test's own time; the receivers are doubles, by the host in their URL. */
const openSinks = async (options: { readonly backlogMax?: number; readonly directory?: string } = {}) => {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'sinks-'))
  const store = openStore(directory)
  const clock = createTestClock()
  const events = new PlatformEvents()
  const context = { store, clock, events, random: systemRandom, logger: pino({ level: 'silent' }) }
  const doubles = new Map<string, Double>()
  const double = (host: string): Double => {
    const made = doubles.get(host) ?? createDouble()
    doubles.set(host, made)
    return made
  }
  const service = createSinkService(context, {
    directory,
    settings: createSettings(context),
    program: 'test',
    open: async (_, { url }) => double(new URL(url).host).open(),
    ...(options.backlogMax !== undefined && { backlogMax: options.backlogMax }),
  })
  await service.start()
  const insert =
    store.sql.prepare(`INSERT INTO bench_records (run_id, attempt, line_name, slot_label, recipe_name, recipe_version, images,
    state, error_data, first, started_at, finished_at, log) VALUES (?, 1, 'L1', '1', 'r', 1, '[]', 'passed', '{}', 1, 0, 1, '[]')`)
  let runs = store.sql.prepare<[], { n: number }>('SELECT ifnull(max(run_id), 0) AS n FROM bench_records').get()?.n ?? 0
  const close = async (): Promise<void> => {
    await service.stop()
    await store.close()
  }
  onTestFinished(async () => {
    await close().catch(() => undefined)
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true })
  })
  return {
    directory,
    service,
    store,
    clock,
    events,
    double,
    close,
    add: (host: string, more: Partial<SinkInput> = {}) =>
      service.create({ kind: 'webhook', name: host, url: `http://${host}/`, enabled: true, ...more }),
    /** Writes unit records, in one transaction. */
    record: (count: number): Promise<void> =>
      store.write(() => {
        for (let index = 0; index < count; index++) insert.run(++runs)
      }),
    rows: () => store.sql.prepare<[], { n: number }>('SELECT count(*) AS n FROM outbox').get()?.n ?? 0,
    /** Lets time pass until it is as said. */
    until: <T>(ask: () => T, passes: (answer: T) => boolean, stepMs = 100): Promise<T> =>
      until(async () => {
        clock.advance(stepMs)
        await new Promise((resolve) => setImmediate(resolve))
        await store.write(() => {})
        return ask()
      }, passes),
  }
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
const down = new ReceiverFault('UNREACHABLE', { detail: 'ECONNREFUSED' })

it('a receiver gets what happens from the moment it is added, in order, and nothing of before', async () => {
  const sinks = await openSinks()
  await sinks.record(3)
  expect(sinks.rows()).toBe(0)
  const { id } = await sinks.add('a')
  await sinks.record(1200)
  await sinks.until(
    () => sinks.double('a').taken.length,
    (taken) => taken === 1200,
  )
  expect(sinks.double('a').ids()).toEqual(numbers(4, 1203))
  const ids = sinks.double('a').taken.map((event) => event.id)
  expect(ids).toEqual([...new Set(ids)].sort((left, right) => left - right))
  await sinks.until(
    () => sinks.service.list().find((sink) => sink.id === id),
    (sink) => sink?.backlog === 0 && sink.lastSentAt !== null && sink.state === 'idle',
  )
  // Only the newest row stays, for its id.
  await sinks.until(sinks.rows, (rows) => rows === 1)
})

it('a change that is undone leaves no event', async () => {
  const sinks = await openSinks()
  await sinks.add('a')
  await sinks.record(1)
  await expect(
    sinks.store.write(() => {
      sinks.store.sql.exec(
        'UPDATE bench_records SET run_id = run_id; INSERT INTO bench_records SELECT id + 100, run_id + 100, attempt, unit, serial, chip, line_id, line_name, slot_id, slot_label, recipe_id, recipe_name, recipe_version, images, state, error_code, error_data, operator, first, started_at, finished_at, device_id, log FROM bench_records',
      )
      throw new Error('undone')
    }),
  ).rejects.toThrow('undone')
  await sinks.record(1)
  await sinks.until(
    () => sinks.double('a').ids(),
    (ids) => ids.length === 2,
  )
  expect(sinks.double('a').taken.map(({ payload }) => 'runId' in payload && payload.runId)).toEqual([1, 2])
})

it('an outage is waited out at growing distances, and its end brings all in order', async () => {
  const sinks = await openSinks()
  const { id } = await sinks.add('a')
  sinks.double('a').fails(down)
  await sinks.record(5)
  const sink = () => sinks.service.snapshots([id])[0]
  await sinks.until(sink, (now) => now?.lastError !== null)
  expect(sink()).toMatchObject({
    state: 'waiting',
    backlog: 5,
    lastSentAt: null,
    lastError: { code: 'UNREACHABLE', data: { detail: 'ECONNREFUSED' } },
    nextTryAt: expect.any(String),
  })
  sinks.double('a').fails(undefined)
  await sinks.record(5)
  await sinks.until(
    () => sinks.double('a').taken.length,
    (taken) => taken === 10,
  )
  expect(sinks.double('a').ids()).toEqual(numbers(1, 10))
  await sinks.until(sink, (now) => now?.lastError === null && now.backlog === 0)
})

it('a test that succeeds ends the wait', async () => {
  const sinks = await openSinks()
  const { id } = await sinks.add('a')
  sinks.double('a').fails(new ReceiverFault('GONE'))
  await sinks.record(1)
  await sinks.until(
    () => sinks.service.list()[0]?.lastError,
    (error) => error?.code === 'GONE',
  )
  await expect(sinks.service.test(id)).resolves.toMatchObject({ ok: false, error: { code: 'GONE' } })
  sinks.double('a').fails(undefined)
  await expect(sinks.service.test(id)).resolves.toMatchObject({ ok: true, error: null })
  // Far less than the next attempt would have waited.
  await sinks.until(
    () => sinks.double('a').taken.length,
    (taken) => taken === 1,
    1,
  )
})

it('a paused receiver keeps its place', async () => {
  const sinks = await openSinks()
  const { id } = await sinks.add('a')
  await sinks.add('b')
  await sinks.service.update(id, { enabled: false })
  await sinks.record(7)
  await sinks.until(
    () => sinks.double('b').taken.length,
    (taken) => taken === 7,
  )
  expect(sinks.service.snapshots([id])[0]).toMatchObject({ state: 'paused', backlog: 7, enabled: false })
  expect(sinks.double('a').taken).toEqual([])
  await sinks.service.update(id, { enabled: true })
  await sinks.until(
    () => sinks.double('a').taken.length,
    (taken) => taken === 7,
  )
})

it('at its limit a receiver keeps the oldest events, and no other receiver suffers', async () => {
  const sinks = await openSinks({ backlogMax: 20 })
  const { id } = await sinks.add('a')
  await sinks.add('b')
  sinks.double('a').fails(down)
  for (let round = 0; round < 6; round++) {
    await sinks.record(10)
    await sinks.until(
      () => sinks.double('b').taken.length,
      (taken) => taken === (round + 1) * 10,
    )
  }
  await sinks.until(sinks.rows, (rows) => rows <= 21)
  expect(sinks.service.snapshots([id])[0]).toMatchObject({ full: true, backlog: 20 })
  sinks.double('a').fails(undefined)
  await sinks.until(
    () => sinks.service.snapshots([id])[0],
    (sink) => sink?.full === false && sink.backlog === 0,
    5000,
  )
  await sinks.record(1)
  await sinks.until(
    () => sinks.double('a').ids().at(-1),
    (last) => last === 61,
  )
  const got = sinks.double('a').ids()
  expect(got.slice(0, 20)).toEqual(numbers(1, 20))
  expect(sinks.service.snapshots([id])[0]?.missed).toBe(61 - got.length)
  expect(sinks.double('b').ids()).toEqual(numbers(1, 61))
})

it('a receiver with a backlog is deleted by force alone, and what only it needed goes with it', async () => {
  const sinks = await openSinks()
  const { id } = await sinks.add('a')
  sinks.double('a').fails(down)
  await sinks.record(5000)
  await expect(sinks.service.remove(id, false)).rejects.toMatchObject({
    code: 'SINK_BACKLOG',
    data: { name: 'a', backlog: 5000 },
  })
  await sinks.service.remove(id, true)
  expect(sinks.rows()).toBe(1)
  // Without a receiver nothing is written.
  await sinks.record(3)
  expect(sinks.rows()).toBe(1)
})

it('a restart of the station loses nothing and repeats only what was not noted as taken', async () => {
  const first = await openSinks()
  await first.add('a')
  first.double('a').fails(down)
  await first.record(30)
  const { station } = await first
    .until(
      () => first.store.sql.prepare<[], { station: string }>('SELECT station FROM outbox').get(),
      (row) => row !== undefined,
    )
    .then((row) => row ?? { station: '' })
  await first.close()
  const second = await openSinks({ directory: first.directory })
  await second.record(1)
  await second.until(
    () => second.double('a').taken.length,
    (taken) => taken === 31,
  )
  expect(second.double('a').ids()).toEqual(numbers(1, 31))
  expect(new Set(second.double('a').taken.map((event) => event.station))).toEqual(new Set([station]))
})

it('what the checks of a unit measured is in its record', async () => {
  const sinks = await openSinks()
  await sinks.add('a')
  await sinks.record(1)
  await sinks.store.write(() =>
    sinks.store.sql.exec(`INSERT INTO bench_records SELECT 9, 9, attempt, unit, serial, chip, line_id, line_name, slot_id, slot_label, recipe_id,
      recipe_name, recipe_version, images, state, error_code, error_data, operator, first, started_at, finished_at, device_id, log FROM bench_records;
      INSERT INTO bench_values (record_id, position, name, reading, value, unit, min, max, good, finished_at) VALUES
      (9, 0, 'rssi', '-61', -61, 'dBm', -80, NULL, 1, 1), (9, 1, 'fw', 'v2', NULL, NULL, NULL, NULL, 0, 1)`),
  )
  await sinks.until(
    () => sinks.double('a').taken.length,
    (taken) => taken === 2,
  )
  expect(sinks.double('a').taken.map(({ payload }) => 'values' in payload && payload.values)).toEqual([
    [],
    [
      { name: 'rssi', text: '-61', value: -61, unit: 'dBm', min: -80, max: null, good: true },
      { name: 'fw', text: 'v2', value: null, unit: null, min: null, max: null, good: false },
    ],
  ])
})
