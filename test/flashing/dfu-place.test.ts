import { expect, it } from 'vitest'
import { families } from '../../electron/flashing/families/index.ts'
import { linkPair } from '../../electron/flashing/links/link-pair.ts'
import { usbPlace } from '../../electron/flashing/usb/usb-pair.ts'
import { dfuTarget } from '../../electron/simulator/targets/dfu.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { until } from '../helpers/until.ts'
import { image } from './conformance/subject.ts'
import { openTestBench } from './test-bench.ts'
import { socketDevice, usbSocket } from './usb-socket.ts'

const clock = createAwakeClock()
const START = 0x0800_0000

/** A line of one slot whose unit is in its ROM bootloader, with a check on what its firmware prints. */
const bench = async () => {
  const socket = usbSocket()
  const serialNumber = '357236543131'
  const place = usbPlace(clock, dfuTarget({ clock, serialNumber, afterLeave: 'app' }))
  const test = await openTestBench(
    undefined,
    (target) => families[target],
    { usb: async (path) => place.open(path) },
    clock,
    socket.ports,
    async (path, settings) =>
      linkPair(path, settings, clock, (line) => {
        line.send(Buffer.from('boot\r\nready v2\r\n'))
        return { receive: () => {} }
      }),
  )
  const bytes = Buffer.from(image(6000))
  bytes.writeUInt32LE(0x2002_0000, 0)
  bytes.writeUInt32LE(START + 0x189, 4)
  const checks = [{ expect: '^ready', timeoutMs: 5000 }]
  const recipe = await test.recipe({ target: 'dfu', options: { dialect: 'dfuse' }, checks }, bytes)
  const line = await test.line([], recipe, { slots: [{ label: 'S1', location: socketDevice }] })
  const slotId = line.slots[0]?.id ?? 0
  socket.show('usb:1-4.2', 'usb', serialNumber)
  const [run] = await test.bench.start({ slotIds: [slotId], units: [], repeat: false }, null)
  /** What the checks ask for begins when the unit was written. */
  const written = until(
    () => test.bench.run(run?.id ?? 0),
    ({ phase }) => phase === 'checking',
  )
  return { test, socket, slotId, written }
}

it('a check on the console waits for the serial port that the new firmware shows', async () => {
  const { test, socket, slotId, written } = await bench()
  await written
  socket.hide('usb:1-4.2')
  socket.show('/dev/ttyACM3', 'serial', '357236543131')
  expect(await test.ended(slotId)).toMatchObject({ state: 'passed' })
})

it('a firmware without a serial port fails in words, though it was written', async () => {
  const { test, socket, slotId, written } = await bench()
  await written
  socket.hide('usb:1-4.2')
  expect(await test.ended(slotId)).toMatchObject({ state: 'failed', errorCode: 'CONSOLE_NOT_BACK' })
})
