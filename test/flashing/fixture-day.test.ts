import { expect, it } from 'vitest'
import type { Line, Recipe, Run } from '#shared/schema.ts'
import { isOpenRun } from '#shared/states/run.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { fixtureDay, openFixture } from './fixture.ts'

it('a day at a fixture, over REST: every key starts who is there, and all is counted as a person would', async () => {
  const fixture = await openFixture(5)
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'Board', protocol: 'sagoo' })
  const pack = await station.addPackage({
    productId: product.id,
    name: 'fw',
    version: '1.0.0',
    bytes: demoStm32Image().subarray(0, 3000),
  })
  const recipe = (
    await station.rest('POST', '/bench/recipes', {
      name: 'By wire',
      target: 'stm32',
      options: { after: 'stay' },
      images: [{ packageId: pack.id }],
      expect: { chip: 'STM32F407VG' },
    })
  ).body as Recipe
  const line = (
    await station.rest('POST', '/bench/lines', {
      name: 'Fixture',
      recipeId: recipe.id,
      slots: fixture.paths.map((path, at) => ({ label: String(at + 1), path })),
    })
  ).body as Line
  await until(
    () => station.client.bench.getLine({ id: line.id }),
    ({ slots }) => slots.every(({ port }) => port !== null),
  )
  const space = async (): Promise<Run[]> => {
    const { status, body } = await station.rest('POST', '/bench/runs', { lineId: line.id })
    expect(status, JSON.stringify(body)).toBe(200)
    return Promise.all(
      (body.items as Run[]).map(({ id }) =>
        until(
          () => station.client.bench.getRun({ id }),
          ({ state }) => !isOpenRun(state),
        ),
      ),
    )
  }
  expect(await space()).toEqual([])

  const day = fixtureDay()
  const outcomes: string[][] = []
  for (const batch of day) {
    fixture.put(batch)
    const runs = await space()
    expect(runs.map(({ slotLabel }) => slotLabel)).toEqual(['1', '3', '4'])
    outcomes.push(runs.map(({ state, errorCode }) => errorCode ?? state))
  }
  const good = ['passed', 'passed', 'passed']
  expect(outcomes).toEqual([
    ...Array.from({ length: 6 }, () => good),
    ['passed', 'ALREADY_DONE', 'passed'],
    ['passed', 'passed', 'WRONG_CHIP'],
    good,
    good,
  ])
  const { total } = await station.client.bench.report({ groupBy: 'line' })
  expect(total).toMatchObject({
    started: 30,
    passed: 28,
    failed: 0,
    refused: 2,
    cancelled: 0,
    units: 28,
    yield: 1,
    firstPassYield: 1,
    reasons: [
      { errorCode: 'ALREADY_DONE', runs: 1 },
      { errorCode: 'WRONG_CHIP', runs: 1 },
    ],
  })
  const { items } = await station.client.bench.records({ limit: 100 })
  expect(items).toHaveLength(30)
  expect(items.map(({ slotLabel }) => slotLabel)).not.toContain('2')
  expect((await station.client.devices.list({ productId: product.id, limit: 100 })).items).toHaveLength(28)
  const { slots } = await station.client.bench.getLine({ id: line.id })
  expect(slots.map(({ lamp }) => lamp)).toEqual(['pass', 'empty', 'pass', 'pass', 'empty'])
})
