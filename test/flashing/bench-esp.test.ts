import { describe, expect, it } from 'vitest'
import { LineInput, RecipeInput } from '#shared/schema.ts'
import { families } from '../../electron/flashing/families/index.ts'
import { type EspRomOptions, espRom } from '../../electron/simulator/targets/esp-rom.ts'
import { until } from '../helpers/until.ts'
import { espImage, tableOf } from './esp-images.ts'
import { openTestBench } from './test-bench.ts'

const ESP32 = 0
const APP = 0x10000

/** A line of one ESP32 and a recipe of three files with a partition of the unit's own. */
const espLine = async (chip: Partial<EspRomOptions> = {}, options = {}, chipId = ESP32, more: object = {}) => {
  const test = await openTestBench(undefined, (target) => families[target])
  const rom = espRom({ chip: 'esp32', mac: Uint8Array.of(0x24, 0x0a, 0xc4, 1, 2, 3), ...chip })
  const files = {
    'boot.bin': espImage(chipId, 16_000),
    'parts.bin': tableOf(
      ['nvs', 1, 2, 0x9000, 0x5000],
      ['otadata', 1, 0, 0xe000, 0x2000],
      ['factory', 0, 0, APP, 0x10_0000],
      ['ota_0', 0, 0x10, APP + 0x10_0000, 0x10_0000],
    ),
    'app.bin': espImage(chipId, 60_000),
  }
  const uploads: string[] = []
  for (const [name, bytes] of Object.entries(files)) uploads.push((await test.upload(name, bytes)).id)
  const [boot, parts, app] = uploads
  const recipe = await test.bench.recipes.create(
    RecipeInput.parse({
      name: 'ESP32',
      target: 'esp',
      options,
      images: [
        { file: boot, address: '0x1000' },
        { file: parts, address: '0x8000' },
        { file: app, address: APP },
      ],
      unitData: {
        address: 0x9000,
        size: 0x5000,
        entries: [
          { namespace: 'unit', key: 'serial', type: 'string', value: '{serial}' },
          { namespace: 'unit', key: 'mac', type: 'string', value: 'id-{unit}' },
        ],
      },
      ...more,
    }),
  )
  test.simulated.plug(1, 'usb', rom.attach)
  const line = await test.bench.createLine(
    LineInput.parse({ name: 'ESP', recipeId: recipe.id, slots: [{ label: 'A', path: 'sim:1' }] }),
  )
  const slotId = line.slots[0]?.id ?? 0
  return {
    test,
    rom,
    recipe,
    slotId,
    run: () => test.run({ slotIds: [slotId], units: [{ slotId, serial: 'SN-0042' }] }),
  }
}

describe('an ESP32 in a slot', () => {
  it('is written with its images and a partition of its own, and recorded by its MAC', async () => {
    const { test, rom, recipe, run } = await espLine()
    const check = await test.bench.check({ recipeId: recipe.id })
    expect(check).toMatchObject({ ok: true, chip: 'ESP32', problems: [] })
    expect(check.regions.map(({ address }) => address)).toEqual([0x1000, 0x8000, 0x9000, APP])
    const [done] = await run()
    expect(done).toMatchObject({ state: 'passed', unit: '240ac4010203', serial: 'SN-0042', message: null })
    const flash = Buffer.from(rom.flash.bytes.subarray(0x9000, 0xe000))
    expect(flash.includes('SN-0042')).toBe(true)
    expect(flash.includes('id-240ac4010203')).toBe(true)
  })

  it('gets the number that its recipe counts in its own partition, and the same one again', async () => {
    const serials = { from: 'counter', prefix: 'CTR-', width: 5, next: 41 }
    const { test, rom, slotId } = await espLine({}, {}, ESP32, { serials })
    const nvs = () => Buffer.from(rom.flash.bytes.subarray(0x9000, 0xe000))
    const [first] = await test.run({ slotIds: [slotId] })
    expect(first).toMatchObject({ state: 'passed', serial: 'CTR-00041' })
    expect(nvs().includes('CTR-00041')).toBe(true)
    rom.flash.bytes.fill(0xff)
    const [again] = await test.run({ slotIds: [slotId], repeat: true })
    expect(again).toMatchObject({ state: 'passed', serial: 'CTR-00041' })
    expect(nvs().includes('CTR-00041')).toBe(true)
    expect(nvs().includes('CTR-00042')).toBe(false)
  })

  it('that only a hand can start makes the run wait for it, and passes when its firmware runs', async () => {
    const { test, rom, slotId } = await espLine({}, { reset: 'none' })
    const [run] = await test.start({ slotIds: [slotId], units: [{ slotId, serial: 'SN-0043' }] })
    const phase = () => test.bench.run(run?.id ?? 0).phase
    await until(phase, (now) => now === 'pressReset')
    expect(test.bench.run(run?.id ?? 0).state).toBe('running')
    rom.pressReset()
    expect(await test.ended(slotId)).toMatchObject({ state: 'passed' })
    expect(rom.running).toBe(true)
  })

  it('that leaves the bus into its loader and out of it passes all the same', async () => {
    const { rom, run } = await espLine(
      { chip: 'esp32s2', usb: 'otg', running: true, leavesBus: true },
      { reset: 'usb-jtag' },
      2,
    )
    expect((await run())[0]).toMatchObject({ state: 'passed', unit: '240ac4010203' })
    expect(rom.running).toBe(true)
  })

  it('that once took an OTA upgrade forgets its slot where the recipe erases otadata, and only there', async () => {
    const kept = await espLine()
    const erased = await espLine({}, { erasePartitions: 'otadata' })
    for (const { rom, run } of [kept, erased]) {
      rom.flash.bytes.fill(0x5a, 0xe000, 0x1_0000)
      expect((await run())[0]).toMatchObject({ state: 'passed' })
    }
    expect(kept.rom.flash.bytes.subarray(0xe000, 0x1_0000).every((byte) => byte === 0x5a)).toBe(true)
    expect(erased.rom.flash.bytes.subarray(0xe000, 0x1_0000).every((byte) => byte === 0xff)).toBe(true)
    const { warnings } = await kept.test.bench.check({ recipeId: kept.recipe.id })
    expect(warnings.map(({ code }) => code)).toEqual(['ESP_OTADATA_KEPT'])
    expect((await erased.test.bench.check({ recipeId: erased.recipe.id })).warnings).toEqual([])
  })

  it('with another chip than its images are for is refused before anything is erased, in words', async () => {
    const { rom, run } = await espLine({ chip: 'esp32s3' })
    const before = Buffer.from(rom.flash.bytes.subarray(0, 0x20000))
    const [refused] = await run()
    expect(refused).toMatchObject({
      state: 'refused',
      errorCode: 'IMAGE_OTHER_CHIP',
      message: expect.stringContaining('ESP32'),
    })
    expect(Buffer.from(rom.flash.bytes.subarray(0, 0x20000)).equals(before)).toBe(true)
  })

  it('whose fuses forbid it is refused, and one with worn flash fails', async () => {
    const encrypted = await espLine({ flashEncryption: true })
    expect((await encrypted.run())[0]).toMatchObject({ state: 'refused', errorCode: 'ESP_FLASH_ENCRYPTED' })
    const worn = await espLine({ worn: [APP + 100] })
    expect((await worn.run())[0]).toMatchObject({ state: 'failed', errorCode: 'ESP_MD5_MISMATCH' })
  })
})
