import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { bench, boot, chips, codeOf, failure, phases, startedByHand } from '../../../../test/flashing/esp-bench.ts'
import { espImage, partitionTable, signedV2, withRevisions } from '../../../../test/flashing/esp-images.ts'
import type { EspRomOptions } from '../../../simulator/targets/esp-rom.ts'
import { type EspStep, espSteps } from '../../../simulator/targets/esp-wire.ts'
import type { FlashJob, Region } from '../../flasher.ts'
import { LinkLostError } from '../../transport.ts'
import { compressed } from './compress.ts'
import { esp } from './index.ts'

describe('a chip in its loader', () => {
  test.each(chips)('%s is identified, written, verified and runs', async (chip, name, id, address) => {
    const { rom, events, job } = bench({ chip })
    const bytes = espImage(id, 20_001)
    const identity = await esp.flasher.flash(job([{ address, bytes, name: 'boot.bin' }]))
    expect(identity).toMatchObject({ unit: '246f28c0dbfe', chip: name, flashSize: 4 * 1024 * 1024 })
    expect(Buffer.compare(rom.flash.bytes.subarray(address, address + bytes.length), bytes)).toBe(0)
    expect(rom.running).toBe(true)
    const hand = startedByHand.includes(chip) ? ['pressReset'] : []
    expect(phases(events)).toEqual(['connecting', 'identifying', 'writing', 'verifying', 'resetting', ...hand])
  })

  test.each(chips)('%s tells who it is and keeps its flash', async (chip, name) => {
    const { rom, job } = bench({ chip, flashSize: 16 * 1024 * 1024 })
    rom.flash.program(0, Uint8Array.of(1, 2, 3))
    const identity = await esp.flasher.identify(job([]))
    expect(identity).toMatchObject({ unit: '246f28c0dbfe', chip: name, flashSize: 16 * 1024 * 1024 })
    expect(rom.flash.bytes.subarray(0, 3)).toEqual(Uint8Array.of(1, 2, 3))
  })

  test('is met at another speed after the change of baud rate', async () => {
    const { rom, job } = bench()
    await esp.flasher.flash(job([boot()], { options: { baudRate: 921_600, after: 'stay' } }))
    expect(rom.baudRate).toBe(921_600)
    expect(rom.running).toBe(false)
  })

  test('is brought into its loader and out of it again over DTR and RTS', async () => {
    const { rom, job } = bench({ running: true })
    await esp.flasher.flash(job([boot()], { options: { reset: 'classic' } }))
    expect(rom.resets).toBe(2)
    expect(rom.running).toBe(true)
  })

  test('is brought into its loader over its own USB', async () => {
    const { rom, job } = bench({ chip: 'esp32c3', running: true })
    const image = { address: 0, bytes: espImage(5, 9000), name: 'boot.bin' }
    await esp.flasher.flash(job([image], { options: { reset: 'usb-jtag' } }))
    expect(rom.flash.bytes[0]).toBe(0xe9)
    expect(rom.running).toBe(true)
  })

  test('is met again where the last run left its stub', async () => {
    const { rom, job } = bench()
    const options = { baudRate: 115_200, after: 'stay' }
    await esp.flasher.flash(job([boot()], { options }))
    const other = espImage(0, 12_000, 7)
    await esp.flasher.flash(job([boot(other)], { options }))
    expect(Buffer.compare(rom.flash.bytes.subarray(0x1000, 0x1000 + other.length), other)).toBe(0)
  })

  test('is left at the speed of its console, and what its firmware prints first is there to be read', async () => {
    const { link, job } = bench({ running: true })
    await esp.flasher.flash(job([boot()], { options: { reset: 'classic', baudRate: 921_600 } }))
    const printed = new TextDecoder().decode(await link.read(1000))
    expect(printed).toMatch(/^ets Jul 29 2019[\s\S]*SPI_FAST_FLASH_BOOT/)
  })

  test('forgets all else when its whole flash is to be erased', async () => {
    const { rom, events, job } = bench()
    rom.flash.program(0x300000, Uint8Array.of(7))
    await esp.flasher.flash(job([boot()], { options: { eraseAll: true } }))
    expect(rom.flash.bytes[0x300000]).toBe(0xff)
    expect(phases(events)).toContain('erasing')
  })

  test('gets flash mode, speed and its own size into the boot loader, with a digest that is right', async () => {
    const { rom, job } = bench({ flashSize: 8 * 1024 * 1024 })
    const image = espImage(0, 5000)
    await esp.flasher.flash(
      job([boot(image)], { options: { flashMode: 'qio', flashFreq: '80m', flashSize: 'detect' } }),
    )
    const written = rom.flash.bytes.subarray(0x1000, 0x1000 + image.length)
    expect([...written.subarray(0, 4)]).toEqual([0xe9, 1, 0, 0x3f])
    const digest = createHash('sha256').update(written.subarray(0, -32)).digest()
    expect(Buffer.compare(written.subarray(-32), digest)).toBe(0)
    expect(image[2]).toBe(2)
  })

  test('reports bytes of all regions, each phase up to the whole', async () => {
    const { events, job } = bench()
    const app = { address: 0x10000, bytes: espImage(0, 100_000), name: 'app.bin' }
    const table = { address: 0x8000, bytes: partitionTable([0x10000, 0x100000]), name: 'table.bin' }
    await esp.flasher.flash(job([boot(), table, app]))
    const progress = events.flatMap((event) => (event.kind === 'progress' ? [event] : []))
    const total = boot().bytes.length + table.bytes.length + app.bytes.length
    expect(new Set(progress.map((event) => event.total))).toEqual(new Set([total]))
    const dones = progress.map(({ done }) => done)
    const verifying = dones.lastIndexOf(0)
    expect(dones.slice(0, verifying)).toEqual(dones.slice(0, verifying).toSorted((a, b) => a - b))
    expect(dones[verifying - 1]).toBe(total)
    expect(dones.at(-1)).toBe(total)
  })
})

describe('before anything is erased', () => {
  const untouched = async (
    options: Partial<EspRomOptions>,
    regions: readonly Region[],
    given: Partial<FlashJob<'serial'>> = {},
  ) => {
    const { rom, job } = bench(options)
    rom.flash.program(0x1000, Uint8Array.of(0x5a))
    const code = await codeOf(esp.flasher.flash(job(regions, given)))
    expect(rom.flash.bytes[0x1000]).toBe(0x5a)
    return code
  }

  test.each([
    ['flash encryption', { flashEncryption: true }, 'ESP_FLASH_ENCRYPTED'],
    ['secure boot', { secureBoot: true }, 'ESP_SECURE_BOOT'],
  ])('%s is recognised by fuses and by the ROM, and refused', async (_, options, code) => {
    expect(await untouched({ chip: 'esp32', ...options }, [boot()])).toBe(code)
    const image = { address: 0, bytes: espImage(9, 9000), name: 'boot.bin' }
    expect(await untouched({ chip: 'esp32s3', ...options }, [image])).toBe(code)
  })

  test('signed images are written to a chip with secure boot, as they are', async () => {
    for (const [chip, id, address] of [
      ['esp32', 0, 0x1000],
      ['esp32s3', 9, 0],
      ['esp32c3', 5, 0],
    ] as const) {
      const { rom, events, job } = bench({ chip, secureBoot: true })
      const bytes = signedV2(espImage(id, 20_001))
      const options = { allowSecureBoot: true, flashMode: 'qio', flashSize: 'detect' }
      await esp.flasher.flash(job([{ address, bytes, name: 'boot.bin' }], { options }))
      expect(Buffer.compare(rom.flash.bytes.subarray(address, address + bytes.length), bytes)).toBe(0)
      expect(events).toContainEqual({ kind: 'warning', code: 'ESP_SIGNED_KEPT', data: { name: 'boot.bin' } })
      expect(rom.running).toBe(true)
    }
  })

  test('with secure boot unsigned images, other data at the bootloader and a full erase are refused', async () => {
    const secure = { chip: 'esp32', secureBoot: true } as const
    const options = { allowSecureBoot: true }
    expect(await untouched(secure, [boot()], { options })).toBe('ESP_IMAGE_UNSIGNED')
    const data = { address: 0x7000, bytes: new Uint8Array(4096), name: 'data.bin' }
    expect(await untouched(secure, [data], { options })).toBe('ESP_SECURE_REGION')
    const signed = boot(signedV2(espImage(0, 20_001)))
    expect(await untouched(secure, [signed], { options: { ...options, eraseAll: true } })).toBe('ESP_SECURE_ERASE')
  })

  test('a chip in secure download mode is refused', async () => {
    for (const [chip, id, address] of [
      ['esp32s2', 2, 0x1000],
      ['esp32c6', 13, 0],
    ] as const) {
      const image = { address, bytes: espImage(id, 9000), name: 'boot.bin' }
      expect(await untouched({ chip, secureDownload: true }, [image])).toBe('ESP_SECURE_DOWNLOAD')
    }
  })

  test('an image for other revisions of the chip is refused, and one that names its revision passes', async () => {
    const built = (min: number, max: number) => {
      const bytes = withRevisions(espImage(18, 9000), 0, min, max)
      return [{ address: 0x2000, bytes, name: 'boot.bin' }]
    }
    expect(await untouched({ chip: 'esp32p4', revision: 103 }, built(300, 399))).toBe('ESP_IMAGE_REVISION')
    expect(await untouched({ chip: 'esp32p4', revision: 301 }, built(0, 199))).toBe('ESP_IMAGE_REVISION')
    const { job } = bench({ chip: 'esp32p4', revision: 301 })
    expect(await codeOf(esp.flasher.flash(job(built(300, 399))))).toBe('passed')
  })

  test.each(chips.filter(([, , id]) => typeof id === 'number'))(
    'the revision of %s is read',
    async (chip, _, id, address) => {
      const revision = chip === 'esp32' ? 301 : 203
      const image = (min: number, max: number) => [
        { address, bytes: withRevisions(espImage(Number(id), 9000), 0, min, max), name: 'boot.bin' },
      ]
      expect(await untouched({ chip, revision }, image(revision + 1, 0xffff))).toBe('ESP_IMAGE_REVISION')
      expect(await untouched({ chip, revision }, image(0, revision - 1))).toBe('ESP_IMAGE_REVISION')
    },
  )

  test('another chip than the recipe wants is refused', async () => {
    expect(await untouched({}, [boot()], { options: { chip: 'ESP32-C3' } })).toBe('ESP_WRONG_CHIP')
  })

  test('an image for another chip is refused', async () => {
    expect(await untouched({}, [boot(espImage(5, 5000))])).toBe('IMAGE_OTHER_CHIP')
  })

  test('an image beyond the end of the flash is refused', async () => {
    const app = { address: 0xf0000, bytes: espImage(0, 100_000), name: 'app.bin' }
    expect(await untouched({ flashSize: 1024 * 1024 }, [boot(), app])).toBe('IMAGE_BEYOND_FLASH')
  })

  test('a boot loader built for a larger flash is refused, unless its header is to be changed', async () => {
    expect(await untouched({ flashSize: 2 * 1024 * 1024 }, [boot()])).toBe('ESP_HEADER_FLASH_SIZE')
    const { job } = bench({ flashSize: 2 * 1024 * 1024 })
    expect(await codeOf(esp.flasher.flash(job([boot()], { options: { flashSize: 'detect' } })))).toBe('passed')
  })

  test('the guard is asked with the identity, after the stub runs, and its refusal stands', async () => {
    const refusal = new Error('already done')
    const { rom, job } = bench()
    rom.flash.program(0x1000, Uint8Array.of(0x5a))
    const asked: unknown[] = []
    const beforeErase: FlashJob<'serial'>['beforeErase'] = (identity) => {
      asked.push(identity.unit)
      throw refusal
    }
    expect(await failure(esp.flasher.flash(job([boot()], { beforeErase })))).toBe(refusal)
    expect(asked).toEqual(['246f28c0dbfe'])
    expect(rom.flash.bytes[0x1000]).toBe(0x5a)
  })
})

describe('when it goes wrong', () => {
  const flashSteps = espSteps.filter((step) => step !== 'end')
  const eraseAll = (step: EspStep) => step === 'erase'

  test.each(flashSteps)('silence at %s ends in words', async (step) => {
    const { job } = bench({ faults: [{ kind: 'silence', step }] })
    const options = { eraseAll: eraseAll(step), baudRate: 460_800 }
    const code = await codeOf(esp.flasher.flash(job([boot()], { options })))
    const expected: Partial<Record<EspStep, string>> = { sync: 'ESP_NO_SYNC', read: 'ESP_NO_SYNC' }
    expect(code).toBe(expected[step] ?? 'ESP_SILENT')
  })

  test.each(flashSteps.filter((step) => step !== 'baud'))('refusals at %s end in words', async (step) => {
    const { job } = bench({ faults: [{ kind: 'nack', step }] })
    expect(await codeOf(esp.flasher.flash(job([boot()], { options: { eraseAll: eraseAll(step) } })))).toMatch(/^ESP_/)
  })

  test.each(espSteps)('the cable pulled at %s is told as lost, at once', async (step) => {
    const { job } = bench({ faults: [{ kind: 'unplug', step }] })
    const error = await failure(esp.flasher.flash(job([boot()], { options: { eraseAll: eraseAll(step) } })))
    expect(error).toBeInstanceOf(LinkLostError)
  })

  test.each(espSteps)(
    'a cancel at %s ends with its reason, and the link is left to whoever comes next',
    async (step) => {
      const reason = new Error('cancelled')
      const abort = new AbortController()
      const onStep = (now: EspStep) => {
        if (now === step) abort.abort(reason)
      }
      const { link, job } = bench({ onStep })
      const options = { eraseAll: eraseAll(step), baudRate: 460_800 }
      const running = failure(esp.flasher.flash(job([boot()], { signal: abort.signal, options })))
      expect(await running).toBe(reason)
      await link.write(Uint8Array.of(0))
    },
  )

  test('a block that was refused twice, and one that lost a byte, are sent again', async () => {
    const { rom, job } = bench({
      faults: [
        { kind: 'nack', step: 'write', times: 2 },
        { kind: 'lose-byte', step: 'write', after: 2 },
      ],
    })
    const image = espImage(0, 120_000)
    await esp.flasher.flash(job([boot(image)]))
    expect(Buffer.compare(rom.flash.bytes.subarray(0x1000, 0x1000 + image.length), image)).toBe(0)
  })

  test('a chip that does not take the new speed is written at the old one', async () => {
    const { rom, events, job } = bench({ faults: [{ kind: 'nack', step: 'baud' }] })
    await esp.flasher.flash(job([boot()], { options: { baudRate: 921_600, after: 'stay' } }))
    expect(rom.baudRate).toBe(115_200)
    expect(phases(events)).toContain('verifying')
  })

  test('flash that reads back wrong fails the verification', async () => {
    const { job } = bench({ worn: [0x1234] })
    expect(await codeOf(esp.flasher.flash(job([boot()])))).toBe('ESP_MD5_MISMATCH')
  })

  test('a chip that starts its firmware instead of the loader is told from one that is dead', async () => {
    const running = bench({ running: true, noBootPin: true })
    expect(await codeOf(esp.flasher.flash(running.job([boot()], { options: { reset: 'classic' } })))).toBe(
      'ESP_NOT_IN_LOADER',
    )
    const dead = bench({ faults: [{ kind: 'silence', step: 'sync' }] })
    expect(await codeOf(esp.flasher.flash(dead.job([boot()])))).toBe('ESP_NO_SYNC')
  })

  test('what esptool-js says goes into the log', async () => {
    const { events, job } = bench()
    await esp.flasher.flash(job([boot()]))
    const lines = events.flatMap((event) => (event.kind === 'log' ? [event.text] : []))
    expect(lines).toContain('Stub running...')
    expect(lines.some((line) => line.startsWith('boot.bin: flash at 0x1000 verified'))).toBe(true)
  })
})

test('sixteen units at once get the same image, which is deflated once', async () => {
  const image = espImage(0, 1024 * 1024)
  const units = Array.from({ length: 16 }, (_, index) => bench({ mac: Uint8Array.of(2, 0, 0, 0, 0, index) }))
  const first = compressed(image)
  const identities = await Promise.all(units.map(({ job }) => esp.flasher.flash(job([boot(image)]))))
  expect(new Set(identities.map(({ unit }) => unit)).size).toBe(16)
  for (const { rom } of units) {
    expect(Buffer.compare(rom.flash.bytes.subarray(0x1000, 0x1000 + image.length), image)).toBe(0)
  }
  expect(compressed(image)).toBe(first)
})
