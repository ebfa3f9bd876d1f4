import { expect, test } from 'vitest'
import { esp } from '../../electron/flashing/families/esp/index.ts'
import type { FlashEvent, FlashJob, Region } from '../../electron/flashing/flasher.ts'
import { linkPair } from '../../electron/flashing/links/pair.ts'
import { systemClock } from '../../electron/platform/clock.ts'
import type { EspChipName } from '../../electron/simulator/targets/esp-chips.ts'
import { type EspRomOptions, espRom } from '../../electron/simulator/targets/esp-rom.ts'
import { espImage } from './esp-images.ts'

const mac = Uint8Array.of(0x24, 0x6f, 0x28, 0xc0, 0xdb, 0xfe)

const bench = (options: Partial<EspRomOptions> = {}) => {
  const rom = espRom({ chip: 'esp32', mac, ...options })
  const link = linkPair('pair', { baudRate: 115_200 }, systemClock, rom.attach)
  const events: FlashEvent[] = []
  const job = (regions: readonly Region[], given: Partial<FlashJob> = {}): FlashJob => ({
    link,
    regions,
    options: { reset: 'none', connectAttempts: 1 },
    signal: new AbortController().signal,
    clock: systemClock,
    emit: (event) => events.push(event),
    beforeErase: () => {},
    ...given,
  })
  return { rom, link, events, job }
}

const chips: readonly (readonly [EspChipName, string, number | 'esp8266', number])[] = [
  ['esp8266', 'ESP8266', 'esp8266', 0],
  ['esp32', 'ESP32', 0, 0x1000],
  ['esp32s2', 'ESP32-S2', 2, 0x1000],
  ['esp32s3', 'ESP32-S3', 9, 0],
  ['esp32c3', 'ESP32-C3', 5, 0],
  ['esp32c6', 'ESP32-C6', 13, 0],
]

test.each(chips)('%s is identified, written, verified and runs', async (chip, name, id, boot) => {
  const { rom, events, job } = bench({ chip })
  const regions = [{ address: boot, bytes: espImage(id, 20_001), name: 'boot.bin' }]
  const identity = await esp.flasher.flash(job(regions))
  expect(identity).toMatchObject({ unit: '246f28c0dbfe', chip: name, flashSize: 4 * 1024 * 1024 })
  expect(Buffer.from(rom.flash.bytes.subarray(boot, boot + 20_001))).toEqual(
    Buffer.from(regions[0]?.bytes.subarray(0, 20_001) ?? []),
  )
  expect(rom.running).toBe(true)
  expect(events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : []))).toEqual([
    'connecting',
    'identifying',
    'writing',
    'verifying',
    'resetting',
  ])
})
