import { expect, it } from 'vitest'
import type { Line, Recipe, Run } from '#shared/schema.ts'
import { isOpenRun } from '#shared/states/run.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { type Stm32TargetOptions, stm32Target } from '../../electron/simulator/targets/stm32.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { openAdapters } from './fixture.ts'

const clock = createAwakeClock()
const unitOf = (number: number): Uint8Array => Uint8Array.from({ length: 12 }, (_, at) => (number * 17 + at) & 0xff)
const board = (number: number, more: Partial<Stm32TargetOptions> = {}) =>
  stm32Target({ clock, unit: unitOf(number), ...more })
const weak: Partial<Stm32TargetOptions> = { faults: [{ kind: 'nack', step: 'erase' }] }

/** A station with a line of adapters on ptys, driven over REST. */
const openLine = async (places: number, more: object = {}) => {
  const { adapters, paths, pulls } = await openAdapters(places)
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'Board', protocol: 'sagoo' })
  const bytes = demoStm32Image().subarray(0, 2000)
  const pack = await station.addPackage({ productId: product.id, name: 'fw', version: '1.0.0', bytes })
  const recipe = await station.rest('POST', '/bench/recipes', {
    name: 'By wire',
    target: 'stm32',
    options: { after: 'stay' },
    images: [{ packageId: pack.id }],
  })
  const made = await station.rest('POST', '/bench/lines', {
    name: 'Fixture',
    recipeId: (recipe.body as Recipe).id,
    slots: paths.map((path, at) => ({ label: `S${at + 1}`, path })),
    ...more,
  })
  const { id } = made.body as Line
  const line = () => station.client.bench.getLine({ id })
  await until(line, ({ slots }) => slots.every(({ port }) => port !== null))
  const ended = (run: Run): Promise<Run> =>
    until(
      () => station.client.bench.getRun({ id: run.id }),
      ({ state }) => !isOpenRun(state),
    )
  /** A call that starts runs, and how they end. */
  const runs = async (path: string, body: object = {}): Promise<Run[]> => {
    const answer = await station.rest('POST', path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    const items = 'items' in answer.body ? (answer.body.items as Run[]) : [answer.body as Run]
    return Promise.all(items.map(ended))
  }
  const records = async () => (await station.client.bench.records({ limit: 100 })).items
  return { station, adapters, pulls, line, id, runs, records }
}

it('a retry goes on with the unit that failed, as the next attempt of its run', async () => {
  const { adapters, id, runs } = await openLine(1)
  adapters[0]?.put(board(1, weak))
  const [failed] = await runs('/bench/runs', { lineId: id })
  expect(failed).toMatchObject({ state: 'failed', attempt: 1 })
  adapters[0]?.put(board(1))
  expect(await runs(`/bench/runs/${failed?.id}/retry`)).toMatchObject([
    { id: failed?.id, state: 'passed', attempt: 2, unit: failed?.unit },
  ])
})

it('a retry gives a board that was swapped a run of its own, and the failed one keeps its end', async () => {
  const { station, adapters, id, runs, records } = await openLine(1)
  adapters[0]?.put(board(1, weak))
  const [failed] = await runs('/bench/runs', { lineId: id })
  adapters[0]?.put(board(2))
  const [other] = await runs(`/bench/runs/${failed?.id}/retry`)
  expect(other).toMatchObject({ state: 'passed', attempt: 1 })
  expect(other?.id).not.toBe(failed?.id)
  expect(other?.unit).not.toBe(failed?.unit)
  expect(await station.client.bench.getRun({ id: failed?.id ?? 0 })).toMatchObject({
    state: 'failed',
    attempt: 1,
    unit: failed?.unit,
  })
  expect((await records()).map(({ state }) => state)).toEqual(['passed', 'failed'])
})

it.each([
  ['whose place is empty', false],
  ['whose adapter is unplugged', true],
])('a retry of a unit %s is refused in both languages, and is no further failure', async (_, unplugs) => {
  const { station, adapters, pulls, line, id, runs, records } = await openLine(1)
  adapters[0]?.put(board(1, weak))
  const [failed] = await runs('/bench/runs', { lineId: id })
  adapters[0]?.put()
  if (unplugs) {
    await pulls[0]?.()
    await until(line, ({ slots: [slot] }) => slot?.port === null)
  }
  const retry = (language: string) =>
    station.rest('POST', `/bench/runs/${failed?.id}/retry`, {}, { 'Accept-Language': language })
  expect(await retry('en')).toMatchObject({
    status: 409,
    body: { code: 'SLOT_EMPTY', data: { slot: 'S1' }, message: expect.stringContaining('Insert the unit') },
  })
  expect((await retry('zh')).body).toMatchObject({ message: expect.stringContaining('请放入单板') })
  expect(await station.client.bench.getRun({ id: failed?.id ?? 0 })).toMatchObject({ state: 'failed', attempt: 1 })
  expect(await records()).toHaveLength(1)
})

it('"Retry failed" asks every failed slot: the same unit goes on, another one is new, an empty place is left out', async () => {
  const { adapters, line, id, runs, records } = await openLine(4)
  adapters.forEach((adapter, at) => {
    adapter.put(board(at + 1, at < 3 ? weak : {}))
  })
  const first = await runs('/bench/runs', { lineId: id })
  expect(first.map(({ state }) => state)).toEqual(['failed', 'failed', 'failed', 'passed'])
  adapters[0]?.put(board(1))
  adapters[1]?.put(board(9))
  adapters[2]?.put()
  const again = await runs(`/bench/lines/${id}/retry-failed`)
  expect(again.map(({ slotLabel, state, attempt }) => [slotLabel, state, attempt])).toEqual([
    ['S1', 'passed', 2],
    ['S2', 'passed', 1],
  ])
  expect(again[0]?.id).toBe(first[0]?.id)
  expect((await line()).slots.map(({ lamp }) => lamp)).toEqual(['pass', 'pass', 'empty', 'pass'])
  expect(await runs(`/bench/lines/${id}/retry-failed`)).toEqual([])
  expect(await records()).toHaveLength(6)
  // The failed board comes back from the repair bench.
  adapters[2]?.put(board(3))
  expect(await runs(`/bench/lines/${id}/retry-failed`)).toMatchObject([{ id: first[2]?.id, attempt: 2 }])
})

it('two windows that retry at once start the unit once, for both', async () => {
  const { adapters, id, runs, records } = await openLine(1)
  adapters[0]?.put(board(1, weak))
  const [failed] = await runs('/bench/runs', { lineId: id })
  adapters[0]?.put(board(2))
  const path = `/bench/lines/${id}/retry-failed`
  const [left, right] = await Promise.all([runs(path), runs(path)])
  expect(left[0]).toMatchObject({ state: 'passed' })
  expect(left[0]?.id).not.toBe(failed?.id)
  expect(right[0]?.id).toBe(left[0]?.id)
  expect(await records()).toHaveLength(2)
})
