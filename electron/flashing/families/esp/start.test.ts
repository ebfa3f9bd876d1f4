import { describe, expect, test } from 'vitest'
import { bench, boot, codeOf, failure } from '../../../../test/flashing/esp-bench.ts'
import { espImage } from '../../../../test/flashing/esp-images.ts'
import { createIdleClock } from '../../../../test/helpers/idle-clock.ts'
import type { EspChipName } from '../../../simulator/targets/esp-chips.ts'
import { linkPair } from '../../links/link-pair.ts'
import { LinkLostError } from '../../transport.ts'
import { esp } from './index.ts'

describe('the firmware is started without lines', () => {
  test('by the operator, when nothing else can: the run waits, and fails where nobody comes', async () => {
    const { rom, job } = bench({}, 'is away')
    expect(await codeOf(esp.flasher.flash(job([boot()])))).toBe('ESP_NOT_STARTED')
    expect(rom.running).toBe(false)
  })

  test.each(['esp32', 'esp32s3', 'esp8266'] as const)('and %s whose BOOT is still held never passes', async (chip) => {
    const { rom, job } = bench({ chip, bootHeld: true })
    const bytes = espImage(chip === 'esp8266' ? chip : chip === 'esp32s3' ? 9 : 0, 9000)
    const address = chip === 'esp32' ? 0x1000 : 0
    const code = await codeOf(esp.flasher.flash(job([{ address, bytes, name: 'boot.bin' }])))
    // The ESP8266's stub jumps into the firmware; its boot pin is not looked at.
    expect([code, rom.running]).toEqual(chip === 'esp8266' ? ['passed', true] : ['ESP_NOT_STARTED', false])
  })

  test('and what it prints first is there to be read, in words', async () => {
    const { link, job } = bench({ chip: 'esp32c3' })
    await esp.flasher.flash(job([{ address: 0, bytes: espImage(5, 9000), name: 'boot.bin' }]))
    expect(new TextDecoder().decode(await link.read(1000))).toMatch(/^ets Jul 29 2019[\s\S]*SPI_FAST_FLASH_BOOT/)
  })
})

describe('over the own USB of a chip', () => {
  const overUsb: readonly (readonly [EspChipName, number, number, 'jtag' | 'otg', number])[] = [
    ['esp32s2', 2, 0x1000, 'otg', 100],
    ['esp32s3', 9, 0, 'otg', 2],
    ['esp32s3', 9, 0, 'jtag', 2],
    ['esp32c3', 5, 0, 'jtag', 4],
    ['esp32c3', 5, 0, 'jtag', 101],
    ['esp32c5', 23, 0x2000, 'jtag', 100],
    ['esp32c6', 13, 0, 'jtag', 2],
    ['esp32c61', 20, 0, 'jtag', 100],
    ['esp32h2', 16, 0, 'jtag', 102],
    ['esp32p4', 18, 0x2000, 'jtag', 103],
    ['esp32p4', 18, 0x2000, 'otg', 301],
  ]

  test.each(overUsb)(
    '%s (image %i at %i, %s, revision %i) is written whole and runs',
    async (chip, id, address, usb, revision) => {
      const { rom, job } = bench({ chip, usb, revision, running: true })
      const bytes = espImage(id, 300_000)
      await esp.flasher.flash(job([{ address, bytes, name: 'boot.bin' }], { options: { reset: 'usb-jtag' } }))
      expect(Buffer.compare(rom.flash.bytes.subarray(address, address + bytes.length), bytes)).toBe(0)
      expect(rom.running).toBe(true)
    },
  )

  test.each(overUsb)(
    '%s (image %i at %i, %s, revision %i) whose BOOT was held runs afterwards too',
    async (chip, id, address, usb, revision) => {
      const { rom, job } = bench({ chip, usb, revision })
      const bytes = espImage(id, 30_000)
      await esp.flasher.flash(job([{ address, bytes, name: 'boot.bin' }], { options: { reset: 'usb-jtag' } }))
      expect(rom.running).toBe(true)
    },
  )
})

test.each(['esp32s2', 'esp32s3'] as const)(
  '%s that leaves the bus into its loader and out of it is met where it returns',
  async (chip) => {
    const { rom, job } = bench({ chip, usb: 'otg', running: true, leavesBus: true })
    const clock = createIdleClock()
    const address = chip === 'esp32s2' ? 0x1000 : 0
    const bytes = espImage(chip === 'esp32s2' ? 2 : 9, 30_000)
    const first = job([{ address, bytes, name: 'boot.bin' }], { options: { reset: 'usb-jtag' } })
    expect(await failure(esp.flasher.flash(first))).toBeInstanceOf(LinkLostError)
    const other = bench({ chip, usb: 'otg', running: true, leavesBus: true })
    const again = other.job([{ address, bytes, name: 'boot.bin' }], { options: { reset: 'usb-jtag' } })
    const reopen = async () => linkPair('elsewhere', { baudRate: 115_200 }, clock, other.rom.attach)
    await esp.flasher.flash({ ...again, reopen })
    expect(Buffer.compare(other.rom.flash.bytes.subarray(address, address + bytes.length), bytes)).toBe(0)
    expect(other.rom.running).toBe(true)
    expect(rom.flash.bytes[address]).toBe(0xff)
  },
)

test('an ESP32-P4 whose flash has no power after reset is supplied before its flash is read', async () => {
  for (const revision of [301, 302]) {
    const { job } = bench({ chip: 'esp32p4', revision })
    expect(await esp.flasher.identify(job([]))).toMatchObject({ flashSize: 4 * 1024 * 1024 })
  }
})
