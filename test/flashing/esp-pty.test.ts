import { describe, expect, test } from 'vitest'
import { esp } from '../../electron/flashing/families/esp/index.ts'
import type { FlashJob } from '../../electron/flashing/flasher.ts'
import { openSerialLink } from '../../electron/flashing/links/serial-link.ts'
import { LinkLostError } from '../../electron/flashing/transport.ts'
import { espRom } from '../../electron/simulator/targets/esp-rom.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openPtyPair } from '../helpers/pty.ts'
import { targetOnPty } from '../helpers/target-on-pty.ts'
import { espImage } from './esp-images.ts'

const image = espImage(9, 200_000)
const clock = createAwakeClock()

const flash = async (path: string, more: Partial<FlashJob<'serial'>> = {}) => {
  const link = await openSerialLink(path, esp.settings({}), clock)
  try {
    return await esp.flasher.flash({
      link,
      regions: [{ address: 0, bytes: image, name: 'app.bin' }],
      // A pty has no modem lines: as on a board whose BOOT is held.
      options: { reset: 'none' },
      signal: new AbortController().signal,
      clock,
      emit: () => undefined,
      beforeErase: () => undefined,
      ...more,
    })
  } finally {
    await link.close()
  }
}

const plugIn = async (index: number) => {
  const pty = await openPtyPair()
  const rom = espRom({ chip: 'esp32s3', mac: Uint8Array.of(0x7c, 0xdf, 0xa1, 0, 0, index) })
  const board = await targetOnPty(pty.far, rom.attach)
  return { pty, rom, board }
}

describe('over ptys, through the serial driver', () => {
  test('three chips are flashed at once, each with its own MAC', async () => {
    const units = await Promise.all([1, 2, 3].map(plugIn))
    try {
      const identities = await Promise.all(units.map(({ pty }) => flash(pty.near)))
      expect(identities.map(({ unit }) => unit)).toEqual(['7cdfa1000001', '7cdfa1000002', '7cdfa1000003'])
      for (const { rom } of units) {
        expect(Buffer.compare(rom.flash.bytes.subarray(0, image.length), image)).toBe(0)
        expect(rom.running).toBe(true)
      }
    } finally {
      await Promise.all(units.map(({ board }) => board[Symbol.asyncDispose]()))
      await Promise.all(units.map(({ pty }) => pty.pull()))
    }
  })

  test('a cable pulled in the middle of writing is a lost link', async () => {
    const { pty, board } = await plugIn(1)
    const emit: FlashJob<'serial'>['emit'] = (event) => {
      if (event.kind === 'progress' && event.done > 0) void pty.pull()
    }
    try {
      await expect(flash(pty.near, { emit })).rejects.toBeInstanceOf(LinkLostError)
    } finally {
      await board[Symbol.asyncDispose]()
      await pty.pull()
    }
  })
})
