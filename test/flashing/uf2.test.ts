import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createDriveOpener } from '../../electron/flashing/drives/drive-link.ts'
import { families } from '../../electron/flashing/families/index.ts'
import { createPorts } from '../../electron/flashing/ports/ports.ts'
import type { Fault } from '../../electron/simulator/targets/faults.ts'
import { Uf2Board, type Uf2ChipName, type Uf2Step } from '../../electron/simulator/targets/uf2-board.ts'
import { makeUf2 } from '../../electron/simulator/targets/uf2-file.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { until } from '../helpers/until.ts'
import { openTestBench, type TestBench } from './test-bench.ts'
import { driveRoot } from './uf2-drive.ts'

const clock = createAwakeClock()
const content = Buffer.from(Array.from({ length: 90_000 }, (_, at) => (at * 7) >> 3))
const rp2040 = makeUf2(content, { family: 0xe48b_ff56, address: 0x1000_0000 })

const plugIn = (folder: string, chip: Uf2ChipName, faults: readonly Fault<Uf2Step>[] = []): Uf2Board => {
  const board = new Uf2Board({ folder, chip, faults })
  board.enter()
  board.watch(clock)
  onTestFinished(() => board.dispose())
  return board
}

/** A bench whose slots are folders by hand, and a recipe for them. */
const bench = async (folders: readonly string[], options: object = {}, file = rp2040, more: object = {}) => {
  const ports = createPorts({ clock, list: async () => [], intervalMs: 50 })
  const test = await openTestBench(
    undefined,
    (target) => families[target],
    { drive: createDriveOpener() },
    clock,
    ports,
  )
  const { id } = await test.upload('app.uf2', file)
  const recipe = await test.recipe({ target: 'uf2', options, images: [{ file: id }], ...more })
  const line = await test.line([], recipe, {
    slots: folders.map((path, at) => ({ label: `S${at + 1}`, path })),
  })
  return { test, recipe, line }
}

const whenThere = (test: TestBench, lineId: number, count: number) =>
  until(
    () => test.bench.line(lineId).slots.filter(({ port }) => port !== null).length,
    (there) => there === count,
  )

it('a board whose drive is a folder passes when it took all blocks and left; its unit is the barcode', async () => {
  const folder = join(driveRoot(), 'RPI-RP2')
  const { test, line, recipe } = await bench([folder], { family: 'rp2040', boardId: '^Board-ID: RPI-RP2$' })
  const board = plugIn(folder, 'RP2040')
  await whenThere(test, line.id, 1)
  expect(test.bench.ports().items).toMatchObject([{ kind: 'drive', path: folder }])
  expect(await test.bench.check({ recipeId: recipe.id })).toMatchObject({
    ok: true,
    problems: [],
    warnings: [],
    images: [{ name: 'app.uf2', kind: 'firmware', chip: 'RP2040', address: 0x1000_0000 }],
  })
  const slotId = line.slots[0]?.id ?? 0
  const [run] = await test.run({ slotIds: [slotId], units: [{ slotId, serial: 'PCB-7' }] })
  expect(run).toMatchObject({ state: 'passed', unit: 'PCB-7', chip: 'RP2040' })
  expect(board.starts).toBe(1)
  expect(
    Buffer.concat([...board.memory.values()])
      .subarray(0, content.length)
      .equals(content),
  ).toBe(true)
  await whenThere(test, line.id, 0)
  expect(test.bench.line(line.id).slots[0]?.lamp).toBe('pass')
})

it.each<[string, Uf2ChipName, object, Fault<Uf2Step>[], object]>([
  ['an RP2040 file on an RP2350', 'RP2350', {}, [], { state: 'refused', errorCode: 'UF2_WRONG_CHIP' }],
  ['another board', 'nRF52840', { boardId: 'RPI' }, [], { state: 'refused', errorCode: 'UF2_OTHER_BOARD' }],
  [
    'a board that ignores blocks',
    'RP2040',
    { vanishSeconds: 1 },
    [{ kind: 'silence', step: 'write', after: 9 }],
    { state: 'failed', errorCode: 'UF2_STILL_THERE' },
  ],
  [
    'a board that does not start',
    'RP2040',
    { vanishSeconds: 1 },
    [{ kind: 'nack', step: 'end' }],
    { state: 'failed', errorCode: 'UF2_STILL_THERE' },
  ],
])('%s ends in words', async (_, chip, options, faults, end) => {
  const folder = join(driveRoot(), 'DRIVE')
  const { test, line } = await bench([folder], options)
  const board = plugIn(folder, chip, faults)
  await whenThere(test, line.id, 1)
  const [run] = await test.run({ lineId: line.id })
  expect(run).toMatchObject(end)
  expect(board.starts).toBe(0)
  // What was refused has nothing on its drive.
  if (run?.state === 'refused') expect(readdirSync(folder).sort()).toEqual(['INDEX.HTM', 'INFO_UF2.TXT'])
})

it('a cancel closes the file and says that half an image stays', async () => {
  const folder = join(driveRoot(), 'DRIVE')
  const { test, line } = await bench(
    [folder],
    {},
    makeUf2(Buffer.alloc(8_000_000, 3), { family: 0xe48b_ff56, address: 0 }),
  )
  plugIn(folder, 'RP2040', [{ kind: 'silence', step: 'write' }])
  await whenThere(test, line.id, 1)
  const [run] = await test.start({ lineId: line.id })
  await until(
    () => test.bench.run(run?.id ?? 0).phase,
    (phase) => phase === 'writing',
  )
  await test.bench.cancel(run?.id ?? 0)
  const cancelled = test.bench.run(run?.id ?? 0)
  expect(cancelled.state).toBe('cancelled')
  expect(cancelled.log.map(({ words }) => words)).toContainEqual(expect.stringContaining('half an image'))
})

it('sixteen boards at once each get their own file, and one that is pulled fails alone', async () => {
  const root = driveRoot()
  const folders = Array.from({ length: 16 }, (_, at) => join(root, `D${at}`))
  const { test, line } = await bench(folders)
  const boards = folders.map((folder, at) =>
    plugIn(folder, 'RP2040', at === 3 ? [{ kind: 'nack', step: 'write', after: 5, times: 1 }] : []),
  )
  await whenThere(test, line.id, 16)
  boards[7]?.leave()
  await whenThere(test, line.id, 15)
  const recipe = test.bench.line(line.id).recipeId ?? 0
  await test.bench.recipes.update(recipe, { options: { vanishSeconds: 5 } })
  const runs = await test.run({ lineId: line.id })
  expect(runs).toHaveLength(15)
  expect(runs.filter(({ state }) => state === 'passed')).toHaveLength(14)
  expect(runs.find(({ slotLabel }) => slotLabel === 'S4')).toMatchObject({ errorCode: 'UF2_STILL_THERE' })
  expect(boards.map(({ starts }) => starts)).toEqual(boards.map((_, at) => (at === 3 || at === 7 ? 0 : 1)))
})

it('a drive named in the recipe is used whatever the slot is', async () => {
  const root = driveRoot()
  const { test, line } = await bench([join(root, 'SLOT')], { drive: join(root, 'NAMED') })
  plugIn(join(root, 'SLOT'), 'nRF52840')
  const board = plugIn(join(root, 'NAMED'), 'RP2040')
  await whenThere(test, line.id, 1)
  expect(await test.run({ lineId: line.id })).toMatchObject([{ state: 'passed' }])
  expect(board.starts).toBe(1)
})
