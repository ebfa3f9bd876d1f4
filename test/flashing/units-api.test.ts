import { expect, it } from 'vitest'
import type { UnitRecord } from '#shared/schema.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

it('units by their serial numbers over REST: shown, relabelled by an engineer with a reason, in the audit log, refused in both languages', async () => {
  const station = await startTestStation()
  const { client } = station
  await client.bench.startDemo({ slots: 2, boards: ['stm32'], failurePercent: 0 })
  const recipe = (await client.bench.recipes({})).items[0]
  await client.bench.updateRecipe({ id: recipe?.id ?? 0, serials: { from: 'counter', prefix: 'D', width: 3 } })
  const numbered = await until(
    async () => {
      const { items } = await client.bench.records({ limit: 50 })
      return items.filter(({ state, serial }) => state === 'passed' && serial !== null)
    },
    (items) => items.length >= 2,
  )
  const [first, second] = numbered as [UnitRecord, UnitRecord]
  expect(first.serial).toMatch(/^D00\d$/)
  const unit = await station.rest('GET', `/bench/units/${first.unit}`)
  expect(unit).toMatchObject({
    status: 200,
    body: { id: first.unit, labels: [{ unit: first.unit, serial: first.serial, retiredAt: null, sharedWith: [] }] },
  })
  const relabel = (body: object, language = 'en', headers = {}) =>
    station.rest('POST', `/bench/units/${first.unit}/relabel`, body, { 'Accept-Language': language, ...headers })
  expect((await relabel({ serial: 'NEW-1' })).status).toBe(400)
  const taken = await relabel({ serial: second.serial, reason: 'torn' })
  expect(taken).toMatchObject({
    status: 409,
    body: { code: 'SERIAL_TAKEN', data: { serial: second.serial, unit: second.unit } },
  })
  expect((await relabel({ serial: second.serial, reason: 'torn' }, 'zh')).body).toMatchObject({
    message: expect.stringContaining(`已属于单板 ${second.unit}`),
  })
  await client.operator.setPin({ pin: '2468' })
  expect(await relabel({ serial: 'NEW-1', reason: 'torn' })).toMatchObject({
    status: 403,
    body: { code: 'ENGINEER_ONLY' },
  })
  const { ticket } = await client.operator.unlock({ pin: '2468' })
  const done = await relabel({ serial: 'NEW-1', reason: 'label torn' }, 'en', {
    'X-Ota-Bench-Engineer': ticket,
    'X-Operator': 'Li',
  })
  expect(done).toMatchObject({
    status: 200,
    body: { labels: [{ serial: 'NEW-1', reason: 'label torn', operator: 'Li' }, { serial: first.serial }] },
  })
  const { items } = await client.audit.list({ limit: 10 })
  expect(items.find(({ action }) => action === 'bench.relabel')).toMatchObject({
    subject: first.unit,
    operator: 'Li',
    detail: { serial: 'NEW-1', reason: 'label torn' },
  })
  const listed = await station.rest('GET', '/bench/units?q=NEW-&shared=false')
  expect(listed.body).toMatchObject({ items: [{ serial: 'NEW-1', unit: first.unit }] })
  expect((await station.rest('GET', '/bench/units/nobody')).body).toMatchObject({ code: 'NOT_FOUND' })
})
