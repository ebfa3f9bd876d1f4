import { describe, expect, it } from 'vitest'
import { dfu } from '../../electron/flashing/families/dfu/index.ts'
import { families } from '../../electron/flashing/families/index.ts'
import type { FlashEvent, FlashJob, Region } from '../../electron/flashing/flasher.ts'
import { LinkLostError } from '../../electron/flashing/transport.ts'
import { usbPlace } from '../../electron/flashing/usb/usb-pair.ts'
import { type DfuDevice, type DfuTargetOptions, dfuTarget } from '../../electron/simulator/targets/dfu.ts'
import { dfuModels } from '../../electron/simulator/targets/dfu-models.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { createIdleClock } from '../helpers/idle-clock.ts'
import { image } from './conformance/subject.ts'
import { dfuFile, dfuSeFile } from './dfu-files.ts'
import { openTestBench } from './test-bench.ts'

const START = 0x0800_0000

/** A device at a place, which may be flashed as often as one likes. */
const plugIn = (behaviour: Partial<DfuTargetOptions> = {}) => {
  const clock = createIdleClock()
  let device: DfuDevice | undefined
  const place = usbPlace(
    clock,
    dfuTarget({ clock, serialNumber: '357236543131', ...behaviour }, (made) => {
      device = made
    }),
  )
  if (!device) throw new Error('no device')
  return { clock, place, device }
}

type Plugged = ReturnType<typeof plugIn>

const regionsOf = (bytes: Uint8Array, name = 'app.bin', address: number | null = START): readonly Region[] =>
  dfu.images.parse(bytes, name, address).regions

const flash = async ({ clock, place }: Plugged, options: object, more: Partial<FlashJob<'usb'>> = {}) => {
  const events: FlashEvent[] = []
  const link = place.open('slot 1')
  try {
    await dfu.flasher.flash({
      link,
      clock,
      options: dfu.facts.options.parse(options),
      regions: regionsOf(image(5000)),
      signal: new AbortController().signal,
      emit: (event) => events.push(event),
      beforeErase: () => undefined,
      ...more,
    })
  } finally {
    await link.close()
  }
  return events
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'passed',
    (error: { code?: string }) => (error instanceof LinkLostError ? 'lost' : String(error.code)),
  )
const warningsOf = (events: readonly FlashEvent[]) =>
  events.flatMap((event) => (event.kind === 'warning' ? [event.code] : []))

describe('a DfuSe device', () => {
  it('loses exactly the sectors that the image needs', async () => {
    const unit = plugIn()
    await flash(unit, {}, { regions: regionsOf(image(20_000), 'app.bin', START + 0x8000) })
    expect(unit.device.memory.erased).toEqual([START + 0x8000, START + 0xc000])
    expect(unit.device.memory.read(START + 0x8000, 20_000)).toEqual(image(20_000))
    expect(unit.device.memory.read(START, 4)).toEqual(Uint8Array.of(0x5a, 0x5a, 0x5a, 0x5a))
  })

  it('is not asked again before the time that it asks for', async () => {
    const unit = plugIn({ model: dfuModels.gd32 })
    await flash(unit, {})
    expect(unit.device.impatient).toBe(0)
  })

  it('is flashed although it asks for hours, or is gone before it answers at the end', async () => {
    for (const behaviour of [{ pollMs: 0xff_ffff }, { leavesEarly: true }]) {
      const unit = plugIn(behaviour)
      await flash(unit, {})
      expect(unit.device.memory.read(START, 5000)).toEqual(image(5000))
    }
  })

  it.each([2, 3, 5, 6, 9, 10])('is brought to idle from state %i, in which another host left it', async (leftIn) => {
    const unit = plugIn({ leftIn })
    // Work that was never asked for does not hold it up for ever.
    expect(await codeOf(flash(unit, {}))).toBe(leftIn === 3 || leftIn === 6 ? 'DFU_STATE' : 'passed')
  })

  it('tells by the read-back of a sector that ignores its erase', async () => {
    const unit = plugIn({ writeProtected: [START] })
    expect(await codeOf(flash(unit, {}))).toBe('DFU_VERIFY')
    expect(await codeOf(flash(plugIn({ writeProtected: [START] }), { verify: false }))).toBe('passed')
  })

  it('is refused under read protection, or erased on purpose', async () => {
    const unit = plugIn({ isProtected: true })
    const asked: string[] = []
    const beforeErase = () => void asked.push('asked')
    expect(await codeOf(flash(unit, {}, { beforeErase }))).toBe('DFU_PROTECTED')
    expect([asked, unit.device.memory.erased]).toEqual([[], []])
    const events = await flash(unit, { removeReadProtection: true }, { beforeErase })
    expect(warningsOf(events)).toContain('DFU_UNPROTECTING')
    expect(unit.device.memory.erased.slice(0, 7)).toHaveLength(7)
    expect(unit.device.memory.read(START, 5000)).toEqual(image(5000))
  })

  it('keeps its option bytes unless the recipe names their memory', async () => {
    const options = { alternate: '1', after: 'stay' }
    const regions = regionsOf(Uint8Array.of(1, 2, 3, 4), 'option.bin', 0x1fff_c000)
    expect(await codeOf(flash(plugIn(), {}, { regions }))).toBe('DFU_SPECIAL_MEMORY')
    const unit = plugIn()
    await flash(unit, options, { regions })
    expect([unit.device.memory.read(0x1fff_c000, 4), unit.device.memory.erased]).toEqual([
      Uint8Array.of(1, 2, 3, 4),
      [],
    ])
    const file = dfuSeFile([{ alternate: 1, address: 0x1fff_c000, bytes: Uint8Array.of(1, 2) }])
    expect(await codeOf(flash(plugIn(), {}, { regions: regionsOf(file, 'o.dfu', null) }))).toBe('DFU_SPECIAL_MEMORY')
  })

  it.each([
    ['outside of its memory', { regions: regionsOf(image(100), 'a.bin', 0x0900_0000) }, {}, 'DFU_OUTSIDE'],
    ['over the end of its memory', { regions: regionsOf(image(100), 'a.bin', 0x0806_0000 - 50) }, {}, 'DFU_OUTSIDE'],
    ['to a memory that it has not', {}, { alternate: '7' }, 'DFU_ALTERNATE_MISSING'],
    ['as plain DFU', {}, { dialect: 'dfu' }, 'DFU_DIALECT'],
    ['meant for other ids', {}, { vendorId: '28E9' }, 'DFU_OTHER_DEVICE'],
    [
      'of a file for another device',
      { regions: regionsOf(dfuFile(image(10), { vendorId: 0x28e9 }), 'a.dfu') },
      {},
      'DFU_FILE_OTHER_DEVICE',
    ],
  ])('is refused %s, before the guards', async (_, more, options, code) => {
    const unit = plugIn()
    const refused = flash(unit, options, { ...more, beforeErase: () => Promise.reject(new Error('asked')) })
    expect(await codeOf(refused)).toBe(code)
    expect(dfu.refusals).toContain(code)
    expect(unit.device.memory.erased).toEqual([])
  })
})

describe('a device beside its application', () => {
  it('detaches by itself or by a reset, and is flashed as what it comes back as', async () => {
    for (const model of [dfuModels.f4, { ...dfuModels.f4, attributes: 3 }]) {
      const unit = plugIn({ model, mode: 'app' })
      await flash(unit, { vendorId: '0x0483' })
      expect(unit.device.memory.read(START, 5000)).toEqual(image(5000))
    }
  })

  it.each(['nack', 'silence', 'unplug'] as const)('that meets %s at DETACH does not return', async (kind) => {
    const unit = plugIn({ mode: 'app', faults: [{ kind, step: 'detach' }], model: { ...dfuModels.f4, attributes: 3 } })
    expect(await codeOf(flash(unit, {}))).toBe('DFU_NOT_RETURNED')
  })
})

describe('a plain DFU device', () => {
  const file = dfuFile(image(3000), { vendorId: 0x1d50, productId: 0x60a2 })

  it('gets the file without its suffix, and is read back where it can be', async () => {
    const unit = plugIn({ model: dfuModels.dfu11 })
    const events = await flash(unit, {}, { regions: regionsOf(file, 'a.dfu', null) })
    expect(Uint8Array.from(unit.device.firmware ?? [])).toEqual(image(3000))
    expect(warningsOf(events)).toEqual([])
    const silent = plugIn({ model: dfuModels.silentAtEnd })
    const said = await flash(silent, {}, { regions: regionsOf(file, 'a.dfu', null) })
    expect(Uint8Array.from(silent.device.firmware ?? [])).toEqual(image(3000))
    expect(warningsOf(said)).toEqual(['DFU_NOT_VERIFIED'])
  })

  it('counts blocks on beyond 65535', async () => {
    const unit = plugIn({ model: { ...dfuModels.dfu11, transferSize: 8, writeMs: 0 } })
    const bytes = image(8 * 65_540)
    await flash(unit, { verify: false }, { regions: regionsOf(bytes, 'a.dfu', null) })
    expect(Buffer.compare(unit.device.firmware ?? Buffer.alloc(0), bytes)).toBe(0)
  })

  it('fails when it does not accept the firmware', async () => {
    const unit = plugIn({ model: dfuModels.dfu11, faults: [{ kind: 'nack', step: 'manifest' }] })
    expect(await codeOf(flash(unit, {}, { regions: regionsOf(file, 'a.dfu', null) }))).toBe('DFU_REFUSED')
  })

  it('takes one file without addresses', async () => {
    const hex = Buffer.from(':020000040800F2\n:0400000001020304F2\n:00000001FF\n')
    const two = [...regionsOf(file, 'a.dfu', null), ...regionsOf(file, 'b.dfu', null)]
    for (const [regions, code] of [
      [regionsOf(hex, 'a.hex', null), 'DFU_NEEDS_RAW'],
      [two, 'ONE_IMAGE_ONLY'],
    ] as const)
      expect(await codeOf(flash(plugIn({ model: dfuModels.dfu11 }), { dialect: 'dfu' }, { regions }))).toBe(code)
  })
})

describe('the bench', () => {
  it('flashes a USB unit from a recipe to its record, named by the number of its ROM', async () => {
    const test = await openTestBench(undefined, (target) => families[target])
    let device: DfuDevice | undefined
    const { simulated } = test
    const target = dfuTarget({ clock: createAwakeClock(), serialNumber: '357236543131', afterLeave: 'app' }, (made) => {
      device = made
    })
    simulated.plugUsb(1, '357236543131', target)
    expect(await simulated.ports.list()).toMatchObject([{ kind: 'usb', path: 'sim:1' }])
    const bytes = Buffer.from(image(6000))
    bytes.writeUInt32LE(0x2002_0000, 0)
    bytes.writeUInt32LE(START + 0x189, 4)
    const recipe = await test.recipe({ target: 'dfu', options: { dialect: 'dfuse' } }, bytes)
    expect(await test.bench.check({ recipeId: recipe.id })).toMatchObject({ ok: true, regions: [{ address: START }] })
    const line = await test.line([undefined], recipe)
    const [slot] = line.slots
    const [passed] = await test.run({ slotIds: [slot?.id ?? 0] })
    expect(passed).toMatchObject({ state: 'passed', unit: '357236543131' })
    expect(Buffer.compare(device?.memory.read(START, 6000) ?? Buffer.alloc(0), bytes)).toBe(0)
    // The firmware runs now and detaches; the same unit is done.
    const [done] = await test.run({ slotIds: [slot?.id ?? 0] })
    expect(done).toMatchObject({ state: 'refused', errorCode: 'ALREADY_DONE' })
  })
})
