import { expect, it } from 'vitest'
import { RecordFilter } from '#shared/schema.ts'
import { families } from '../../electron/flashing/families/index.ts'
import { demoStm32Image } from '../../electron/simulator/targets/demo-stm32.ts'
import { stm32Target } from '../../electron/simulator/targets/stm32.ts'
import { Stm32Board } from '../../electron/simulator/targets/stm32-board.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openTestBench, type TestBench } from './test-bench.ts'

const clock = createAwakeClock()
const image = demoStm32Image().subarray(0, 6_000)

/** A bench with one slot for an STM32, and its recipe. */
const benchOf = async (board: Stm32Board, options: Readonly<Record<string, unknown>>) => {
  const test = await openTestBench(undefined, (name) => families[name])
  const { id } = await test.upload('app.bin', image)
  const images = [{ file: id, address: 0x0800_0000 }]
  const recipe = await test.recipe({ name: 'protected', target: 'stm32', images, options })
  const line = await test.line([undefined], recipe)
  const plug = (pullAt?: string): void =>
    test.simulated.plug(1, 'usb-1', (wire) =>
      stm32Target({ clock, board, onCommand: (words) => words === pullAt && wire.unplug() })(wire),
    )
  const run = async () => (await test.run({ slotIds: [line.slots[0]?.id ?? 0] }))[0]
  return { test, plug, run }
}

const lastLog = ({ bench }: TestBench): string[] => {
  const [last] = bench.records(RecordFilter.parse({})).items
  return bench.record(last?.id ?? 0).log.map(({ words }) => words)
}

it('a unit that is protected at the end passes, and its record says so in words', async () => {
  const board = new Stm32Board({})
  const { test, plug, run } = await benchOf(board, { setReadProtection: true })
  plug()
  expect(await run()).toMatchObject({ state: 'passed', unit: '003500253133471134353639' })
  expect(board.isProtected).toBe(true)
  expect(lastLog(test)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^Read-out protection \(level 1\) was set, and the chip now refuses to be read/),
      expect.stringMatching(/^The firmware starts when BOOT0 is low/),
    ]),
  )
})

it('a protected unit is refused in words, and nothing of it is erased', async () => {
  const board = new Stm32Board({ isProtected: true })
  const before = Uint8Array.from(board.memory.flash)
  const { plug, run } = await benchOf(board, {})
  plug()
  expect(await run()).toMatchObject({
    state: 'refused',
    errorCode: 'STM32_PROTECTED',
    message: expect.stringMatching(/Nothing was erased.*"Remove read-out protection"/),
  })
  expect(Buffer.compare(board.memory.flash, before)).toBe(0)
})

it.each(['readout unprotect', 'readout protect'])(
  'a cable that is pulled at "%s" fails the unit; plugged in again it passes',
  async (words) => {
    const board = new Stm32Board({ isProtected: true })
    const { plug, run } = await benchOf(board, { removeReadProtection: true, setReadProtection: true })
    plug(words)
    expect(await run()).toMatchObject({ state: 'failed', errorCode: 'UNPLUGGED' })
    plug()
    expect(await run()).toMatchObject({ state: 'passed' })
    expect(board.isProtected).toBe(true)
    expect(Buffer.compare(board.memory.flash.subarray(0, image.length), image)).toBe(0)
  },
)
