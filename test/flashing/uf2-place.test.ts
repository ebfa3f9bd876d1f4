import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createDriveOpener } from '../../electron/flashing/drives/drive-link.ts'
import { families } from '../../electron/flashing/families/index.ts'
import { linkPair } from '../../electron/flashing/links/link-pair.ts'
import { Uf2Board } from '../../electron/simulator/targets/uf2-board.ts'
import { makeUf2 } from '../../electron/simulator/targets/uf2-file.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { until } from '../helpers/until.ts'
import { openTestBench } from './test-bench.ts'
import { driveRoot } from './uf2-drive.ts'
import { socketDevice, usbSocket } from './usb-socket.ts'

const clock = createAwakeClock()

/** A line of one slot, set up with the unit's drive, that starts by itself; its firmware says it is ready. */
const bench = async (checks: readonly object[]) => {
  const folder = join(driveRoot(), 'DRIVE')
  const board = new Uf2Board({ folder, chip: 'RP2350' })
  board.watch(clock)
  onTestFinished(() => board.dispose())
  const usb = usbSocket()
  const test = await openTestBench(
    undefined,
    (target) => families[target],
    { drive: createDriveOpener() },
    clock,
    usb.ports,
    async (path, settings) =>
      linkPair(path, settings, clock, (line) => {
        line.send(Buffer.from('boot\r\nready v2\r\n'))
        return { receive: () => {} }
      }),
  )
  const file = makeUf2(Buffer.alloc(3000, 9), { family: 0xe48b_ff59, address: 0x1000_0000 })
  const { id } = await test.upload('app.uf2', file)
  const recipe = await test.recipe({ target: 'uf2', images: [{ file: id }], checks, autoStart: true })
  const line = await test.line([], recipe, { slots: [{ label: 'S1', location: `${socketDevice}:1.0` }] })
  const slot = () => test.bench.line(line.id).slots[0]
  return { test, board, usb, folder, slot, slotId: line.slots[0]?.id ?? 0 }
}

it('a unit starts as its drive appears; the serial port after it is its console, and no new unit', async () => {
  const { test, board, usb, folder, slot, slotId } = await bench([{ expect: '^ready', timeoutMs: 5000 }])
  // The firmware from before, then the boot loader.
  usb.show('/dev/ttyACM0', 'serial', 'E6612483')
  expect(slot()?.lamp).toBe('empty')
  usb.hide('/dev/ttyACM0')
  board.enter()
  usb.show(folder, 'drive')
  await until(() => board.starts, Boolean)
  usb.hide(folder)
  usb.show('/dev/ttyACM7', 'serial', 'E6612483')
  expect(await test.ended(slotId)).toMatchObject({ state: 'passed', chip: 'RP2350' })
  await test.idle()
  expect(test.bench.ports().items).toMatchObject([{ path: '/dev/ttyACM7', kind: 'serial' }])
  // The lamp stays, and nothing starts again.
  expect([slot()?.lamp, slot()?.port, test.bench.busy()]).toEqual(['pass', null, 0])
  expect(test.bench.runs({ limit: 9 }).items).toHaveLength(1)
})

it('a unit whose firmware shows no console fails in words, though it was written', async () => {
  const { test, board, usb, folder, slotId } = await bench([{ expect: '^ready', timeoutMs: 5000 }])
  board.enter()
  usb.show(folder, 'drive')
  await until(() => board.starts, Boolean)
  usb.hide(folder)
  expect(await test.ended(slotId)).toMatchObject({ state: 'failed', errorCode: 'CONSOLE_NOT_BACK' })
})

it('a unit in its firmware is told to enter its boot loader', async () => {
  const { test, usb, slotId } = await bench([])
  usb.show('/dev/ttyACM0', 'serial')
  expect(await test.run({ slotIds: [slotId] })).toMatchObject([
    { errorCode: 'DRIVE_NONE', message: expect.stringContaining('/dev/ttyACM0') },
  ])
})
