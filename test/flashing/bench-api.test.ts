import { describe, expect, it } from 'vitest'
import { auditedCalls } from '#shared/audited-calls.ts'
import type { Line, Recipe, Run, UnitRecord } from '#shared/schema.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

const uploadOf = async ({ ready }: TestStation, name: string, bytes: Uint8Array): Promise<string> => {
  const response = await fetch(`${ready.api}/uploads?purpose=recipe`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ready.token}`, 'X-File-Name': name },
    body: new Uint8Array(bytes),
  })
  return ((await response.json()) as { id: string }).id
}

const image = demoStm32Image()

const recipeOf = async (station: TestStation, more: object = {}): Promise<Recipe> => {
  const file = await uploadOf(station, 'board.bin', image)
  const { status, body } = await station.rest('POST', '/bench/recipes', {
    name: 'Board',
    target: 'stm32',
    images: [{ file, address: '0x08000000' }],
    ...more,
  })
  expect(status, JSON.stringify(body)).toBe(200)
  return body as Recipe
}

const exported = (station: TestStation, id: number): Promise<Response> =>
  fetch(`${station.ready.api}/bench/recipes/${id}/export`, {
    headers: { Authorization: `Bearer ${station.ready.token}` },
  })

const imported = (station: TestStation, bytes: Buffer) =>
  fetch(`${station.ready.api}/bench/recipes/import`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${station.ready.token}` },
    body: new Uint8Array(bytes),
  })

describe('recipes over REST', () => {
  it('are created of uploads, changed into their next version, and travel to another station in one file', async () => {
    const one = await startTestStation()
    const recipe = await recipeOf(one, { checks: [{ expect: '^ready' }], autoStart: true })
    expect(recipe).toMatchObject({
      version: 1,
      images: [{ packageId: null, name: 'board.bin', size: image.length, address: 0x0800_0000 }],
      missing: [],
      patternFaults: [],
    })
    const own = recipe.images[0]?.sha256
    const changed = await one.rest('PATCH', `/bench/recipes/${recipe.id}`, {
      images: [{ file: own, address: 0x0800_0000 }],
      notes: 'for board C',
    })
    expect(changed.body).toMatchObject({ version: 2, notes: 'for board C', images: [{ sha256: own }] })

    const file = Buffer.from(await (await exported(one, recipe.id)).arrayBuffer())
    const pieces: Buffer[] = []
    for await (const { base64 } of await one.client.bench.exportRecipe({ id: recipe.id }))
      pieces.push(Buffer.from(base64, 'base64'))
    expect(Buffer.concat(pieces).equals(file)).toBe(true)

    const two = await startTestStation()
    const answer = await imported(two, file)
    expect(answer.status).toBe(200)
    const copy = (await answer.json()) as Recipe
    expect(copy).toMatchObject({
      name: 'Board',
      version: 1,
      target: 'stm32',
      checks: [{ expect: '^ready' }],
      autoStart: true,
      notes: 'for board C',
    })
    expect(copy.images).toEqual(recipe.images)
    const again = (await (await imported(two, file)).json()) as Recipe
    expect(again.name).toBe('Board (2)')
    const third = await two.client.bench.copyRecipe({ id: again.id })
    expect(third.name).toBe('Board (3)')
    await two.rest('DELETE', `/bench/recipes/${third.id}`)
    await two.rest('DELETE', `/bench/recipes/${again.id}`)
    // The bytes are there: what one station would write, the other would.
    const [here, there] = await Promise.all([
      one.rest('POST', '/bench/check', { recipeId: recipe.id }),
      two.rest('POST', '/bench/check', { recipeId: copy.id }),
    ])
    expect(here.body).toMatchObject({
      ok: true,
      totalBytes: image.length,
      regions: [{ address: 0x0800_0000, name: 'board.bin' }],
    })
    expect(there.body).toEqual(here.body)
  })

  it('are not taken from a file that was changed or cut on the way', async () => {
    const station = await startTestStation()
    const recipe = await recipeOf(station)
    const file = Buffer.from(await (await exported(station, recipe.id)).arrayBuffer())
    const spoilt = Buffer.from(file)
    const at = spoilt.length - 3000
    spoilt[at] = (spoilt[at] ?? 0) ^ 1
    for (const bytes of [spoilt, file.subarray(0, 20_000), Buffer.from('not an archive'.repeat(100))]) {
      const answer = await imported(station, bytes)
      expect(answer.status).toBe(422)
      expect(await answer.json()).toMatchObject({ code: 'RECIPE_FILE_BAD' })
    }
    const { body } = await station.rest('GET', '/bench/recipes')
    expect(body.items).toHaveLength(1)
  })

  it('say in a dry check what is wrong before they are saved, in the language asked for', async () => {
    const station = await startTestStation()
    const file = await uploadOf(station, 'app.bin', Buffer.alloc(3000, 0xa5))
    const recipe = { name: 'Wrong', target: 'stm32', images: [{ file, address: 0x0800_0000 }] }
    const { body } = await station.rest('POST', '/bench/check', { recipe }, { 'Accept-Language': 'zh' })
    expect(body).toMatchObject({
      ok: false,
      problems: [{ code: 'IMAGE_NO_VECTORS', message: expect.stringMatching(/\p{Script=Han}/u) }],
    })
    const overlap = { ...recipe, images: [recipe.images[0], { file, address: 0x0800_0100 }] }
    const twice = await station.rest('POST', '/bench/check', { recipe: overlap })
    expect(twice.body.problems).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'REGIONS_OVERLAP' })]))
  })

  it('of a package follow it: deleted, the recipe says what it lacks and runs nothing', async () => {
    const station = await startTestStation()
    const product = await station.client.products.create({ name: 'Meter', protocol: 'sagoo' })
    const pack = await station.addPackage({ productId: product.id, name: 'fw', version: '1.2.0', bytes: image })
    const { body } = await station.rest('POST', '/bench/recipes', {
      name: 'Air and wire',
      target: 'stm32',
      images: [{ packageId: pack.id }],
    })
    expect(body).toMatchObject({ productId: product.id, images: [{ packageId: pack.id, name: 'firmware.bin' }] })
    await station.client.packages.remove({ id: pack.id, force: true })
    const after = await station.rest('GET', `/bench/recipes/${body.id}`)
    expect(after.body.missing).toEqual(['firmware.bin'])
    const checked = await station.rest('POST', '/bench/check', { recipeId: body.id })
    expect(checked.body).toMatchObject({ ok: false, problems: [{ code: 'RECIPE_BROKEN' }] })
    expect((await exported(station, Number(body.id))).status).toBe(409)
  })

  it('refuse options their family does not know, patterns that no engine of linear time runs, and files of no format', async () => {
    const station = await startTestStation()
    const file = await uploadOf(station, 'app.bin', image)
    const base = { name: 'X', target: 'stm32', images: [{ file }] }
    const post = (more: object) => station.rest('POST', '/bench/recipes', { ...base, ...more })
    expect((await post({ options: { speed: 3 } })).body).toMatchObject({ code: 'INVALID_FIELD' })
    expect(await post({ checks: [{ expect: '(?<=a)b' }] })).toMatchObject({
      status: 400,
      body: { data: { field: 'checks.0.expect' }, message: expect.stringContaining('look-behind') },
    })
    expect((await post({ expect: { unit: '(a{99}){99}' } })).body).toMatchObject({ data: { field: 'expect.unit' } })
    expect((await post({ name: 'Fine', checks: [{ expect: `${'(?:aa?)'.repeat(28)}!` }] })).status).toBe(200)
    expect((await post({ images: [{ address: 0 }] })).status).toBe(400)
    expect((await post({ images: [{ file: 'gone' }] })).body).toMatchObject({ code: 'UPLOAD_GONE' })
    for (const name of ['a.uf2', 'a.dfu', 'a.pac', 'a.pack', 'a.dup', 'a.ua', 'a.signed.bin']) {
      const upload = await uploadOf(station, name, Buffer.from(name))
      expect((await post({ name, images: [{ file: upload }] })).status, name).toBe(200)
    }
    // A file for a recipe is not one for a package.
    const hex = await uploadOf(station, 'app.hex', Buffer.from(':00000001FF\n'))
    const product = await station.client.products.create({ name: 'P', protocol: 'sagoo' })
    const made = await station.rest('POST', '/packages', {
      productId: product.id,
      name: 'p',
      version: '1',
      uploads: [hex],
    })
    expect(made.body).toMatchObject({ code: 'FILE_FORMAT' })
  })
})

describe('the demo line', () => {
  it('runs by itself through the same API as any line: events, records, report, log of actions', async () => {
    const station = await startTestStation()
    const { client } = station
    const abort = new AbortController()
    const seen = new Set<string>()
    const stream = await client.events.stream(
      { types: ['flash', 'slot', 'line', 'port', 'recipe', 'removed'] },
      { signal: abort.signal },
    )
    const reading = (async () => {
      for await (const { events } of stream) for (const { type } of events) seen.add(type)
    })().catch(() => undefined)
    const demo = await client.bench.startDemo({ slots: 3, failurePercent: 0, boards: ['stm32'] })
    expect(demo).toMatchObject({ running: true, slots: 3 })
    const ports = await until(
      async () => (await client.bench.ports()).items.filter(({ path }) => path.startsWith('sim:')),
      (items) => items.length === 3,
    )
    const slots = (await client.bench.lines()).items.flatMap((line) => line.slots)
    expect(new Set(ports.map(({ slotId }) => slotId))).toEqual(new Set(slots.map(({ id }) => id)))
    const [first] = await until(
      async () => (await station.rest('GET', '/bench/runs')).body.items as Run[],
      (runs) => runs.some(({ state, phase }) => state === 'running' && phase === 'writing'),
    )
    expect(first).toMatchObject({ lineId: demo.lineId, recipeName: expect.stringContaining('Demo') })
    const line = (await station.rest('GET', `/bench/lines/${demo.lineId}`)).body as Line
    expect(line.simulated).toBe(true)
    const running = line.slots.find(({ lamp }) => lamp === 'writing')
    // One is stopped by a person, and tried again.
    await leaves(station, 'bench.cancelRun', () => client.bench.cancelRun({ id: running?.run?.id ?? 0 }))
    await leaves(station, 'bench.retryRun', () => client.bench.retryRun({ id: running?.run?.id ?? 0 }))
    await until(
      async () => (await station.rest('GET', '/bench/records')).body.items as UnitRecord[],
      (records) => records.some(({ state }) => state === 'passed'),
    )
    const report = await client.bench.report({ groupBy: 'line' })
    expect(report.items[0]).toMatchObject({ key: String(demo.lineId), failed: 0, cancelled: 1 })
    const csv = await fetch(`${station.ready.api}/bench/report?format=csv&groupBy=hour&lang=zh`, {
      headers: { Authorization: 'Bearer test-token' },
    })
    expect(csv.headers.get('content-type')).toContain('text/csv')
    expect(await csv.text()).toMatch(/良率.*\r\n.*\d{4}-\d\d-\d\dT\d\d:00/s)
    await leaves(station, 'bench.stopDemo', () => client.bench.stopDemo())
    expect((await client.bench.lines()).items).toEqual([])
    expect((await station.rest('GET', '/bench/records')).body.items).toEqual([])
    await until(
      () => seen.size,
      (size) => size === 6,
    )
    abort.abort()
    await reading
  })
})

it('the demo line is removed at every moment of its runs', async () => {
  const { client } = await startTestStation()
  const moments = ['identifying', 'erasing', 'writing', 'verifying'] as const
  for (const moment of moments) {
    await client.bench.startDemo({ slots: 4, failurePercent: 0 })
    await until(
      async () => (await client.bench.lines()).items.flatMap(({ slots }) => slots.map(({ lamp }) => lamp)),
      (lamps) => lamps.includes(moment),
    )
    expect(await client.bench.stopDemo(), moment).toMatchObject({ running: false, lineIds: [] })
  }
})

/** Carries a call out, which leaves one entry in the log of actions. */
const leaves = async <T>(station: TestStation, action: string, call: () => Promise<T>): Promise<T> => {
  const result = await call()
  const { items } = await station.client.audit.list({ limit: 1 })
  expect(items[0]?.action).toBe(action)
  expect(auditedCalls.has(action)).toBe(true)
  return result
}

it('every other call of the bench that changes something leaves one entry, and no unit data in it', async () => {
  const station = await startTestStation()
  const { client } = station
  const secret = 'k3y-of-one-unit'
  const unitData = {
    address: 0x9000,
    size: 12_288,
    entries: [{ namespace: 'net', key: 'k', type: 'string' as const, value: secret }],
  }
  const file = await uploadOf(station, 'app.bin', image)
  const recipe = await leaves(station, 'bench.createRecipe', () =>
    client.bench.createRecipe({ name: 'R', target: 'esp', images: [{ file, address: 0x10000 }], unitData }),
  )
  await leaves(station, 'bench.updateRecipe', () => client.bench.updateRecipe({ id: recipe.id, unitData }))
  const line = await leaves(station, 'bench.createLine', () =>
    client.bench.createLine({ name: 'L', slots: [{ label: 'A', location: 'usb-1-1' }], recipeId: recipe.id }),
  )
  const slot = line.slots[0]
  await leaves(station, 'bench.updateLine', () => client.bench.updateLine({ id: line.id, operator: 'Wang' }))
  await leaves(station, 'bench.learn', () => client.bench.learn({ id: line.id }))
  await leaves(station, 'bench.scan', () => client.bench.scan({ id: line.id, serial: 'SN1' }))
  await leaves(station, 'bench.clear', () => client.bench.clear({ id: slot?.id ?? 0 }))
  const { items } = await leaves(station, 'bench.start', () => client.bench.start({ slotIds: [slot?.id ?? 0] }))
  const run = await until(
    () => client.bench.getRun({ id: items[0]?.id ?? 0 }),
    ({ state }) => state === 'refused',
  )
  expect(run).toMatchObject({ errorCode: 'NO_UNIT', operator: 'Wang' })
  await leaves(station, 'bench.retryFailed', () => client.bench.retryFailed({ id: line.id }))
  await leaves(station, 'bench.removeLine', () => client.bench.removeLine({ id: line.id }))
  const upload = await uploadOf(
    station,
    'r.otarecipe',
    Buffer.from(await (await exported(station, recipe.id)).arrayBuffer()),
  )
  await leaves(station, 'bench.importRecipe', () => client.bench.importRecipe({ upload }))
  await leaves(station, 'bench.copyRecipe', () => client.bench.copyRecipe({ id: recipe.id }))
  await leaves(station, 'bench.removeRecipe', () => client.bench.removeRecipe({ id: recipe.id }))
  await leaves(station, 'bench.startDemo', () => client.bench.startDemo({ slots: 1 }))
  const log = JSON.stringify(await client.audit.list({ limit: 100 }))
  expect(log).not.toContain(secret)
  expect(log).toContain('R #')
})
