import { expect, it } from 'vitest'
import { texts } from '#shared/texts/index.ts'
import { startTestStation } from '../helpers/station.ts'
import { Board } from './board.ts'
import { openTestBench } from './test-bench.ts'

const radio = {
  name: 'radio',
  expect: 'rssi=(?<rssi>\\S+) rev=(?<rev>\\w+)',
  timeoutMs: 20_000,
  values: [{ name: 'rssi', unit: 'dBm', min: -80, max: -20 }],
}

/** A board whose firmware prints that reading as it starts. */
const printing = (unit: string, rssi: string): Board => {
  const board = new Board(unit)
  board.boots = `boot\r\nrssi=${rssi} rev=C\r\n`
  return board
}

it('what checks measure stands in the record, in the distribution of its recipe, and in the CSV file', async () => {
  const test = await openTestBench()
  const recipe = await test.recipe({ checks: [radio] })
  const boards = [printing('A1', '-45'), printing('A2', '-47'), printing('A3', '-91'), printing('A4', 'lost')]
  const line = await test.line(boards, recipe)
  const runs = await test.run({ lineId: line.id })
  expect(runs.map(({ state, errorCode }) => [state, errorCode])).toEqual([
    ['passed', null],
    ['passed', null],
    ['failed', 'CHECK_LIMIT'],
    ['failed', 'CHECK_NOT_NUMBER'],
  ])
  expect(runs[2]?.errorData).toMatchObject({ value: 'rssi', reading: '-91 dBm', limits: '-80 … -20 dBm' })

  const { items } = test.bench.records({ limit: 50 })
  const bySlot = items.toSorted((left, right) => left.slotLabel.localeCompare(right.slotLabel))
  expect(bySlot.map(({ values }) => values.map(({ name, value, good }) => [name, value, good]))).toEqual([
    [
      ['rssi', -45, true],
      ['rev', null, true],
    ],
    [
      ['rssi', -47, true],
      ['rev', null, true],
    ],
    [
      ['rssi', -91, false],
      ['rev', null, true],
    ],
    [
      ['rssi', null, false],
      ['rev', null, true],
    ],
  ])
  const single = bySlot[0]
  expect(single && test.bench.record(single.id).values).toEqual(single?.values)

  const summaries = await test.bench.values.summaries({ recipeId: recipe.id })
  expect(summaries.map(({ name, count, bad, unit, min, max }) => ({ name, count, bad, unit, min, max }))).toEqual([
    { name: 'rev', count: 0, bad: 0, unit: null, min: null, max: null },
    { name: 'rssi', count: 3, bad: 2, unit: 'dBm', min: -80, max: -20 },
  ])
  const detail = test.bench.values.detail({ recipeId: recipe.id, name: 'rssi' })
  expect(detail.bars.reduce((sum, { count }) => sum + count, 0)).toBe(3)
  expect(detail.outliers).toMatchObject([{ recordId: bySlot[2]?.id, value: -91 }])
  expect(() => test.bench.values.detail({ recipeId: recipe.id, name: 'vbat' })).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND' }),
  )

  const csv = async (filter: { recipeId?: number }): Promise<string[]> => {
    const pieces: string[] = []
    for await (const piece of test.bench.recordsFile(filter, texts.en.benchRecords)) pieces.push(piece)
    return pieces.join('').trim().split('\r\n')
  }
  const [head, ...lines] = await csv({ recipeId: recipe.id })
  expect(head).toMatch(/,images,rev,rssi$/)
  expect(lines.map((text) => text.split(',').slice(-2)).sort()).toEqual([
    ['C', '-45'],
    ['C', '-47'],
    ['C', '-91'],
    ['C', 'lost'],
  ])
  expect((await csv({}))[1]).toContain('rev=C')
})

it('a value has its name once in a recipe, belongs to its pattern, and has limits in order', async () => {
  const test = await startTestStation()
  const recipe = (checks: object[]) =>
    test.rest('POST', '/bench/recipes', { name: 'R', target: 'ymodem', images: [{ file: 'x' }], checks })
  const fieldsOf = async (checks: object[]) => JSON.stringify((await recipe(checks)).body)
  expect(await fieldsOf([radio, { expect: 'RSSI (?<rssi>\\d+)' }])).toContain('checks.1.expect')
  expect(await fieldsOf([{ ...radio, values: [{ name: 'vbat', min: 1 }] }])).toContain('checks.0.values.0.name')
  expect(await fieldsOf([{ ...radio, values: [{ name: 'rssi', min: 1, max: 0 }] }])).toContain('checks.0.values.0.max')
  const file = await fetch(`${test.ready.api}/bench/records/export?lang=zh`, {
    headers: { Authorization: `Bearer ${test.ready.token}` },
  })
  expect(file.headers.get('content-disposition')).toContain('unit-records.csv')
  expect(await file.text()).toContain('测量值')
})
