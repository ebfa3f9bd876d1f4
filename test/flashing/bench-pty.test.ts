import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Run } from '#shared/schema.ts'
import { isOpenRun } from '#shared/states/run.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { atLineSpeed } from '../../electron/simulator/targets/line-speed.ts'
import { stm32Target } from '../../electron/simulator/targets/stm32.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openPtyPair, type PtyPair } from '../helpers/pty.ts'
import { startTestStation } from '../helpers/station.ts'
import { targetOnPty } from '../helpers/target-on-pty.ts'
import { until } from '../helpers/until.ts'

const clock = createAwakeClock()

it('a cable pulled in the middle of a write fails that slot in words; the other slot of the line does not notice', async () => {
  await using pulled = await openPtyPair()
  await using steady = await openPtyPair()
  const board = (pair: PtyPair) =>
    targetOnPty(pair.far, atLineSpeed(stm32Target({ clock, unit: randomBytes(12) }), clock))
  await using _first = await board(pulled)
  await using _second = await board(steady)
  const station = await startTestStation()
  const { client } = station
  const product = await client.products.create({ name: 'Board', protocol: 'sagoo' })
  const pack = await station.addPackage({
    productId: product.id,
    name: 'fw',
    version: '1.0.0',
    bytes: demoStm32Image().subarray(0, 20 * 1024),
  })
  const recipe = await client.bench.createRecipe({
    name: 'By wire',
    target: 'stm32',
    options: { after: 'stay' },
    images: [{ packageId: pack.id }],
  })
  const line = await client.bench.createLine({
    name: 'Ptys',
    recipeId: recipe.id,
    slots: [
      { label: 'A', path: pulled.near },
      { label: 'B', path: steady.near },
    ],
  })
  await until(
    () => client.bench.getLine({ id: line.id }),
    ({ slots }) => slots.every(({ port }) => port !== null),
  )
  const { items } = await client.bench.start({ lineId: line.id })
  const [a, b] = items.map(({ id }) => id)
  const run = (id: number | undefined): Promise<Run> => client.bench.getRun({ id: id ?? 0 })
  await until(
    () => run(a),
    ({ phase, progress }) => phase === 'writing' && progress > 3,
  )
  await pulled.pull()
  const failed = await until(
    () => run(a),
    ({ state }) => !isOpenRun(state),
  )
  expect(failed).toMatchObject({ state: 'failed', errorCode: 'UNPLUGGED', errorData: { phase: 'writing' } })
  expect(failed.message).toContain('while writing')
  const [record] = (await client.bench.records({ runId: a })).items
  expect(record).toMatchObject({ state: 'failed', errorCode: 'UNPLUGGED', unit: failed.unit, chip: failed.chip })
  // The other one was still at work when the first had failed.
  expect(isOpenRun((await run(b)).state)).toBe(true)
  const passed = await until(
    () => run(b),
    ({ state }) => !isOpenRun(state),
  )
  expect(passed).toMatchObject({ state: 'passed', message: null })
  const device = (await client.devices.list({ productId: product.id })).items
  expect(device).toMatchObject([{ name: passed.unit, modules: [{ module: 'default', version: '1.0.0' }] }])
})
