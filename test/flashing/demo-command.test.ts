import { expect, it } from 'vitest'
import type { UnitRecord } from '#shared/schema.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

it('the demo line has a probe and a program of its own, which start no process and stand in no settings', async () => {
  const station = await startTestStation()
  const { client } = station
  const { lineId } = await client.bench.startDemo({ slots: 2, boards: ['command'], failurePercent: 50 })
  const records = await until(
    async () => (await station.rest('GET', '/bench/records')).body.items as UnitRecord[],
    (found) => ['passed', 'failed'].every((wanted) => found.some(({ state }) => state === wanted)),
  )
  expect(records.find(({ state }) => state === 'passed')).toMatchObject({
    lineId,
    unit: expect.stringMatching(/^[0-9a-f]{16}$/),
    errorCode: null,
  })
  expect(records.find(({ state }) => state === 'failed')?.errorCode).toBe('COMMAND_REPORTED')
  expect((await client.station.settings()).programmers).toEqual([])

  // A recipe of the demo touches no unit that is really there.
  const { items } = await client.bench.recipes({})
  const recipe = items.find(({ target }) => target === 'command')
  expect(recipe).toMatchObject({ missing: [] })
  const line = await client.bench.createLine({
    name: 'Real',
    recipeId: recipe?.id ?? 0,
    slots: [{ label: '1', path: '/dev/null' }],
  })
  const started = await client.bench.start({ slotIds: [line.slots[0]?.id ?? 0] })
  const run = await until(
    () => client.bench.getRun({ id: started.items[0]?.id ?? 0 }),
    ({ state }) => state !== 'waiting' && state !== 'running',
  )
  expect(run.state).not.toBe('passed')
  expect(['COMMAND_UNKNOWN', 'NO_UNIT']).toContain(run.errorCode)
})
