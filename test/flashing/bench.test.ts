import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LinePatch, RecordFilter, ReportQuery, ScanInput } from '#shared/schema.ts'
import { benchTexts } from '../../electron/api/bench-texts.ts'
import { until } from '../helpers/until.ts'
import { Board, type BoardStep } from './board.ts'
import { openTestBench, type TestBench } from './test-bench.ts'

const boards = (count: number): Board[] => Array.from({ length: count }, (_, at) => new Board(`a0b0c0d0e0f${at}`))
const records = ({ bench }: TestBench) => bench.records(RecordFilter.parse({})).items
const slotOf = ({ bench }: TestBench, lineId: number, at: number) => {
  const slot = bench.line(lineId).slots[at]
  if (!slot) throw new Error('no such slot')
  return slot
}

describe('a line of boards', () => {
  it('is flashed by one key: every unit has its record, is a device of its product on that version, and then its lamp is green', async () => {
    const test = await openTestBench()
    const four = boards(4)
    const line = await test.line(four, await test.packaged())
    const greenWithoutRecord: string[] = []
    test.events.on('slot', (id) => {
      const [slot] = test.bench.snapshots.slots([id])
      if (slot?.lamp === 'pass' && !records(test).some(({ slotId }) => slotId === id))
        greenWithoutRecord.push(slot.label)
    })
    const runs = await test.run({ lineId: line.id })
    expect(runs.map(({ state, attempt, progress }) => ({ state, attempt, progress }))).toEqual(
      Array.from({ length: 4 }, () => ({ state: 'passed', attempt: 1, progress: 100 })),
    )
    expect(greenWithoutRecord).toEqual([])
    expect(test.bench.line(line.id).slots.map(({ lamp }) => lamp)).toEqual(['pass', 'pass', 'pass', 'pass'])
    for (const board of four) {
      expect(board.written.equals(Buffer.alloc(1000, 9))).toBe(true)
      const record = records(test).find(({ unit }) => unit === board.unit)
      expect(record).toMatchObject({ state: 'passed', recipeVersion: 1, chip: 'TEST-1', lineName: line.name })
      expect(record?.images).toMatchObject([
        { name: 'app.bin', size: 1000, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ])
      const device = test.platform.devices.get(record?.deviceId ?? 0)
      expect(device).toMatchObject({ name: board.unit, modules: [{ module: 'default', version: '2.0.0' }] })
    }
    expect(test.bench.record(records(test)[0]?.id ?? 0).log.map(({ words }) => words)).toEqual(
      expect.arrayContaining(['connecting', 'guards passed', 'writing', 'verifying', 'passed']),
    )
    expect(Math.max(...test.busy)).toBe(4)
    expect(test.busy.at(-1)).toBe(0)
  })

  it('is not touched when the image has one changed byte on the disk', async () => {
    const test = await openTestBench()
    const [board] = boards(1)
    if (!board) throw new Error('no board')
    const recipe = await test.packaged()
    const path = test.platform.blobs.path(recipe.images[0]?.sha256 ?? '')
    const bytes = readFileSync(path)
    bytes[500] = (bytes[500] ?? 0) ^ 1
    writeFileSync(path, bytes)
    const line = await test.line([board], recipe)
    const [run] = await test.run({ lineId: line.id })
    expect(run?.state).toBe('refused')
    expect(JSON.stringify(run)).toContain('IMAGE_DAMAGED')
    expect(board.written).toHaveLength(0)
  })

  it.each<[BoardStep, string]>([
    ['identify', 'identifying'],
    ['erase', 'erasing'],
    ['write', 'writing'],
    ['verify', 'verifying'],
    ['reset', 'resetting'],
  ])('whose cable is pulled at %s fails in words in that slot alone, and its record says so', async (step, phase) => {
    const test = await openTestBench()
    const four = boards(4)
    const [, unlucky] = four
    const line = await test.line(four, await test.recipe())
    if (unlucky)
      unlucky.before = (at) => {
        if (at === step) unlucky.pull()
      }
    const runs = await test.run({ lineId: line.id })
    expect(runs.map(({ state }) => state)).toEqual(['passed', 'failed', 'passed', 'passed'])
    expect(runs[1]).toMatchObject({ errorCode: 'UNPLUGGED', errorData: { phase } })
    expect(runs[1] && benchTexts('en').ended(runs[1]).message).toContain('Connection lost')
    expect(slotOf(test, line.id, 1).lamp).toBe('fail')
    expect(records(test).find(({ slotLabel }) => slotLabel === 'S2')).toMatchObject({
      state: 'failed',
      errorCode: 'UNPLUGGED',
    })
  })

  it.each<BoardStep>(['identify', 'erase', 'write', 'verify', 'reset'])(
    'is stopped in one slot at %s, cleanly, while the others go on; the slot can then be tried again',
    async (step) => {
      const test = await openTestBench()
      const three = boards(3)
      const [held] = three
      const line = await test.line(three, await test.recipe())
      const reached = Promise.withResolvers<void>()
      if (held)
        held.before = (at) => {
          if (at !== step) return undefined
          reached.resolve()
          return new Promise(() => {})
        }
      const [run] = await test.start({ lineId: line.id })
      await reached.promise
      const cancelled = await test.bench.cancel(run?.id ?? 0)
      expect(cancelled).toMatchObject({ state: 'cancelled', errorCode: 'CANCELLED' })
      await test.idle()
      expect(test.bench.line(line.id).slots.map(({ lamp }) => lamp)).toEqual(['cancelled', 'pass', 'pass'])
      if (held) held.before = () => {}
      await test.bench.retry(run?.id ?? 0)
      await test.idle()
      expect(test.bench.run(run?.id ?? 0)).toMatchObject({ state: 'passed', attempt: 2 })
      expect(records(test).filter(({ runId }) => runId === run?.id)).toHaveLength(2)
    },
  )

  it('tries again only where it failed, and tells yield and first-pass yield by unit', async () => {
    const test = await openTestBench()
    const four = boards(4)
    const [, weak] = four
    const line = await test.line(four, await test.recipe(), { operator: '王师傅' })
    if (weak)
      weak.before = (step, count) => {
        if (step === 'write' && count === 1) weak.pull()
      }
    await test.run({ lineId: line.id })
    const retried = await test.bench.retryFailed(line.id)
    expect(retried.map(({ slotLabel }) => slotLabel)).toEqual(['S2'])
    await test.idle()
    const report = await test.bench.report(ReportQuery.parse({ groupBy: 'operator' }))
    expect(report.items).toHaveLength(1)
    expect(report.items[0]).toMatchObject({
      key: '王师傅',
      started: 5,
      passed: 4,
      failed: 1,
      units: 4,
      yield: 1,
      firstPassYield: 0.75,
      reasons: [{ errorCode: 'UNPLUGGED', runs: 1 }],
    })
    expect(report.total.cycleSecondsMedian).toBeGreaterThan(0)
  })
})

describe('the guards, right before the first erase,', () => {
  const refused = async (test: TestBench, lineId: number, more: object = {}) => {
    const [run] = await test.run({ slotIds: [slotOf(test, lineId, 0).id], ...more })
    return run
  }

  it('refuse a unit that was swapped since plug-in', async () => {
    const test = await openTestBench()
    const board = new Board('aa')
    const line = await test.line([undefined], await test.recipe())
    test.simulated.plug(1, 'usb', board.attach)
    await until(
      () => slotOf(test, line.id, 0).lamp,
      (lamp) => lamp === 'identified',
    )
    board.unit = 'bb'
    expect(await refused(test, line.id)).toMatchObject({
      state: 'refused',
      errorCode: 'UNIT_CHANGED',
      message: expect.stringContaining('aa'),
    })
    expect(board.steps).not.toContain('erase')
    expect(slotOf(test, line.id, 0).lamp).toBe('refused')
  })

  it('refuse one identity in two slots, in the second that comes', async () => {
    const test = await openTestBench()
    const pair = [new Board('cc'), new Board('cc')]
    const line = await test.line(pair, await test.recipe())
    const erased = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    for (const board of pair)
      board.before = (step) => {
        if (step !== 'erase') return undefined
        erased.resolve()
        return goOn.promise
      }
    const runs = await test.start({ lineId: line.id })
    await erased.promise
    await until(
      () => runs.map(({ id }) => test.bench.run(id).state),
      (states) => states.includes('refused'),
    )
    goOn.resolve()
    await test.idle()
    const ended = runs.map(({ id }) => test.bench.run(id))
    expect(ended.map(({ state }) => state).sort()).toEqual(['passed', 'refused'])
    expect(ended.find(({ state }) => state === 'refused')).toMatchObject({ errorCode: 'UNIT_TWICE' })
  })

  it('refuse a unit already done with this version, unless it is repeated on purpose or the recipe has changed', async () => {
    const test = await openTestBench()
    const recipe = await test.recipe()
    const line = await test.line([new Board('dd')], recipe)
    expect(await refused(test, line.id)).toMatchObject({ state: 'passed' })
    expect(await refused(test, line.id)).toMatchObject({ state: 'refused', errorCode: 'ALREADY_DONE' })
    expect(await refused(test, line.id, { repeat: true })).toMatchObject({ state: 'passed' })
    await test.bench.recipes.update(recipe.id, { notes: 'again' })
    expect(await refused(test, line.id)).toMatchObject({ state: 'passed', recipeVersion: 2 })
  })

  it.each([
    [{ chip: 'TEST-2' }, 'WRONG_CHIP'],
    [{ minFlashSize: 2 ** 24 }, 'FLASH_TOO_SMALL'],
    [{ unit: '^SN' }, 'UNIT_UNEXPECTED'],
    [{ vendorId: '303a' }, 'USB_UNEXPECTED'],
    [{ serial: true }, 'SERIAL_MISSING'],
  ])('refuse what is not as expected: %j', async (expected, errorCode) => {
    const test = await openTestBench()
    const board = new Board('ee')
    const line = await test.line([board], await test.recipe({ expect: expected }))
    expect(await refused(test, line.id)).toMatchObject({ state: 'refused', errorCode })
    expect(board.steps).toEqual(['identify'])
    const report = await test.bench.report(ReportQuery.parse({}))
    expect(report.total).toMatchObject({ started: 1, refused: 1, units: 0, yield: null })
  })

  it('refuse another barcode than the unit passed with', async () => {
    const test = await openTestBench()
    const line = await test.line([new Board('ff')], await test.recipe())
    const slotId = slotOf(test, line.id, 0).id
    const [first] = await test.run({ slotIds: [slotId], units: [{ slotId, serial: 'SN-1' }] })
    expect(first).toMatchObject({ state: 'passed', serial: 'SN-1', unit: 'ff' })
    const [second] = await test.run({ slotIds: [slotId], units: [{ slotId, serial: 'SN-2' }], repeat: true })
    expect(second).toMatchObject({ state: 'refused', errorCode: 'SERIAL_OTHER' })
  })
})

describe('by itself a slot', () => {
  it('starts when a unit is plugged in, not when it was there before', async () => {
    const test = await openTestBench()
    const line = await test.line([new Board('01'), undefined], await test.recipe({ autoStart: true }))
    const slot = slotOf(test, line.id, 1)
    test.simulated.plug(2, 'usb-2', new Board('02').attach)
    expect(await test.ended(slot.id)).toMatchObject({ state: 'passed', unit: '02' })
    expect(slotOf(test, line.id, 0)).toMatchObject({ lamp: 'present', run: null })
  })

  it('begins anew when its port went away in the middle and is back at once; without that the red lamp stays', async () => {
    const test = await openTestBench()
    const line = await test.line([undefined], await test.recipe({ autoStart: true }))
    const { id } = slotOf(test, line.id, 0)
    const board = new Board('0a')
    board.before = (step, count) => {
      if (step === 'write' && count === 1) test.simulated.plug(1, 'usb-1', board.attach)
    }
    test.simulated.plug(1, 'usb-1', board.attach)
    await until(
      () => slotOf(test, line.id, 0),
      ({ run, lamp }) => run?.state === 'passed' && lamp === 'pass',
    )
    const ends = () => test.bench.records({ limit: 9 }).items.map(({ errorCode }) => errorCode)
    expect(ends()).toEqual([null, 'UNPLUGGED'])

    await test.bench.updateLine(line.id, LinePatch.parse({ autoStart: false }))
    const weak = new Board('0b')
    weak.before = (step) => {
      if (step === 'write') test.simulated.plug(1, 'usb-1', weak.attach)
    }
    test.simulated.plug(1, 'usb-1', weak.attach)
    await test.run({ slotIds: [id] })
    await until(
      () => slotOf(test, line.id, 0),
      ({ lamp, port }) => lamp === 'fail' && port !== null,
    )
    expect(ends()).toEqual(['UNPLUGGED', null, 'UNPLUGGED'])
  })

  it('whose connection breaks off over and over is left red after three runs', async () => {
    const test = await openTestBench()
    const line = await test.line([undefined], await test.recipe({ autoStart: true }))
    const board = new Board('0c')
    board.before = (step) => {
      if (step === 'write') test.simulated.plug(1, 'usb-1', board.attach)
    }
    test.simulated.plug(1, 'usb-1', board.attach)
    const records = () => test.bench.records({ limit: 9 }).items
    await until(records, ({ length }) => length === 3)
    await test.idle()
    expect(slotOf(test, line.id, 0).lamp).toBe('fail')
    expect(test.bench.busy()).toBe(0)
  })

  it('waits for the barcode where the recipe asks for one', async () => {
    const test = await openTestBench()
    const line = await test.line([undefined], await test.recipe({ autoStart: true, expect: { serial: true } }))
    test.simulated.plug(1, 'usb', new Board('03').attach)
    await until(
      () => slotOf(test, line.id, 0).lamp,
      (lamp) => lamp === 'identified',
    )
    const slot = await test.bench.scan(line.id, ScanInput.parse({ serial: 'SN-7' }))
    expect(await test.ended(slot.id)).toMatchObject({ state: 'passed', serial: 'SN-7' })
  })

  it('keeps its lamp when the unit is taken out, and greets the next', async () => {
    const test = await openTestBench()
    const line = await test.line([new Board('04')], await test.recipe())
    await test.run({ lineId: line.id })
    test.simulated.unplug(1)
    expect(slotOf(test, line.id, 0)).toMatchObject({ lamp: 'pass', port: null })
    test.simulated.plug(1, 'another', new Board('05').attach)
    await until(
      () => slotOf(test, line.id, 0),
      ({ lamp, unit }) => lamp === 'identified' && unit?.id === '05',
    )
  })
})

describe('a line is set up', () => {
  it('by plugging one board after the other', async () => {
    const test = await openTestBench()
    const line = await test.line([], await test.recipe({ autoStart: true }))
    test.bench.learn(line.id, true)
    for (const place of [5, 3, 9]) {
      test.simulated.plug(place, `usb-${place}`, new Board(`0${place}`).attach)
      await until(
        () => test.bench.line(line.id).slots,
        (slots) => slots.some(({ path }) => path === `sim:${place}`),
      )
    }
    const learned = test.bench.learn(line.id, false)
    expect(learned.slots.map(({ label, path, lamp }) => [label, path, lamp])).toEqual([
      ['1', 'sim:5', 'present'],
      ['2', 'sim:3', 'present'],
      ['3', 'sim:9', 'present'],
    ])
    expect(learned.learning).toBe(false)
  })

  it('with each place in one slot, and no slot is taken away under a run', async () => {
    const test = await openTestBench()
    const board = new Board('06')
    const line = await test.line([board], await test.recipe())
    await expect(test.line([board], undefined)).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      data: { field: 'path' },
    })
    const reached = Promise.withResolvers<void>()
    board.before = (step) => {
      if (step !== 'write') return undefined
      reached.resolve()
      return new Promise(() => {})
    }
    const [run] = await test.start({ lineId: line.id })
    await reached.promise
    expect(test.bench.run(run?.id ?? 0).log.map(({ words }) => words)).toContain('guards passed')
    await expect(test.bench.updateLine(line.id, LinePatch.parse({ slots: [] }))).rejects.toMatchObject({
      code: 'BENCH_BUSY',
    })
    await expect(test.bench.removeLine(line.id)).rejects.toMatchObject({ code: 'BENCH_BUSY' })
    await expect(test.start({ slotIds: [slotOf(test, line.id, 0).id] })).rejects.toMatchObject({ code: 'SLOT_BUSY' })
    await test.bench.cancel(run?.id ?? 0)
    await test.bench.removeLine(line.id)
    expect(test.bench.run(run?.id ?? 0)).toMatchObject({ lineId: null, lineName: line.name, state: 'cancelled' })
  })

  it('a barcode belongs to one slot', async () => {
    const test = await openTestBench()
    const line = await test.line([new Board('07'), new Board('08')], await test.recipe())
    const scan = (serial: string) => test.bench.scan(line.id, ScanInput.parse({ serial }))
    expect((await scan('A')).label).toBe('S1')
    await expect(scan('A')).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    expect((await scan('B')).label).toBe('S2')
    await expect(scan('C')).rejects.toMatchObject({ code: 'NO_SLOT_WAITS' })
    expect((await test.run({ lineId: line.id })).map(({ serial }) => serial)).toEqual(['A', 'B'])
  })
})

describe('after the flash the console', () => {
  it('is asked, line by line', async () => {
    const test = await openTestBench()
    const board = new Board('09')
    board.boots = 'boot v2\r\nmac 09\r\nready> '
    const checks = [
      { expect: 'v\\d' },
      { expect: '^mac {unit}$' },
      { expect: 'ready>' },
      { send: 'x{unit}\\r\\n', expect: '^x09$' },
    ]
    const line = await test.line([board], await test.recipe({ checks }))
    const [run] = await test.run({ lineId: line.id })
    expect(run).toMatchObject({ state: 'passed' })
  })

  it('that says something else fails the unit with its last words', async () => {
    const test = await openTestBench()
    const board = new Board('0a')
    board.boots = 'panic: no radio\r\n'
    const line = await test.line(
      [board],
      await test.recipe({ checks: [{ name: 'boots', expect: '^ready', timeoutMs: 60 }] }),
    )
    const [run] = await test.run({ lineId: line.id })
    expect(run).toMatchObject({
      state: 'failed',
      errorCode: 'CHECK_TIMEOUT',
      errorData: { name: 'boots', got: 'panic: no radio' },
    })
  })
})

describe('a station that ends', () => {
  it('stops its slots cleanly and records that', async () => {
    const test = await openTestBench()
    const board = new Board('0b')
    const line = await test.line([board, new Board('0c')], await test.recipe())
    const reached = Promise.withResolvers<void>()
    board.before = (step, count) => {
      if (step !== 'write' || count < 3) return undefined
      reached.resolve()
      return new Promise(() => {})
    }
    await test.start({ lineId: line.id })
    await reached.promise
    await test.close()
    const again = await openTestBench(test.directory)
    expect(records(again).find(({ slotLabel }) => slotLabel === 'S1')).toMatchObject({
      state: 'cancelled',
      errorCode: 'STOPPED',
    })
  })
})
