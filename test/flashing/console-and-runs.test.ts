import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { ConsoleInput, ConsoleRead } from '#shared/schema.ts'
import { isOpenRun } from '#shared/states/run.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { stm32Target } from '../../electron/simulator/targets/stm32.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openPtyPair } from '../helpers/pty.ts'
import { startTestStation } from '../helpers/station.ts'
import { targetOnPty } from '../helpers/target-on-pty.ts'
import { until } from '../helpers/until.ts'
import { Board } from './board.ts'
import { openTestBench, type TestBench } from './test-bench.ts'

const clock = createAwakeClock()

const openAt = ({ bench }: TestBench, slotId: number) => bench.consoles.open(ConsoleInput.parse({ slotId }))

/** The console as a story: its notes, and what it received or sent. */
const storyOf = async ({ bench }: TestBench, id: number): Promise<string[]> => {
  const { entries } = await bench.consoles.read(ConsoleRead.parse({ id }))
  return entries.map(({ kind, note, slot, base64 }) =>
    kind === 'note' ? `${note}${slot === null ? '' : ` ${slot}`}` : `${kind}: ${Buffer.from(base64, 'base64')}`,
  )
}

const isOpen = ({ bench }: TestBench, id: number) =>
  until(
    () => bench.consoles.get(id),
    ({ state }) => state === 'open',
  )

it('a run takes the port of an open console, which another program could not, and gives it back', async () => {
  await using pair = await openPtyPair()
  await using _board = await targetOnPty(pair.far, stm32Target({ clock, unit: randomBytes(12) }))
  const station = await startTestStation()
  const { client } = station
  const product = await client.products.create({ name: 'Board', protocol: 'sagoo' })
  const pack = await station.addPackage({
    productId: product.id,
    name: 'fw',
    version: '1.0.0',
    bytes: demoStm32Image().subarray(0, 3000),
  })
  const recipe = await client.bench.createRecipe({
    name: 'By wire',
    target: 'stm32',
    options: { after: 'stay' },
    images: [{ packageId: pack.id }],
  })
  const line = await client.bench.createLine({
    name: 'Ptys',
    recipeId: recipe.id,
    slots: [{ label: '3', path: pair.near }],
  })
  const { slots } = await until(
    () => client.bench.getLine({ id: line.id }),
    (now) => now.slots.every(({ port }) => port !== null),
  )
  const { id } = await client.bench.openConsole({ slotId: slots[0]?.id })
  await until(
    () => client.bench.getConsole({ id }),
    ({ state }) => state === 'open',
  )
  const { items } = await client.bench.start({ lineId: line.id })
  const run = await until(
    () => client.bench.getRun({ id: items[0]?.id ?? 0 }),
    ({ state }) => !isOpenRun(state),
  )
  expect(run).toMatchObject({ state: 'passed' })
  await until(
    () => client.bench.getConsole({ id }),
    ({ state }) => state === 'open',
  )
  const { entries } = await client.bench.readConsole({ id })
  const notes = entries.filter(({ kind }) => kind === 'note').map(({ note }) => note)
  expect(notes[0]).toBe('open')
  expect(notes).toContain('paused')
  expect(notes.at(-1)).toBe('open')
  // The bytes of the loader are no output of the board.
  expect(entries.filter(({ kind }) => kind === 'received')).toEqual([])
})

it('shows what the checks of a run read and sent, and says for which slot it is paused', async () => {
  const test = await openTestBench()
  const board = new Board('A1')
  board.boots = 'booting\r\nready\r\n> '
  const recipe = await test.recipe({ checks: [{ expect: '^ready' }, { send: 'v\\r\\n', expect: '^v' }] })
  const line = await test.line([board], recipe)
  const slotId = line.slots[0]?.id ?? 0
  const { id } = await openAt(test, slotId)
  await isOpen(test, id)
  const held = Promise.withResolvers<void>()
  board.before = (step) => (step === 'erase' ? held.promise : undefined)
  const running = test.run({ lineId: line.id })
  await until(
    () => test.bench.consoles.get(id),
    ({ state, pausedFor, slot }) => state === 'paused' && pausedFor === 'run' && slot === 'S1',
  )
  await expect(test.bench.consoles.send({ id, text: 'reboot' })).rejects.toMatchObject({ code: 'CONSOLE_NOT_OPEN' })
  held.resolve()
  expect(await running).toMatchObject([{ state: 'passed' }])
  await isOpen(test, id)
  const story = (await storyOf(test, id)).join('\n')
  expect(story).toMatch(/^open\npaused S1\nreceived: /)
  expect(story).toContain('booting\r\nready\r\n')
  expect(story).toContain('sent: v\r\n')
  expect(story).toMatch(/open$/)
})

it('a console opened during a run waits for its end', async () => {
  const test = await openTestBench()
  const board = new Board('A1')
  const held = Promise.withResolvers<void>()
  board.before = (step) => (step === 'write' ? held.promise : undefined)
  const line = await test.line([board], await test.recipe())
  const running = test.run({ lineId: line.id })
  await until(
    () => board.steps,
    (steps) => steps.includes('write'),
  )
  const { id, state } = await openAt(test, line.slots[0]?.id ?? 0)
  expect(state).toBe('paused')
  held.resolve()
  expect(await running).toMatchObject([{ state: 'passed' }])
  await isOpen(test, id)
})

it('an identification at plug-in takes the port as well, and the console follows the board that is plugged in anew', async () => {
  const test = await openTestBench()
  const first = new Board('A1')
  const line = await test.line([first], await test.recipe())
  const { id } = await openAt(test, line.slots[0]?.id ?? 0)
  await isOpen(test, id)
  test.simulated.unplug(1)
  await until(
    () => test.bench.consoles.get(id),
    ({ state }) => state === 'gone',
  )
  const second = new Board('B2')
  test.simulated.plug(1, 'usb-1', second.attach)
  await until(
    () => test.bench.line(line.id).slots[0]?.unit?.id,
    (unit) => unit === 'B2',
  )
  await isOpen(test, id)
  const story = await storyOf(test, id)
  expect(story.slice(0, 2)).toEqual(['open', 'gone'])
  expect(story).toContain('paused S1')
  expect(story.at(-1)).toBe('open')
  // The answer of the identification is no output of the board's firmware.
  expect(story.filter((line) => line.startsWith('received'))).toEqual([])
})
