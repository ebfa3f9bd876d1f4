import { expect, it } from 'vitest'
import { families } from '../../electron/flashing/families/index.ts'
import { dfuTarget } from '../../electron/simulator/targets/dfu.ts'
import { stm32Target } from '../../electron/simulator/targets/stm32.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openTestBench } from './test-bench.ts'

const LONG = '003500253133471134353639'
const SHORT = '346a365e3133'

/** The chip at a port of its UART bootloader and at a socket of its USB bootloader, with a recipe for each. */
const prepare = async (units: readonly Uint8Array[] = []) => {
  const test = await openTestBench(undefined, (target) => families[target])
  const clock = createAwakeClock()
  const bytes = Buffer.alloc(4096, 7)
  bytes.writeUInt32LE(0x2002_0000, 0)
  bytes.writeUInt32LE(0x0800_0189, 4)
  const address = 0x0800_0000
  const { id: file } = await test.upload('app.bin', bytes)
  const byWire = await test.recipe({ target: 'stm32', images: [{ file, address }] })
  const byUsb = await test.recipe({ target: 'dfu', options: { dialect: 'dfuse', after: 'stay' } }, bytes)
  for (const [at, unit] of [undefined, ...units].entries())
    test.simulated.plug(at + 2, `adapter-${at}`, stm32Target({ clock, ...(unit && { unit }) }))
  test.simulated.plugUsb(1, SHORT, dfuTarget({ clock, serialNumber: SHORT.toUpperCase() }))
  const line = await test.line([undefined, undefined, ...units.map(() => undefined)], undefined)
  const flash = async (slot: number, recipeId: number) => {
    const [run] = await test.run({ slotIds: [line.slots[slot]?.id ?? 0], recipeId, repeat: true })
    expect(run).toMatchObject({ state: 'passed' })
    return run?.unit
  }
  return { ...test, usb: () => flash(0, byUsb.id), wire: (which = 0) => flash(1 + which, byWire.id) }
}

it.each([
  ['its unique id', ['wire', 'usb'], LONG],
  ['its USB number', ['usb', 'wire'], SHORT],
] as const)('keeps one history of a chip that was met first by %s', async (_, order, unit) => {
  const test = await prepare()
  for (const way of [...order, ...order]) expect(await test[way]()).toBe(unit)
  for (const name of [LONG, SHORT, SHORT.toUpperCase()])
    expect(test.bench.records({ limit: 20, q: name }).items).toHaveLength(4)
  expect(test.bench.units.get(LONG)).toEqual(test.bench.units.get(SHORT))
})

it('keeps two chips apart that share a computed number', async () => {
  // Words whose sum is the same.
  const twin = Uint8Array.of(0x24, 0, 0x35, 0, 0x11, 0x47, 0x33, 0x31, 0x3a, 0x36, 0x35, 0x34)
  const test = await prepare([twin])
  expect(await test.wire()).toBe(LONG)
  expect(await test.wire(1)).toBe('00350024313347113435363a')
  // The number tells neither of them.
  expect(await test.usb()).toBe(SHORT)
  expect(await test.wire()).toBe(LONG)
})
