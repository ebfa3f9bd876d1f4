import { expect, test } from 'vitest'
import { smp } from '../../electron/flashing/families/smp/index.ts'
import type { FlashJob } from '../../electron/flashing/flasher.ts'
import { openSerialLink } from '../../electron/flashing/links/serial-link.ts'
import { LinkLostError } from '../../electron/flashing/transport.ts'
import { smpTarget } from '../../electron/simulator/targets/smp.ts'
import { mcubootImage } from '../../electron/simulator/targets/smp-images.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openPtyPair } from '../helpers/pty.ts'
import { targetOnPty } from '../helpers/target-on-pty.ts'
import { image } from './conformance/subject.ts'

const clock = createAwakeClock()
const file = new Uint8Array(mcubootImage(image(20_000), { major: 2 }))

const flash = async (path: string, more: Partial<FlashJob<'serial'>> = {}) => {
  const link = await openSerialLink(path, smp.settings({}), clock)
  try {
    return await smp.flasher.flash({
      link,
      clock,
      options: {},
      regions: [{ address: 0, bytes: file, name: 'app.signed.bin' }],
      signal: new AbortController().signal,
      emit: () => undefined,
      beforeErase: () => undefined,
      ...more,
    })
  } finally {
    await link.close()
  }
}

const plugIn = async () => {
  const pty = await openPtyPair()
  const board = await targetOnPty(pty.far, smpTarget({ clock, mode: 'recovery', chatty: true }))
  return { pty, board }
}

test('two MCUboot units are flashed at once over ptys, through the serial driver', async () => {
  const units = await Promise.all([plugIn(), plugIn()])
  try {
    await Promise.all(units.map(({ pty }) => flash(pty.near)))
    for (const { board } of units)
      expect(Buffer.compare(board.target.images[0]?.[0].flash.subarray(0, file.length) ?? file.subarray(1), file)).toBe(
        0,
      )
  } finally {
    await Promise.all(units.map(({ board }) => board[Symbol.asyncDispose]()))
    await Promise.all(units.map(({ pty }) => pty.pull()))
  }
})

test('a cable pulled in the middle of an upload is a lost link', async () => {
  const { pty, board } = await plugIn()
  const emit: FlashJob['emit'] = (event) => {
    if (event.kind === 'progress' && event.done > 4_000) void pty.pull()
  }
  await expect(flash(pty.near, { emit })).rejects.toThrow(LinkLostError)
  await board[Symbol.asyncDispose]()
  await pty.pull()
})
