import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { compilePattern } from '#shared/pattern.ts'
import { archive } from '../../electron/flashing/bench/recipe-archive.ts'
import { startTestStation } from '../helpers/station.ts'
import { Board } from './board.ts'
import { openTestBench } from './test-bench.ts'

const image = Buffer.alloc(2000, 5)

const recipeOf = async (station: Awaited<ReturnType<typeof startTestStation>>) => {
  const response = await fetch(`${station.ready.api}/uploads?purpose=recipe`, {
    method: 'POST',
    headers: { Authorization: 'Bearer test-token', 'X-File-Name': 'app.bin' },
    body: image,
  })
  const { id: file } = (await response.json()) as { id: string }
  return station.client.bench.createRecipe({
    name: 'Of an older station',
    target: 'xmodem',
    images: [{ file }],
    expect: { unit: '^SN' },
    checks: [{ send: 'AT', expect: 'OK' }],
  })
}

/** What an older station took and this one does not. */
const makeOld = (directory: string, unit: string, check: string): void => {
  const sql = new Database(join(directory, 'ota-bench.sqlite'))
  sql
    .prepare("UPDATE bench_recipes SET content = json_set(content, '$.expect.unit', ?, '$.checks[0].expect', ?)")
    .run(unit, check)
  sql.close()
}

it('a stored recipe with a pattern that cannot be run any more opens, is listed, says so, and can be mended', async () => {
  const first = await startTestStation()
  const { id } = await recipeOf(first)
  await first.stop()
  makeOld(first.directory, '^(?=SN)', '(a)\\1')

  const station = await startTestStation({ directory: first.directory })
  const faults = [
    { field: 'expect.unit', fault: 'patternUnsupported' },
    { field: 'checks.0.expect', fault: 'patternUnsupported' },
  ]
  expect((await station.client.bench.recipes({})).items).toMatchObject([{ id, patternFaults: faults }])
  expect(await station.rest('GET', `/bench/recipes/${id}`)).toMatchObject({
    status: 200,
    body: { patternFaults: faults, expect: { unit: '^(?=SN)' } },
  })
  const checked = await station.rest('POST', '/bench/check', { recipeId: id }, { 'Accept-Language': 'zh' })
  expect(checked.body).toMatchObject({ ok: false })
  expect(checked.body.problems).toContainEqual(
    expect.objectContaining({ code: 'PATTERN_UNUSABLE', message: expect.stringContaining('反向引用') }),
  )
  // What does not touch the patterns is let through, and so is what mends them.
  expect((await station.rest('PATCH', `/bench/recipes/${id}`, { autoStart: true })).status).toBe(200)
  expect((await station.rest('POST', `/bench/recipes/${id}/copy`)).status).toBe(200)
  const mended = await station.rest('PATCH', `/bench/recipes/${id}`, { expect: {}, checks: [{ expect: 'aa' }] })
  expect(mended).toMatchObject({ status: 200, body: { patternFaults: [] } })
})

it('runs nothing with a pattern that cannot be run: refused in words, nothing erased', async () => {
  const test = await openTestBench()
  const board = new Board('a0b0c0d0e0f0')
  const recipe = await test.recipe({ expect: { unit: '^a0' } })
  const line = await test.line([board], recipe)
  test.store.sql.prepare("UPDATE bench_recipes SET content = json_set(content, '$.expect.unit', '(?!b)a0')").run()
  const [run] = await test.run({ lineId: line.id })
  expect(run).toMatchObject({
    state: 'refused',
    errorCode: 'PATTERN_UNUSABLE',
    message: expect.stringContaining('(?!b)a0'),
  })
  expect(board.written).toHaveLength(0)
})

it('is not taken from a recipe file; the answer names the pattern and what to do', async () => {
  const station = await startTestStation()
  const { id } = await recipeOf(station)
  const exported = await fetch(`${station.ready.api}/bench/recipes/${id}/export`, {
    headers: { Authorization: 'Bearer test-token' },
  })
  const bytes = Buffer.from(await exported.arrayBuffer())
  const size = Number.parseInt(bytes.toString('ascii', 124, 135), 8)
  const recipe = JSON.parse(bytes.toString('utf8', 512, 512 + size)) as { checks: object[] }
  const text = Buffer.from(JSON.stringify({ ...recipe, checks: [...recipe.checks, { expect: '(?<!x)OK' }] }))
  const pieces: Buffer[] = []
  for await (const piece of archive([{ name: 'recipe.json', size: text.length, source: text }])) pieces.push(piece)
  const answer = await fetch(`${station.ready.api}/bench/recipes/import`, {
    method: 'POST',
    headers: { Authorization: 'Bearer test-token' },
    body: Buffer.concat(pieces),
  })
  expect(answer.status).toBe(422)
  expect(await answer.json()).toMatchObject({
    code: 'INVALID_FIELD',
    data: { field: 'checks.1.expect' },
    message: expect.stringContaining('look-behind'),
  })
})

it('of the example that froze the station: 28 optional letters and a mark, on a line of a device', () => {
  const pattern = compilePattern(`${'(?:aa?)'.repeat(28)}!`)
  expect(pattern.test('a'.repeat(500))).toBe(false)
  expect(pattern.test(`${'a'.repeat(40)}!`)).toBe(true)
})
