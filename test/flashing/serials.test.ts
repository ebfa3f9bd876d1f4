import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  DeviceFilter,
  DeviceInput,
  LineInput,
  ProductInput,
  type Recipe,
  RecipePatch,
  RecordFilter,
  RelabelInput,
  ScanInput,
  UnitFilter,
} from '#shared/schema.ts'
import { benchRuns } from '../../electron/platform/store/bench-tables.ts'
import { simulatedPath } from '../../electron/station/simulated-ports.ts'
import { Board } from './board.ts'
import { openTestBench, type TestBench } from './test-bench.ts'

const boardsOf = (...units: string[]): Board[] => units.map((unit) => new Board(unit))
const records = ({ bench }: TestBench) => bench.records(RecordFilter.parse({})).items

/** A line at `sim:from`, `sim:from + 1`, …; its boards are plugged in before it is made, so that nothing starts. */
const lineFrom = (test: TestBench, from: number, boards: readonly Board[], recipe: Recipe) => {
  boards.forEach((board, at) => {
    test.simulated.plug(from + at, `usb-${from + at}`, board.attach)
  })
  return test.bench.createLine(
    LineInput.parse({
      name: `Line from ${from}`,
      recipeId: recipe.id,
      slots: boards.map((_, at) => ({ label: `S${from + at}`, path: simulatedPath(from + at) })),
    }),
  )
}

const slotsOf = (test: TestBench, lineId: number) => test.bench.line(lineId).slots
const idsOf = (test: TestBench, lineId: number) => slotsOf(test, lineId).map(({ id }) => id)
/** Flashes one slot with a serial number as scanned. */
const flash = async (test: TestBench, lineId: number, at: number, serial?: string) => {
  const slotId = idsOf(test, lineId)[at] ?? 0
  const [run] = await test.run({ slotIds: [slotId], ...(serial !== undefined && { units: [{ slotId, serial }] }) })
  return run
}
const serialsOf = (test: TestBench, lineId: number) => slotsOf(test, lineId).map(({ run }) => run?.serial)
const counter = { from: 'counter', prefix: 'P', width: 4, next: 7 } as const

describe('a serial number', () => {
  it('belongs to one unit for ever: across lines, recipes and restarts another unit is refused, and it is named', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'serials-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const before = await openTestBench(directory)
    const first = await lineFrom(before, 1, boardsOf('aa'), await before.recipe())
    expect(await flash(before, first.id, 0, 'SN-1')).toMatchObject({ state: 'passed', serial: 'SN-1' })
    await before.close()
    const test = await openTestBench(directory)
    const [stranger] = boardsOf('bb')
    const second = await lineFrom(test, 11, [stranger as Board], await test.recipe())
    const run = await flash(test, second.id, 0, 'sn-1')
    expect(run).toMatchObject({
      state: 'refused',
      errorCode: 'SERIAL_TAKEN',
      errorData: { serial: 'SN-1', unit: 'aa', at: expect.stringMatching(/^\d{4}-.*Z$/) },
      message: expect.stringContaining('belongs to another unit (aa'),
    })
    expect(stranger?.steps).not.toContain('erase')
    expect(records(test)[0]).toMatchObject({ state: 'refused', errorCode: 'SERIAL_TAKEN' })
  })

  it('is unique within the product of the recipe; a recipe without one is held to all', async () => {
    const test = await openTestBench()
    const products = await Promise.all(
      ['One', 'Two'].map((name) => test.platform.products.create(ProductInput.parse({ name, protocol: 'sagoo' }))),
    )
    const [one, two] = await Promise.all(products.map(({ id }) => test.recipe({ productId: id })))
    const free = await test.recipe()
    const lines = []
    for (const [at, recipe] of [one, one, two, free].entries())
      lines.push(await lineFrom(test, 10 * at + 1, boardsOf(`unit${at}`), recipe as Recipe))
    const runs = []
    for (const { id } of lines) runs.push(await flash(test, id, 0, '0001'))
    expect(runs.map((run) => [run?.state, run?.errorCode])).toEqual([
      ['passed', null],
      ['refused', 'SERIAL_TAKEN'],
      ['passed', null],
      ['refused', 'SERIAL_TAKEN'],
    ])
    const devices = records(test).flatMap(({ state, deviceId }) => (state === 'passed' ? deviceId : []))
    expect(new Set(devices).size).toBe(2)
  })

  it('given to two slots of one run goes into one unit, and so it does when two lines race for it', async () => {
    const test = await openTestBench()
    const recipe = await test.recipe()
    const line = await lineFrom(test, 1, boardsOf('a1', 'a2'), recipe)
    const ids = idsOf(test, line.id)
    const both = await test.run({ slotIds: ids, units: ids.map((slotId) => ({ slotId, serial: 'SN-9' })) })
    expect(both.map(({ state }) => state).sort()).toEqual(['passed', 'refused'])
    expect(both.find(({ state }) => state === 'refused')).toMatchObject({ errorCode: 'SERIAL_TAKEN' })
    const lines = await Promise.all([20, 30, 40].map((from) => lineFrom(test, from, boardsOf(`u${from}`), recipe)))
    await Promise.all(
      lines.map(({ id, slots }) => {
        const slotId = slots[0]?.id ?? 0
        return test.start({ lineId: id, units: [{ slotId, serial: 'SN-RACE' }] })
      }),
    )
    await test.idle()
    const ended = lines.map(({ id }) => slotsOf(test, id)[0]?.run)
    expect(ended.map((run) => run?.state).sort()).toEqual(['passed', 'refused', 'refused'])
    const winner = ended.find((run) => run?.state === 'passed')?.unit
    for (const run of ended.filter((one) => one?.state === 'refused'))
      expect(run).toMatchObject({ errorCode: 'SERIAL_TAKEN', errorData: { unit: winner } })
  })

  it('is written as its unit has it, however it is typed later', async () => {
    const test = await openTestBench()
    const line = await lineFrom(test, 1, boardsOf('aa'), await test.packaged())
    await flash(test, line.id, 0, 'SN-a')
    const slotId = idsOf(test, line.id)[0] ?? 0
    const [again] = await test.run({ slotIds: [slotId], units: [{ slotId, serial: 'sn-A' }], repeat: true })
    expect(again).toMatchObject({ state: 'passed', serial: 'SN-a' })
    expect(new Set(records(test).map(({ deviceId }) => deviceId)).size).toBe(1)
  })

  it('is its unit’s once writing began: a failed unit keeps it, and another is refused', async () => {
    const test = await openTestBench()
    const [weak, other] = boardsOf('aa', 'bb')
    const line = await lineFrom(test, 1, [weak as Board, other as Board], await test.recipe())
    if (weak)
      weak.before = (step) => {
        if (step === 'erase') weak.pull()
      }
    expect(await flash(test, line.id, 0, 'SN-1')).toMatchObject({ state: 'failed', errorCode: 'UNPLUGGED' })
    expect(await flash(test, line.id, 1, 'SN-1')).toMatchObject({
      errorCode: 'SERIAL_TAKEN',
      errorData: { unit: 'aa' },
    })
  })
})

describe('a counter', () => {
  it('numbers a line in the order of its slots, shows the numbers before, and its units become devices of these names', async () => {
    const test = await openTestBench()
    const line = await lineFrom(test, 1, boardsOf('a', 'b', 'c'), await test.packaged({ serials: counter }))
    expect(line.serials).toEqual({ next: 'P0007', left: 9993, trouble: null })
    expect(slotsOf(test, line.id).map(({ nextSerial }) => nextSerial)).toEqual(['P0007', 'P0008', 'P0009'])
    const runs = await test.run({ lineId: line.id })
    expect(runs.map(({ state, serial }) => [state, serial])).toEqual([
      ['passed', 'P0007'],
      ['passed', 'P0008'],
      ['passed', 'P0009'],
    ])
    const names = records(test).map(({ deviceId }) => test.platform.devices.get(deviceId ?? 0).name)
    expect(names.sort()).toEqual(['P0007', 'P0008', 'P0009'])
    expect(test.bench.line(line.id).serials).toMatchObject({ next: 'P0010', left: 9990 })
    expect(test.bench.recipes.get(line.recipeId ?? 0).serials).toEqual({ ...counter, next: 10 })
  })

  it('keeps a slot’s number while its unit waits, whichever slot starts first', async () => {
    const test = await openTestBench()
    const line = await lineFrom(test, 1, boardsOf('a', 'b', 'c'), await test.recipe({ serials: counter }))
    expect(slotsOf(test, line.id)[2]?.nextSerial).toBe('P0009')
    expect(await flash(test, line.id, 2)).toMatchObject({ state: 'passed', serial: 'P0009' })
    expect(await flash(test, line.id, 0)).toMatchObject({ state: 'passed', serial: 'P0007' })
  })

  it('gives a unit that failed in the middle its own number again, in a retry and in another slot', async () => {
    const test = await openTestBench()
    const weak = new Board('aa')
    const line = await lineFrom(test, 1, [weak, new Board('bb')], await test.recipe({ serials: counter }))
    weak.before = (step, count) => {
      if (step === 'erase' && count === 1) weak.pull()
    }
    expect(await flash(test, line.id, 0)).toMatchObject({ state: 'failed', serial: 'P0007' })
    test.simulated.unplug(2)
    test.simulated.plug(2, 'usb-x', weak.attach)
    weak.before = () => {}
    expect(await flash(test, line.id, 1)).toMatchObject({ state: 'passed', unit: 'aa', serial: 'P0007' })
    test.simulated.plug(1, 'usb-y', new Board('cc').attach)
    expect(await flash(test, line.id, 0)).toMatchObject({ state: 'passed', unit: 'cc', serial: 'P0008' })
  })

  it('takes a number back from a run that ended before writing; its record has none', async () => {
    const test = await openTestBench()
    const wrong = new Board('aa')
    wrong.chip = 'OTHER'
    const line = await lineFrom(
      test,
      1,
      [wrong, new Board('bb')],
      await test.recipe({ serials: counter, expect: { chip: 'TEST-1' } }),
    )
    expect(await flash(test, line.id, 0)).toMatchObject({ state: 'refused', errorCode: 'WRONG_CHIP', serial: null })
    const [record] = records(test)
    expect(record).toMatchObject({ serial: null, unit: 'aa' })
    expect(test.bench.record(record?.id ?? 0).log.map(({ words }) => words)).toContain(
      'SN P0007 was not used and is free again',
    )
    expect(await flash(test, line.id, 1)).toMatchObject({ state: 'passed', serial: 'P0008' })
    test.simulated.plug(1, 'usb-c', new Board('cc').attach)
    expect(await flash(test, line.id, 0)).toMatchObject({ state: 'passed', serial: 'P0007' })
  })

  it('gives a board that was swapped before the retry a number of its own', async () => {
    const test = await openTestBench()
    const first = new Board('aa')
    const line = await lineFrom(test, 1, [first], await test.recipe({ serials: counter }))
    first.before = (step) => {
      if (step === 'erase') first.pull()
    }
    const failed = await flash(test, line.id, 0)
    test.simulated.plug(1, 'usb-z', new Board('bb').attach)
    const { id } = await test.bench.retry(failed?.id ?? 0)
    await test.idle()
    expect(test.bench.run(id)).toMatchObject({ state: 'passed', unit: 'bb', serial: 'P0008', attempt: 1 })
    expect(test.bench.run(failed?.id ?? 0)).toMatchObject({ state: 'failed', unit: 'aa', serial: 'P0007' })
  })

  it('ends at its width in words; a unit that has its number goes on, and a wider counter goes on where it was', async () => {
    const test = await openTestBench()
    const recipe = await test.recipe({ serials: { from: 'counter', prefix: 'X', width: 1, next: 9 } })
    const line = await lineFrom(test, 1, boardsOf('aa', 'bb'), recipe)
    const runs = await test.run({ lineId: line.id })
    expect(runs.map(({ state, serial, errorCode }) => [state, serial, errorCode])).toEqual([
      ['passed', 'X9', null],
      ['refused', null, 'SERIALS_EXHAUSTED'],
    ])
    expect(runs[1]?.message).toContain('X9')
    expect(test.bench.line(line.id).serials).toMatchObject({
      next: null,
      left: 0,
      trouble: { code: 'SERIALS_EXHAUSTED' },
    })
    const [again] = await test.run({ slotIds: idsOf(test, line.id).slice(0, 1), repeat: true })
    expect(again).toMatchObject({ state: 'passed', serial: 'X9' })
    await test.bench.recipes.update(
      recipe.id,
      RecipePatch.parse({ serials: { from: 'counter', prefix: 'X', width: 2 } }),
    )
    expect(await flash(test, line.id, 1)).toMatchObject({ state: 'passed', serial: 'X10' })
  })

  it('never goes back by an edited, copied or imported recipe, and no number is given twice', async () => {
    const test = await openTestBench()
    const recipe = await test.recipe({ serials: counter })
    const line = await lineFrom(test, 1, boardsOf('a', 'b'), recipe)
    await test.run({ lineId: line.id })
    const edited = await test.bench.recipes.update(
      recipe.id,
      RecipePatch.parse({ serials: counter, notes: 'old form' }),
    )
    expect(edited.serials).toEqual({ ...counter, next: 9 })
    const copy = await test.bench.recipes.copy(recipe.id)
    expect(copy.serials).toEqual({ ...counter, next: 9 })
    const exported = test.bench.recipes.export(recipe.id)
    const pieces: Buffer[] = []
    for await (const piece of exported.pieces) pieces.push(piece)
    const bytes = Buffer.concat(pieces)
    expect(bytes.toString('latin1')).not.toContain('"next"')
    const { id } = await test.upload('x.otarecipe', bytes)
    const imported = await test.bench.recipes.import(id, null)
    expect(imported.serials).toEqual({ ...counter, next: null })
    const other = await lineFrom(test, 11, boardsOf('c'), imported)
    expect(other.serials?.trouble).toMatchObject({ code: 'SERIALS_UNSET' })
    expect(await flash(test, other.id, 0)).toMatchObject({ state: 'refused', errorCode: 'SERIALS_UNSET', serial: null })
    expect((await test.bench.check({ recipeId: imported.id })).problems).toMatchObject([{ code: 'SERIALS_UNSET' }])
    await test.bench.recipes.update(imported.id, RecipePatch.parse({ serials: { ...counter, next: 1 } }))
    await test.bench.recipes.update(imported.id, RecipePatch.parse({ serials: { ...counter, next: 8 } }))
    expect(await flash(test, other.id, 0)).toMatchObject({ state: 'passed', serial: 'P0009' })
  })

  it('numbers units that cannot say who they are, each run anew, and a retry as before', async () => {
    const test = await openTestBench()
    const mute = new Board()
    mute.before = (step, count) => {
      if (step === 'erase' && count === 1) mute.pull()
    }
    const line = await lineFrom(test, 1, [mute], await test.recipe({ serials: counter }))
    const failed = await flash(test, line.id, 0)
    expect(failed).toMatchObject({ state: 'failed', serial: 'P0007', unit: 'P0007' })
    mute.before = () => {}
    test.simulated.plug(1, 'usb-again', mute.attach)
    await test.bench.retry(failed?.id ?? 0)
    await test.idle()
    expect(test.bench.run(failed?.id ?? 0)).toMatchObject({ state: 'passed', serial: 'P0007', attempt: 2 })
    expect(await flash(test, line.id, 0)).toMatchObject({ state: 'passed', serial: 'P0008' })
  })

  it('takes no scanned number', async () => {
    const test = await openTestBench()
    const line = await lineFrom(test, 1, boardsOf('a'), await test.recipe({ serials: counter }))
    await expect(test.bench.scan(line.id, ScanInput.parse({ serial: 'SN-1' }))).rejects.toMatchObject({
      code: 'SERIALS_FROM_RECIPE',
    })
    await expect(flash(test, line.id, 0, 'SN-1')).rejects.toMatchObject({ code: 'SERIALS_FROM_RECIPE' })
    expect(await flash(test, line.id, 0)).toMatchObject({ state: 'passed', serial: 'P0007' })
  })

  it('after a killed station: a number that was written stays the unit’s, one that was not is free', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'serials-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const before = await openTestBench(directory)
    const line = await lineFrom(before, 1, boardsOf('aa', 'bb'), await before.recipe({ serials: counter }))
    const runs = await before.run({ lineId: line.id })
    // As a killed station leaves them: the first had begun to write, the second had not.
    await before.store.write(() => {
      before.store.db.update(benchRuns).set({ state: 'running' }).run()
      before.store.sql.prepare("DELETE FROM bench_serials WHERE unit = 'bb'").run()
      before.store.sql.prepare('DELETE FROM bench_records').run()
    })
    await before.close()
    const test = await openTestBench(directory)
    expect(runs.map(({ id }) => test.bench.run(id)).map(({ errorCode, serial }) => [errorCode, serial])).toEqual([
      ['INTERRUPTED', 'P0007'],
      ['INTERRUPTED', null],
    ])
    expect(test.bench.line(line.id).serials?.next).toBe('P0008')
  })
})

describe('a list', () => {
  it('is given in its order, says how many are left, and ends in words', async () => {
    const test = await openTestBench()
    const recipe = await test.recipe({ serials: { from: 'list', list: ['K-3', 'K-1'] } })
    const line = await lineFrom(test, 1, boardsOf('a', 'b', 'c'), recipe)
    expect(line.serials).toEqual({ next: 'K-3', left: 2, trouble: null })
    const runs = await test.run({ lineId: line.id })
    expect(runs.map(({ serial, errorCode }) => [serial, errorCode])).toEqual([
      ['K-3', null],
      ['K-1', null],
      [null, 'SERIALS_EXHAUSTED'],
    ])
    await test.bench.recipes.update(
      recipe.id,
      RecipePatch.parse({ serials: { from: 'list', list: ['K-3', 'K-1', 'K-7'] } }),
    )
    expect(test.bench.line(line.id).serials).toEqual({ next: 'K-7', left: 1, trouble: null })
    expect(await flash(test, line.id, 2)).toMatchObject({ state: 'passed', serial: 'K-7' })
  })

  it('with one number twice is refused, and it is named', async () => {
    const test = await openTestBench()
    await expect(test.recipe({ serials: { from: 'list', list: ['A', 'B', 'a'] } })).rejects.toMatchObject({
      code: 'INVALID_FIELD',
      data: { field: 'serials.list', rule: { fill: { serial: 'a', first: 1, second: 3 } } },
    })
    await expect(test.packaged({ serials: { from: 'list', list: ['A/1'] } })).rejects.toMatchObject({
      data: { field: 'serials.list' },
    })
  })
})

describe('another label', () => {
  it('is an engineer’s act: the unit has the new number, the one before stays reserved for it', async () => {
    const test = await openTestBench()
    const line = await lineFrom(test, 1, boardsOf('aa', 'bb'), await test.recipe())
    await flash(test, line.id, 0, 'SN-1')
    const unit = await test.bench.units.relabel(
      'aa',
      RelabelInput.parse({ serial: 'SN-2', reason: 'label torn' }),
      '李工',
    )
    expect(unit.labels).toMatchObject([
      { serial: 'SN-2', retiredAt: null, reason: 'label torn', operator: '李工' },
      { serial: 'SN-1', retiredAt: expect.any(String) },
    ])
    expect(await flash(test, line.id, 1, 'SN-1')).toMatchObject({
      errorCode: 'SERIAL_TAKEN',
      errorData: { unit: 'aa' },
    })
    expect(await flash(test, line.id, 1, 'SN-2')).toMatchObject({
      errorCode: 'SERIAL_TAKEN',
      errorData: { unit: 'aa' },
    })
    await expect(
      test.bench.units.relabel('bb', RelabelInput.parse({ serial: 'sn-1', reason: 'x' }), null),
    ).rejects.toMatchObject({ code: 'SERIAL_TAKEN', data: { unit: 'aa' } })
    const ids = idsOf(test, line.id).slice(0, 1)
    const run = async (serial: string) => {
      const [done] = await test.run({ slotIds: ids, units: [{ slotId: ids[0] ?? 0, serial }], repeat: true })
      return done
    }
    expect(await run('SN-1')).toMatchObject({
      state: 'refused',
      errorCode: 'SERIAL_OTHER',
      errorData: { known: 'SN-2' },
    })
    expect(await run('SN-2')).toMatchObject({ state: 'passed', serial: 'SN-2' })
    const back = await test.bench.units.relabel('aa', RelabelInput.parse({ serial: 'SN-1', reason: 'found' }), null)
    expect(back.labels.map(({ serial, retiredAt }) => [serial, retiredAt === null])).toEqual([
      ['SN-1', true],
      ['SN-2', false],
    ])
  })

  it('renames the device of the unit at its next pass, instead of making a second one', async () => {
    const test = await openTestBench()
    const line = await lineFrom(test, 1, boardsOf('aa', 'bb'), await test.packaged())
    const devices = () => test.platform.devices.list({ limit: 10 }, DeviceFilter.parse({})).items
    await flash(test, line.id, 0, 'SN-1')
    await flash(test, line.id, 1, 'SN-7')
    const [before] = devices()
    await test.bench.units.relabel('aa', RelabelInput.parse({ serial: 'SN-2', reason: 'label torn' }), null)
    expect(devices().map(({ name }) => name)).toEqual(['SN-1', 'SN-7'])
    const [slotId = 0] = idsOf(test, line.id)
    const again = (serial: string) =>
      test.run({ slotIds: [slotId], units: [{ slotId, serial }], repeat: true }).then(([run]) => run)
    const renamed = await again('SN-2')
    expect(renamed).toMatchObject({ state: 'passed' })
    expect(devices().map(({ id, name }) => [id, name])).toEqual([
      [before?.id, 'SN-2'],
      [expect.any(Number), 'SN-7'],
    ])
    expect(test.bench.run(renamed?.id ?? 0).log.map(({ words }) => words)).toContain('device SN-1 is named SN-2 now')
    await test.platform.devices.create(DeviceInput.parse({ productId: before?.productId, name: 'SN-3' }))
    await test.bench.units.relabel('aa', RelabelInput.parse({ serial: 'SN-3', reason: 'again' }), null)
    const kept = await again('SN-3')
    expect(devices().map(({ name }) => name)).toEqual(['SN-2', 'SN-7', 'SN-3'])
    expect(
      test.bench
        .run(kept?.id ?? 0)
        .log.map(({ words }) => words)
        .join('\n'),
    ).toContain("a device SN-3 exists already and is this unit's from now on; device SN-2 stays as it is")
  })

  it('is the number that a counter’s unit is flashed with from then on; an unknown unit and an empty reason are refused', async () => {
    const test = await openTestBench()
    const line = await lineFrom(test, 1, boardsOf('aa'), await test.recipe({ serials: counter }))
    await flash(test, line.id, 0)
    await test.bench.units.relabel('aa', RelabelInput.parse({ serial: 'Z-1', reason: 'customer' }), null)
    const [again] = await test.run({ slotIds: idsOf(test, line.id), repeat: true })
    expect(again).toMatchObject({ state: 'passed', serial: 'Z-1' })
    expect(serialsOf(test, line.id)).toEqual(['Z-1'])
    await expect(
      test.bench.units.relabel('zz', RelabelInput.parse({ serial: 'Z-2', reason: 'x' }), null),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(RelabelInput.safeParse({ serial: 'Z-2', reason: '  ' }).success).toBe(false)
    expect(test.bench.units.list(UnitFilter.parse({ q: 'z-' })).items).toMatchObject([{ unit: 'aa', serial: 'Z-1' }])
  })
})
