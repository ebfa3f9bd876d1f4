import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { LineInput, LinePatch, type Recipe, RecordFilter, ScanInput } from '#shared/schema.ts'
import { families } from '../../electron/flashing/families/index.ts'
import { FlashError } from '../../electron/flashing/flasher.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { type Stm32TargetOptions, stm32Target } from '../../electron/simulator/targets/stm32.ts'
import type { TargetFactory } from '../../electron/simulator/targets/target.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { until } from '../helpers/until.ts'
import { Adapter } from './adapter.ts'
import { openTestBench, type TestBench } from './test-bench.ts'

const clock = createAwakeClock()

/** A board in its boot loader, at the far end of its line. */
const board = (more: Partial<Stm32TargetOptions> = {}): TargetFactory =>
  stm32Target({ clock, unit: randomBytes(12), ...more })

/** A bench whose adapters stay plugged in: units of STM32 change under them. */
const openHandBench = () => openTestBench(undefined, (target) => families[target])

const recipeOf = (test: TestBench, more: object = {}): Promise<Recipe> =>
  test.recipe({ target: 'stm32', options: { after: 'stay' }, ...more }, Buffer.from(demoStm32Image().subarray(0, 6000)))

/** A line of adapters, all plugged in. */
const lineOf = async (test: TestBench, adapters: readonly Adapter[], recipe: Recipe, more: object = {}) => {
  adapters.forEach((adapter, at) => {
    test.simulated.plug(at + 1, `adapter-${at + 1}`, adapter.attach)
  })
  return test.line(
    adapters.map(() => undefined),
    recipe,
    more,
  )
}

const adapters = (count: number): Adapter[] => Array.from({ length: count }, () => new Adapter())
const lampsOf = (test: TestBench, lineId: number): string[] => test.bench.line(lineId).slots.map(({ lamp }) => lamp)
const recordsOf = ({ bench }: TestBench) => bench.records(RecordFilter.parse({ limit: 200 })).items
const slotOf = ({ bench }: TestBench, lineId: number, at: number) => {
  const slot = bench.line(lineId).slots[at]
  if (!slot) throw new Error('no such slot')
  return slot
}
const waits = (test: TestBench, lineId: number): boolean[] =>
  test.bench.line(lineId).slots.map(({ waitsUntil }) => waitsUntil !== null)

describe('a line whose adapters stay and whose boards change', () => {
  it('flashes who is there now: the next batch by the next key, and a place without a board is empty', async () => {
    const test = await openHandBench()
    const [one, two, three] = adapters(3) as [Adapter, Adapter, Adapter]
    const line = await lineOf(test, [one, two, three], await recipeOf(test))
    one.put(board())
    two.put(board())
    const first = await test.run({ lineId: line.id })
    expect(first.map(({ slotLabel, state }) => [slotLabel, state])).toEqual([
      ['S1', 'passed'],
      ['S2', 'passed'],
    ])
    expect(lampsOf(test, line.id)).toEqual(['pass', 'pass', 'empty'])
    one.put(board())
    two.put()
    three.put(board())
    const second = await test.run({ lineId: line.id })
    expect(second.map(({ slotLabel, state }) => [slotLabel, state])).toEqual([
      ['S1', 'passed'],
      ['S3', 'passed'],
    ])
    expect(lampsOf(test, line.id)).toEqual(['pass', 'empty', 'pass'])
    expect(recordsOf(test)).toHaveLength(4)
    expect(new Set(recordsOf(test).map(({ unit }) => unit)).size).toBe(4)
  })

  it('gives the numbers of a counter in the order of the slots, though a later one answers first', async () => {
    const test = await openHandBench()
    const [one, two] = adapters(2) as [Adapter, Adapter]
    const serials = { from: 'counter', prefix: 'P', width: 4, next: 7 }
    const line = await lineOf(test, [one, two], await recipeOf(test, { serials }))
    const numbered = async () =>
      (await test.run({ lineId: line.id }))
        .map(({ slotLabel, serial }) => [slotLabel, serial])
        .sort(([left], [right]) => String(left).localeCompare(String(right)))
    one.put(board())
    two.put(board())
    expect(await numbered()).toEqual([
      ['S1', 'P0007'],
      ['S2', 'P0008'],
    ])
    // Nobody looks at the line before the next batch: what a screen shows would be kept anyway.
    one.put()
    two.put(board())
    const secondBegan = (): void => {
      test.events.off('run', secondBegan)
      one.put(board())
    }
    test.events.on('run', secondBegan)
    expect(await numbered()).toEqual([
      ['S1', 'P0009'],
      ['S2', 'P0010'],
    ])
  })

  it('says of a done board that it is done, and flashes it again only on purpose', async () => {
    const test = await openHandBench()
    const [one] = adapters(1) as [Adapter]
    const line = await lineOf(test, [one], await recipeOf(test))
    one.put(board())
    expect(await test.run({ lineId: line.id })).toMatchObject([{ state: 'passed' }])
    expect(await test.run({ lineId: line.id })).toMatchObject([{ state: 'refused', errorCode: 'ALREADY_DONE' }])
    expect(await test.run({ lineId: line.id, repeat: true })).toMatchObject([{ state: 'passed' }])
  })

  it('starts nothing when every place is empty, and records nothing', async () => {
    const test = await openHandBench()
    const line = await lineOf(test, adapters(4), await recipeOf(test))
    expect(await test.start({ lineId: line.id })).toEqual([])
    expect(recordsOf(test)).toEqual([])
    expect(test.bench.runs({ limit: 10 }).items).toEqual([])
    const [slot] = test.bench.line(line.id).slots
    expect(slot).toMatchObject({ lamp: 'empty', port: 'sim:1', unit: null, trouble: { code: 'STM32_SILENT' } })
  })

  it('runs and fails in words what was named, though nobody answers', async () => {
    const test = await openHandBench()
    const line = await lineOf(test, adapters(1), await recipeOf(test))
    const [run] = await test.run({ slotIds: [slotOf(test, line.id, 0).id] })
    expect(run).toMatchObject({ state: 'failed', errorCode: 'STM32_SILENT', message: expect.any(String) })
    expect(lampsOf(test, line.id)).toEqual(['fail'])
  })

  it('takes a board for one that is there when its USB serial number is its own', async () => {
    const test = await openHandBench()
    const line = await lineOf(test, adapters(1), await recipeOf(test, { expect: { usbSerialIsUnit: true } }))
    expect(await test.run({ lineId: line.id })).toMatchObject([{ state: 'failed', errorCode: 'STM32_SILENT' }])
  })

  it('tells a place that another program holds from an empty one', async () => {
    const test = await openHandBench()
    const [one, two] = adapters(2) as [Adapter, Adapter]
    const line = await lineOf(test, [one, two], await recipeOf(test))
    test.simulated.plug(1, 'held', () => {
      throw new FlashError('PORT_BUSY', { port: 'sim:1', detail: 'cannot lock port' })
    })
    two.put(board())
    const runs = await test.run({ lineId: line.id })
    expect(runs).toMatchObject([{ state: 'failed', errorCode: 'PORT_BUSY', unit: null }, { state: 'passed' }])
    // The place is at fault, not a unit.
    const { total } = await test.bench.report({ groupBy: 'line', format: 'json' })
    expect(total).toMatchObject({ started: 2, passed: 1, failed: 1, units: 1, yield: 1 })
  })

  it('leaves a place out whose adapter is unplugged while it is asked', async () => {
    const test = await openHandBench()
    const [one, two] = adapters(2) as [Adapter, Adapter]
    const line = await lineOf(test, [one, two], await recipeOf(test))
    two.put(board())
    const asked = Promise.withResolvers<void>()
    one.put(() => ({ receive: () => asked.resolve() }))
    const starting = test.start({ lineId: line.id })
    await asked.promise
    test.simulated.unplug(1)
    expect((await starting).map(({ slotLabel }) => slotLabel)).toEqual(['S2'])
    await test.idle()
    expect(lampsOf(test, line.id)).toEqual(['empty', 'pass'])
    expect(recordsOf(test)).toHaveLength(1)
  })

  it('that two windows start at once starts each unit once, for both', async () => {
    const test = await openHandBench()
    const [one, two] = adapters(2) as [Adapter, Adapter]
    const line = await lineOf(test, [one, two], await recipeOf(test))
    one.put(board())
    two.put(board())
    const [left, right] = await Promise.all([test.start({ lineId: line.id }), test.start({ lineId: line.id })])
    expect(left.map(({ id }) => id)).toEqual(right.map(({ id }) => id))
    expect(left).toHaveLength(2)
    await test.idle()
    expect(recordsOf(test)).toHaveLength(2)
    const other = await recipeOf(test)
    const both = await Promise.allSettled([
      test.start({ lineId: line.id }),
      test.start({ lineId: line.id, recipeId: other.id }),
    ])
    expect(both[1]).toMatchObject({ status: 'rejected', reason: { code: 'LINE_STARTING' } })
    await test.idle()
  })

  it('says which slot is busy when all are', async () => {
    const test = await openHandBench()
    const [one] = adapters(1) as [Adapter]
    const line = await lineOf(test, [one], await recipeOf(test))
    one.put(board({ faults: [{ kind: 'silence', step: 'write' }] }))
    await test.start({ lineId: line.id })
    await expect(test.start({ lineId: line.id })).rejects.toMatchObject({ code: 'SLOT_BUSY', data: { slot: 'S1' } })
  })

  it('gives a named run the slot that is just being asked', async () => {
    const test = await openHandBench()
    const [one] = adapters(1) as [Adapter]
    const line = await lineOf(test, [one], await recipeOf(test))
    const asked = Promise.withResolvers<void>()
    one.put(() => ({ receive: () => asked.resolve() }))
    const starting = test.start({ lineId: line.id })
    await asked.promise
    one.put(board())
    const [run] = await test.start({ slotIds: [slotOf(test, line.id, 0).id] })
    expect(await starting).toEqual([])
    await test.idle()
    expect(test.bench.run(run?.id ?? 0)).toMatchObject({ state: 'passed' })
    expect(recordsOf(test)).toHaveLength(1)
  })

  it('does not take a board that was moved to another slot for two', async () => {
    const test = await openHandBench()
    const [one, two] = adapters(2) as [Adapter, Adapter]
    const line = await lineOf(test, [one, two], await recipeOf(test, { expect: { serial: true } }))
    const moved = board()
    one.put(moved)
    // Its slot was identified, and nothing has told since that the board was taken out.
    await test.bench.clear(slotOf(test, line.id, 0).id)
    await until(
      () => lampsOf(test, line.id)[0],
      (lamp) => lamp === 'identified',
    )
    one.put()
    two.put(moved)
    const slotId = slotOf(test, line.id, 1).id
    const [run] = await test.run({ slotIds: [slotId], units: [{ slotId, serial: 'SN-1' }] })
    expect(run).toMatchObject({ state: 'passed' })
    expect(lampsOf(test, line.id)).toEqual(['empty', 'pass'])
  })

  it('flashes a unit that failed since it passed, without asking for a repeat', async () => {
    const test = await openHandBench()
    const [one] = adapters(1) as [Adapter]
    const line = await lineOf(test, [one], await recipeOf(test))
    const unit = randomBytes(12)
    one.put(board({ unit }))
    await test.run({ lineId: line.id })
    one.put(board({ unit, faults: [{ kind: 'nack', step: 'erase' }] }))
    expect(await test.run({ lineId: line.id, repeat: true })).toMatchObject([{ state: 'failed' }])
    one.put(board({ unit }))
    expect(await test.run({ lineId: line.id })).toMatchObject([{ state: 'passed' }])
  })
})

describe('a line that waits for contact', () => {
  it('starts a unit that makes contact later, and the call has answered before', async () => {
    const test = await openHandBench()
    const [one, two] = adapters(2) as [Adapter, Adapter]
    const line = await lineOf(test, [one, two], await recipeOf(test), { waitForContact: 600, operator: 'Li' })
    one.put(board())
    expect(await test.start({ lineId: line.id })).toHaveLength(1)
    expect(waits(test, line.id)).toEqual([false, true])
    two.put(board())
    const run = await test.ended(slotOf(test, line.id, 1).id)
    expect(run).toMatchObject({ state: 'passed', operator: 'Li', attempt: 1 })
    expect(waits(test, line.id)).toEqual([false, false])
  })

  it('ends its wait by itself, and leaves nothing behind', async () => {
    const test = await openHandBench()
    const line = await lineOf(test, adapters(1), await recipeOf(test), { waitForContact: 1 })
    expect(await test.start({ lineId: line.id })).toEqual([])
    await until(
      () => waits(test, line.id),
      ([first]) => first === false,
    )
    expect(lampsOf(test, line.id)).toEqual(['empty'])
    expect(recordsOf(test)).toEqual([])
  })

  it.each([
    ['the slot is cleared', (test: TestBench, id: number) => test.bench.clear(slotOf(test, id, 0).id)],
    [
      'its settings change',
      (test: TestBench, id: number) => test.bench.updateLine(id, LinePatch.parse({ waitForContact: 0 })),
    ],
  ])('stops waiting when %s: the port is free for what is started then', async (_, stop) => {
    const test = await openHandBench()
    const [one] = adapters(1) as [Adapter]
    const line = await lineOf(test, [one], await recipeOf(test), { waitForContact: 600 })
    await test.start({ lineId: line.id })
    await stop(test, line.id)
    expect(waits(test, line.id)).toEqual([false])
    one.put(board())
    expect(await test.run({ lineId: line.id })).toMatchObject([{ state: 'passed' }])
    expect(recordsOf(test)).toHaveLength(1)
  })

  it('can be deleted while it waits, and its place is free for another line', async () => {
    const test = await openHandBench()
    const [one] = adapters(1) as [Adapter]
    const recipe = await recipeOf(test)
    const line = await lineOf(test, [one], recipe, { waitForContact: 600 })
    await test.start({ lineId: line.id })
    await test.bench.removeLine(line.id)
    const next = await lineOf(test, [one], recipe)
    one.put(board())
    expect(await test.run({ lineId: next.id })).toMatchObject([{ state: 'passed' }])
  })

  it('leaves nothing behind when the station ends meanwhile', async () => {
    const test = await openHandBench()
    const line = await lineOf(test, adapters(1), await recipeOf(test), { waitForContact: 600 })
    await test.start({ lineId: line.id })
    await test.close()
    const again = await openTestBench(test.directory, (target) => families[target])
    expect(recordsOf(again)).toEqual([])
    expect(again.bench.runs({ limit: 10 }).items).toEqual([])
    expect(again.bench.line(line.id)).toMatchObject({ waitForContact: 600, slots: [{ waitsUntil: null }] })
  })

  it('waits on through an adapter that is unplugged and plugged in again', async () => {
    const test = await openHandBench()
    const [one] = adapters(1) as [Adapter]
    const line = await lineOf(test, [one], await recipeOf(test), { waitForContact: 600 })
    await test.start({ lineId: line.id })
    test.simulated.unplug(1)
    expect(waits(test, line.id)).toEqual([true])
    one.put(board())
    test.simulated.plug(1, 'adapter-1', one.attach)
    expect(await test.ended(slotOf(test, line.id, 0).id)).toMatchObject({ state: 'passed' })
  })

  it('gives way to a run that is started otherwise', async () => {
    const test = await openHandBench()
    const [one] = adapters(1) as [Adapter]
    const line = await lineOf(test, [one], await recipeOf(test), { waitForContact: 600 })
    await test.start({ lineId: line.id })
    const [run] = await test.run({ slotIds: [slotOf(test, line.id, 0).id] })
    expect(run).toMatchObject({ state: 'failed', errorCode: 'STM32_SILENT' })
    expect(waits(test, line.id)).toEqual([false])
    expect(recordsOf(test)).toHaveLength(1)
  })

  it('and starts by itself goes on board after board, tells a done one once, and rests while one stays', async () => {
    const test = await openHandBench()
    const [one] = adapters(1) as [Adapter]
    const recipe = await recipeOf(test, { autoStart: true })
    const line = await lineOf(test, [one], recipe, { waitForContact: 600 })
    const ends = () => recordsOf(test).map(({ state }) => state)
    const count = (length: number) => until(ends, (states) => states.length === length)
    await test.start({ lineId: line.id })
    const first = randomBytes(12)
    one.put(board({ unit: first }))
    expect(await count(1)).toEqual(['passed'])
    await until(
      () => waits(test, line.id),
      ([waiting]) => waiting === true,
    )
    one.put(board())
    expect(await count(2)).toEqual(['passed', 'passed'])
    // The lamp of the board that is still there stays green while the slot waits for the next one.
    await until(
      () => slotOf(test, line.id, 0),
      ({ lamp, waitsUntil }) => lamp === 'pass' && waitsUntil !== null,
    )
    one.put(board({ unit: first }))
    expect(await count(3)).toEqual(['refused', 'passed', 'passed'])
    expect(recordsOf(test)[0]).toMatchObject({ errorCode: 'ALREADY_DONE' })
    await until(
      () => lampsOf(test, line.id),
      ([lamp]) => lamp === 'refused',
    )
  })

  it('does not go on after a person stopped a run', async () => {
    const test = await openHandBench()
    const [one] = adapters(1) as [Adapter]
    const recipe = await recipeOf(test, { autoStart: true })
    const line = await lineOf(test, [one], recipe, { waitForContact: 600 })
    one.put(board({ faults: [{ kind: 'silence', step: 'write' }] }))
    const [run] = await test.start({ lineId: line.id })
    await test.bench.cancel(run?.id ?? 0)
    expect(waits(test, line.id)).toEqual([false])
  })

  it('waits for the barcode where the recipe asks for one', async () => {
    const test = await openHandBench()
    const [one] = adapters(1) as [Adapter]
    const recipe = await recipeOf(test, { autoStart: true, expect: { serial: true } })
    const line = await lineOf(test, [one], recipe, { waitForContact: 600 })
    await test.bench.scan(line.id, ScanInput.parse({ serial: 'SN-9' }))
    await until(
      () => waits(test, line.id),
      ([waiting]) => waiting === true,
    )
    one.put(board())
    expect(await test.ended(slotOf(test, line.id, 0).id)).toMatchObject({ state: 'passed', serial: 'SN-9' })
  })
})

it('a line of simulated units is removed whatever its slots are just beginning', async () => {
  const test = await openHandBench()
  const [one] = adapters(1) as [Adapter]
  const recipe = await recipeOf(test, { autoStart: true })
  test.simulated.plug(1, 'usb', one.attach)
  one.put(board())
  const input = { name: 'Demo', recipeId: recipe.id, slots: [{ label: 'S1', path: 'sim:1' }] }
  const named = await test.bench.createLine(LineInput.parse(input), true)
  // The run is being stored while its line is removed.
  const storing = test.start({ slotIds: [slotOf(test, named.id, 0).id] }).catch(() => [])
  await test.bench.removeSimulated(named.id)
  expect(await storing).toHaveLength(1)
  const asked = await test.bench.createLine(LineInput.parse(input), true)
  const asking = test.start({ lineId: asked.id })
  await test.bench.removeSimulated(asked.id)
  expect(await asking).toEqual([])
  const plugged = await test.bench.createLine(LineInput.parse(input), true)
  test.simulated.plug(1, 'usb', one.attach)
  await until(
    () => lampsOf(test, plugged.id)[0],
    (lamp) => lamp !== 'present',
  )
  await test.bench.removeSimulated(plugged.id)
  expect(test.bench.lines()).toEqual([])
  expect(recordsOf(test)).toEqual([])
  expect(test.bench.busy()).toBe(0)
})
