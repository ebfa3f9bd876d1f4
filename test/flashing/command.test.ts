import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Programmer, RecipeInput } from '#shared/schema.ts'
import { families } from '../../electron/flashing/families/index.ts'
import type { TargetFactory } from '../../electron/simulator/targets/target.ts'
import { until } from '../helpers/until.ts'
import { Board } from './board.ts'
import { openTestBench, type TestBench } from './test-bench.ts'

const script = join(import.meta.dirname, 'simulated-programmer.mjs')

const scratch = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'command-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The simulated programmer as an engineer names it. */
const programmer = (unit: string, more: Partial<Programmer> = {}, faults: readonly object[] = []): Programmer => ({
  name: 'sim',
  program: process.execPath,
  args: [script, '--unit', unit, '--faults', JSON.stringify(faults), '{image0}', '{address0}'],
  ...more,
})

/** A bench with a line of one slot and a recipe by a programmer. */
const bench = async (own: Programmer, options: object = {}, recipe: object = {}) => {
  const test = await openTestBench(undefined, (target) => families[target])
  await test.platform.settings.update({ programmers: [own] })
  const made = await test.recipe({
    target: 'command',
    options: { programmer: own.name, ...options },
    ...recipe,
  })
  await test.bench.recipes.update(made.id, {
    images: [{ file: made.images[0]?.sha256 ?? '', address: 0x800_0000 }],
  })
  const line = await test.line([new Board()], made)
  return { test, recipe: made, line }
}

const logOf = (test: TestBench, id: number): string[] => test.bench.run(id).log.map(({ words }) => words)

/** Whether a process runs; one that has ended and waits for its parent does not. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Whether the folder of the unit's last run is left. */
const isFolderLeft = (unit: string): boolean => existsSync(readFileSync(join(unit, '.cwd'), 'utf8'))

describe('a recipe by an external program', () => {
  it('runs it in a folder of its own, follows its bar, and leaves a record and nothing else', async () => {
    const unit = scratch()
    const { test, line, recipe } = await bench(
      programmer(unit, { success: '^Verified OK', unit: '^Device ID: (\\S+)' }),
    )
    expect(await test.bench.check({ recipeId: recipe.id })).toMatchObject({ ok: true, problems: [] })
    const [run] = await test.run({ lineId: line.id })
    expect(run).toMatchObject({ state: 'passed', unit: 'sim0001' })
    expect(readFileSync(join(unit, 'memory-0x8000000')).equals(Buffer.alloc(2000, 5))).toBe(true)
    const words = logOf(test, run?.id ?? 0)
    expect(words).toContain('Writing 2000 bytes to 0x8000000')
    expect(words.filter((line) => /\[=|\[3/.test(line))).toEqual([])
    expect(test.bench.records({ limit: 5 }).items).toMatchObject([{ state: 'passed', unit: 'sim0001' }])
    expect(isFolderLeft(unit)).toBe(false)
  })

  it.each([
    ['nack', 'connect', {}, { errorCode: 'COMMAND_FAILED', message: /exit code 1: Error: cannot connect: target/ }],
    ['quiet', 'verify', { success: '^Verified OK' }, { errorCode: 'COMMAND_NO_SUCCESS', message: /verify failed/ }],
    ['quiet', 'verify', { failure: '^Error:' }, { errorCode: 'COMMAND_REPORTED', message: /Error: verify failed/ }],
    ['late', 'reset', {}, { errorCode: 'COMMAND_FAILED', message: /exit code 74: reset: device left the bus/ }],
  ])('%s at %s fails with what the program said', async (kind, step, more, { errorCode, message }) => {
    const unit = scratch()
    const { test, line } = await bench(programmer(unit, more, [{ kind, step }]))
    const [run] = await test.run({ lineId: line.id })
    expect(run).toMatchObject({ state: 'failed', errorCode, message: expect.stringMatching(message) })
    expect(isFolderLeft(unit)).toBe(false)
  })

  it('takes a success line for more than the exit code', async () => {
    const faults = [{ kind: 'late', step: 'reset' }]
    const { test, line } = await bench(programmer(scratch(), { success: '^Verified OK' }, faults))
    const [run] = await test.run({ lineId: line.id })
    expect(run?.state).toBe('passed')
    expect(logOf(test, run?.id ?? 0)).toContain('The program ended with exit code 74; its success line counts.')
  })

  it('ends a program that does not end, and says so', async () => {
    const { test, line } = await bench(programmer(scratch(), {}, [{ kind: 'silence', step: 'write' }]), {
      timeoutSeconds: 1,
    })
    const [run] = await test.run({ lineId: line.id })
    expect(run).toMatchObject({ state: 'failed', errorCode: 'COMMAND_TIMEOUT' })
  })

  it('a cancel ends the whole tree, also what ignores SIGTERM, and the slot is free', async () => {
    const unit = scratch()
    const faults = [
      { kind: 'child', step: 'connect' },
      { kind: 'hidden', step: 'connect' },
      { kind: 'stubborn', step: 'write' },
    ]
    const { test, line } = await bench(programmer(unit, {}, faults))
    const [started] = await test.start({ lineId: line.id })
    await until(() => existsSync(join(unit, '.silent')), Boolean)
    const pids = readFileSync(join(unit, '.children'), 'utf8').trim().split('\n').map(Number)
    expect(pids.map(isAlive)).toEqual([true, true])
    await test.bench.cancel(started?.id ?? 0)
    expect(test.bench.run(started?.id ?? 0)).toMatchObject({ state: 'cancelled' })
    expect(isFolderLeft(unit)).toBe(false)
    await until(
      () => pids.filter(isAlive),
      (left) => left.length === 0,
    )
  })

  it('a child that stays holds up nothing and is ended', async () => {
    const unit = scratch()
    const faults = [{ kind: 'child', step: 'reset' }]
    const { test, line } = await bench(programmer(unit, {}, faults))
    const [run] = await test.run({ lineId: line.id })
    expect(run?.state).toBe('passed')
    const pids = readFileSync(join(unit, '.children'), 'utf8').trim().split('\n').map(Number)
    await until(
      () => pids.filter(isAlive),
      (left) => left.length === 0,
    )
  })

  it('a flood of output keeps neither the station nor the log busy', async () => {
    const { test, line } = await bench(programmer(scratch(), {}, [{ kind: 'flood', step: 'write' }]), {
      timeoutSeconds: 2,
    })
    const [run] = await test.run({ lineId: line.id })
    expect(run).toMatchObject({ state: 'failed', errorCode: 'COMMAND_TIMEOUT' })
    const words = logOf(test, run?.id ?? 0)
    expect(words.length).toBeLessThan(600)
    expect(words.some((line) => /lines are left out/.test(line))).toBe(true)
  })
})

describe('what is missing', () => {
  it('an unknown programmer and unknown values are refused when the recipe is saved', async () => {
    const { test, recipe } = await bench(programmer(scratch(), { values: ['chip'] }), { values: { chip: 'stm32f4x' } })
    const { id: file } = await test.upload('a.bin', Buffer.from('a'))
    const input = (options: object) =>
      test.bench.recipes.create(
        RecipeInput.parse({ name: `R ${Math.random()}`, target: 'command', options, images: [{ file }] }),
      )
    for (const [options, field] of [
      [{}, 'options.programmer'],
      [{ programmer: 'other' }, 'options.programmer'],
      [{ programmer: 'sim', values: { probe: '1' } }, 'options.values.probe'],
      [{ programmer: 'sim', program: '/bin/sh' }, 'options'],
      [{ programmer: 'sim', args: ['-c', 'x'] }, 'options'],
    ] as const)
      await expect(input(options)).rejects.toMatchObject({ code: 'INVALID_FIELD', data: { field } })
    await expect(test.bench.recipes.update(recipe.id, { options: { programmer: 'other' } })).rejects.toMatchObject({
      code: 'INVALID_FIELD',
    })
  })

  it('an imported recipe whose programmer is not here opens, says so, is not ok in the dry check, and is refused', async () => {
    const there = await bench(programmer(scratch()))
    const exported = there.test.bench.recipes.export(there.recipe.id)
    const pieces: Buffer[] = []
    for await (const piece of exported.pieces) pieces.push(piece)
    expect(Buffer.concat(pieces).includes(script)).toBe(false)
    const here = await openTestBench(undefined, (target) => families[target])
    const upload = await here.platform.uploads.receive(exported.fileName, Readable.from(pieces), undefined, 'recipe')
    const recipe = await here.bench.recipes.import(upload.id, null)
    expect(recipe).toMatchObject({ options: { programmer: 'sim' }, missing: ['sim'] })
    expect(await here.bench.check({ recipeId: recipe.id })).toMatchObject({
      ok: false,
      problems: [{ code: 'COMMAND_UNKNOWN', data: { programmer: 'sim' } }],
    })
    const line = await here.line([new Board()], recipe)
    const [run] = await here.run({ lineId: line.id })
    expect(run).toMatchObject({
      state: 'refused',
      errorCode: 'COMMAND_UNKNOWN',
      message: expect.stringContaining('"sim" is not set up'),
    })
    // It is renamed all the same, and good once the programmer is there.
    expect(await here.bench.recipes.update(recipe.id, { name: 'Renamed' })).toMatchObject({ name: 'Renamed' })
    await here.platform.settings.update({ programmers: [programmer(scratch())] })
    expect(here.bench.recipes.get(recipe.id).missing).toEqual([])
  })

  it.each([
    ['program', { program: '/nowhere/openocd' }, 'COMMAND_NOT_FOUND'],
    ['program', { program: script.replace('simulated-programmer.mjs', 'board.ts') }, 'COMMAND_NOT_EXECUTABLE'],
    ['second image', { args: ['{image1}'] }, 'COMMAND_IMAGE_MISSING'],
    ['value', { args: ['{chip}'], values: ['chip'] }, 'COMMAND_VALUE_MISSING'],
  ])('a missing %s is found by the dry check and refuses the run before the program starts', async (_, more, code) => {
    const { test, recipe, line } = await bench(programmer(scratch(), more))
    expect(await test.bench.check({ recipeId: recipe.id })).toMatchObject({ ok: false, problems: [{ code }] })
    const [run] = await test.run({ lineId: line.id })
    expect(run).toMatchObject({ state: 'refused', errorCode: code })
  })
})

it('hands the program the unit, its place, and none of the station’s own variables', async () => {
  const unit = scratch()
  const told = join(unit, 'told')
  const tell = join(unit, 'tell.mjs')
  writeFileSync(
    tell,
    `import { writeFileSync } from 'node:fs'
     writeFileSync(${JSON.stringify(told)}, JSON.stringify({ args: process.argv.slice(2), env: process.env, cwd: process.cwd() }))
     process.stdin.on('end', () => console.log('stdin is closed')).resume()`,
  )
  process.env.OTA_BENCH_TOKEN = 'secret'
  onTestFinished(() => void delete process.env.OTA_BENCH_TOKEN)
  const own = programmer(unit, {
    args: [tell, '{port}', '{slot}', '{serial}', '{unit}', '{usbserial}', 'chip={chip}', '$(id) ; "{image0}"'],
    values: ['chip'],
    success: 'stdin is closed',
  })
  const { test, line } = await bench(own, { values: { chip: 'f4' } }, { expect: { serial: true } })
  const [slot] = line.slots
  const [run] = await test.run({ lineId: line.id, units: [{ slotId: slot?.id ?? 0, serial: 'SN7' }] })
  expect(run).toMatchObject({ state: 'passed', unit: 'SN7' })
  const { args, env, cwd } = JSON.parse(readFileSync(told, 'utf8'))
  expect(args).toEqual(['sim:1', 'S1', 'SN7', 'SN7', 'usb-1', 'chip=f4', '$(id) ; "image0.bin"'])
  expect(Object.keys(env).filter((name) => /^(OTA_BENCH|ELECTRON|npm)_/.test(name))).toEqual([])
  expect(existsSync(cwd)).toBe(false)
})

it('waits for a board that the program has reset before it reads its console', async () => {
  const { test, line } = await bench(programmer(scratch()), {}, { checks: [{ expect: '^ready', timeoutMs: 20_000 }] })
  const [slot] = line.slots
  let isAway = false
  const board: TargetFactory = (far) => {
    far.send(Buffer.from('ready\r\n'))
    return { receive: () => undefined }
  }
  test.events.on('run', (id) => {
    const { phase } = test.bench.run(id)
    if (phase === 'writing' && !isAway) {
      isAway = true
      test.simulated.unplug(1)
    }
    if (phase === 'checking' && isAway) {
      isAway = false
      test.simulated.plug(1, 'usb-1', board)
    }
  })
  const [run] = await test.run({ slotIds: [slot?.id ?? 0] })
  expect(run?.state, JSON.stringify(run)).toBe('passed')
  expect(isAway).toBe(false)
})

it('sixteen slots at once each have a program, a folder and a bar of their own', async () => {
  const units = Array.from({ length: 16 }, scratch)
  const { test, recipe } = await bench(
    programmer('unused', { args: [script, '--unit', '{slot}', '{image0}', '{address0}'] }),
    {},
    { expect: { serial: true } },
  )
  units.forEach((_, at) => {
    test.simulated.plug(at + 2, `probe-${at}`, () => ({ receive: () => undefined }))
  })
  const { id, slots } = await test.bench.createLine({
    name: 'Sixteen',
    slots: units.map((unit, at) => ({ label: unit.slice(-64), path: `sim:${at + 2}` })),
    recipeId: recipe.id,
  })
  const runs = await test.run({
    lineId: id,
    units: slots.map((slot, at) => ({ slotId: slot.id, serial: `SN${at}` })),
  })
  expect(runs.map(({ state }) => state)).toEqual(units.map(() => 'passed'))
  expect(units.map((unit) => existsSync(join(unit, 'memory-0x8000000')))).toEqual(units.map(() => true))
})

describe('a unit that tells its id only while it is written', () => {
  /** A unit in the slot, and its barcode. */
  const flasher = async () => {
    const folder = scratch()
    const own = (id: string): Programmer => {
      const { args, ...same } = programmer(folder, { unit: '^Device ID: (\\S+)' })
      return { ...same, args: [args[0] ?? '', '--serial', id, ...args.slice(1)] }
    }
    const { test, line } = await bench(own('AA'))
    const slotId = line.slots[0]?.id ?? 0
    const flash = async (id: string, serial: string) => {
      await test.platform.settings.update({ programmers: [own(id)] })
      const [run] = await test.run({ slotIds: [slotId], units: [{ slotId, serial }] })
      return run
    }
    return { test, flash }
  }
  const labels = ({ bench: { units } }: TestBench, unit: string) => units.get(unit).labels.map(({ serial }) => serial)

  it('gets its number when it is written; another unit with that number fails in its own words', async () => {
    const { test, flash } = await flasher()
    expect(await flash('AA', 'SN-1')).toMatchObject({ state: 'passed', unit: 'aa', serial: 'SN-1' })
    expect(labels(test, 'aa')).toEqual(['SN-1'])
    const taken = await flash('BB', 'SN-1')
    expect(taken).toMatchObject({
      state: 'failed',
      unit: 'bb',
      errorCode: 'WRITTEN_SERIAL_TAKEN',
      errorData: { serial: 'SN-1', written: 'bb', unit: 'aa' },
      message: expect.stringContaining('was written, but SN SN-1 belongs to another unit (aa'),
    })
    expect(logOf(test, taken?.id ?? 0).join('\n')).toContain('was written, but')
    expect(labels(test, 'bb')).toEqual([])
    expect(await flash('BB', 'SN-2')).toMatchObject({ state: 'passed', unit: 'bb' })
    expect(labels(test, 'bb')).toEqual(['SN-2'])
  })

  it('that has another number already fails in its own words', async () => {
    const { test, flash } = await flasher()
    await flash('AA', 'SN-1')
    expect(await flash('AA', 'SN-2')).toMatchObject({
      state: 'failed',
      errorCode: 'WRITTEN_SERIAL_OTHER',
      errorData: { unit: 'aa', known: 'SN-1', found: 'SN-2' },
    })
    expect(labels(test, 'aa')).toEqual(['SN-1'])
  })
})
