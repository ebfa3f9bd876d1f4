import { expect, it } from 'vitest'
import type { SearchItem } from '#shared/schema.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

const finder = (station: Awaited<ReturnType<typeof startTestStation>>) => async (q: string) => {
  const { status, body } = await station.rest('GET', `/search?${new URLSearchParams({ q })}`)
  expect(status).toBe(200)
  return (body as { items: SearchItem[] }).items
}

it('devices, packages, campaigns and recipes are found by parts of their names, whatever the case and the separators', async () => {
  const station = await startTestStation()
  const { client } = station
  const find = finder(station)
  const product = await client.products.create({ name: 'Gateway', key: 'gw', protocol: 'sagoo' })
  for (const name of ['A0:76:4E:1B:22:01', 'a0764e1b2202', '860000000000017'])
    await client.devices.create({ productId: product.id, name })
  const pack = await station.addPackage({ productId: product.id, name: 'Hall firmware', version: '2.0.0' })
  const campaign = await client.campaigns.create({ packageId: pack.id, name: 'Hall 7' })

  const titles = async (q: string, kind: string) =>
    (await find(q)).filter((item) => item.kind === kind).map(({ title }) => title)
  const both = ['a0764e1b2202', 'A0:76:4E:1B:22:01']
  for (const q of ['4e:1b:22', '4E-1B-22', '4e1b22', 'A076 4E1B']) expect(await titles(q, 'device')).toEqual(both)
  expect(await titles('a076.4e1b.2202', 'device')).toEqual(['a0764e1b2202'])
  expect(await titles('000017', 'device')).toEqual(['860000000000017'])
  expect(await titles('200', 'package')).toEqual([])
  expect(await titles('2.0.0', 'package')).toEqual(['Hall firmware'])
  expect(await find('hall')).toEqual([
    { kind: 'package', id: String(pack.id), title: 'Hall firmware', detail: 'Gateway · default · 2.0.0' },
    { kind: 'campaign', id: String(campaign.id), title: 'Hall 7', detail: 'Hall firmware · 2.0.0' },
  ])
  // Wildcards of SQL are characters as any other.
  expect(await find('%')).toEqual([])
  expect(await find('::')).toEqual([])
  expect((await station.rest('GET', '/search?q=')).status).toBe(400)
})

it('a flashed unit is found by part of its id and of its serial number, with its records and its recipe', async () => {
  const station = await startTestStation()
  const { client } = station
  const find = finder(station)
  await client.bench.startDemo({ slots: 1, boards: ['stm32'], failurePercent: 0 })
  const [recipe] = (await client.bench.recipes({})).items
  await client.bench.updateRecipe({ id: recipe?.id ?? 0, serials: { from: 'counter', prefix: 'LOT-', width: 4 } })
  const record = await until(
    async () =>
      (await client.bench.records({ limit: 50 })).items.find(({ state, serial }) => state === 'passed' && serial),
    (found) => found !== undefined,
  )
  const { id, unit, serial } = record ?? { id: 0, unit: '', serial: '' }
  const byUnit = await find(unit?.slice(3) ?? '')
  const bySerial = await find(serial?.replace('-', '').toLowerCase() ?? '')
  for (const items of [byUnit, bySerial]) {
    expect(items).toContainEqual({ kind: 'unit', id: unit, title: serial, detail: unit })
    expect(items).toContainEqual(expect.objectContaining({ kind: 'record', id: String(id), title: serial }))
  }
  expect(await find(recipe?.name.slice(1) ?? '')).toContainEqual(
    expect.objectContaining({ kind: 'recipe', id: String(recipe?.id), title: recipe?.name }),
  )
})

it('a search finds the ten newest of a kind, also where the part stands in many pieces of the table', async () => {
  const station = await startTestStation()
  const { client } = station
  const find = finder(station)
  const product = await client.products.create({ name: 'Gateway', key: 'gw', protocol: 'sagoo' })
  const csv = ['name', ...Array.from({ length: 12_000 }, (_, n) => `unit${String(n).padStart(6, '0')}`)].join('\n')
  await client.devices.import({ productId: product.id, csv })
  const oldest = await find('t000000')
  expect(oldest.map(({ title }) => title)).toEqual(['unit000000'])
  const newest = await find('unit')
  expect(newest.map(({ title }) => title)).toEqual(Array.from({ length: 10 }, (_, n) => `unit0${11_999 - n}`))
})
