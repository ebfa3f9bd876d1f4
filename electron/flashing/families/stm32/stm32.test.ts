import { expect, it } from 'vitest'
import { image } from '../../../../test/flashing/conformance/subject.ts'
import { createIdleClock } from '../../../../test/helpers/idle-clock.ts'
import { Stm32Target, type Stm32TargetOptions } from '../../../simulator/targets/stm32.ts'
import { stm32Models } from '../../../simulator/targets/stm32-models.ts'
import type { FlashEvent, FlashJob } from '../../flasher.ts'
import { linkPair } from '../../links/link-pair.ts'
import { stm32 } from './index.ts'

const app = { address: 0x0800_0000, bytes: image(3_000), name: 'app.bin' }

const bench = (target: Partial<Stm32TargetOptions>, choices: Readonly<Record<string, unknown>> = {}) => {
  const clock = createIdleClock()
  const commands: string[] = []
  const events: FlashEvent[] = []
  // Noise instead of a program, so that a block in the wrong place shows.
  const options = stm32.facts.options.parse({ startsWith: 'data', ...choices })
  const plugged: Stm32Target[] = []
  const link = linkPair('slot 1', stm32.settings(options), clock, (line) => {
    const unit = new Stm32Target(line, { clock, onCommand: (words) => commands.push(words), ...target })
    plugged.push(unit)
    return unit
  })
  const job = {
    link,
    clock,
    options,
    signal: new AbortController().signal,
    emit: (event: FlashEvent) => events.push(event),
  }
  const flash = (more: Partial<FlashJob<'serial'>> = {}) =>
    stm32.flasher.flash({ ...job, regions: [app], beforeErase: () => undefined, ...more })
  const holds = () =>
    Buffer.compare(plugged[0]?.memory.flash.subarray(0, app.bytes.length) ?? Buffer.alloc(0), app.bytes) === 0
  return { commands, events, flash, holds, identify: () => stm32.flasher.identify(job), unit: () => plugged[0] }
}

const changes = (commands: readonly string[]) => commands.filter((words) => /^(erase|write|readout)/.test(words))

it('tells chip, size and the number that firmware prints of itself', async () => {
  expect(await bench({}).identify()).toEqual({
    unit: '003500253133471134353639',
    otherNames: ['346a365e3133'],
    chip: 'STM32F40xxx/41xxx',
    flashSize: 1024 * 1024,
    facts: { productId: '0x413', bootLoader: '3.1', readProtection: 'off' },
  })
})

it('leaves a read-protected chip alone, and says so; who it is cannot be read', async () => {
  const { identify, flash, commands } = bench({ isProtected: true })
  expect(await identify()).toMatchObject({ unit: undefined, flashSize: undefined, facts: { readProtection: 'on' } })
  await expect(flash()).rejects.toMatchObject({ code: 'STM32_PROTECTED' })
  expect(changes(commands)).toEqual([])
})

it('removes the protection on purpose only, asks the guard before, and flashes what is then empty', async () => {
  const { flash, commands, holds } = bench({ isProtected: true }, { removeReadProtection: true })
  const before: string[][] = []
  const identity = await flash({ beforeErase: () => void before.push(changes(commands)) })
  expect(before).toEqual([[]])
  expect(identity.unit).toBe('003500253133471134353639')
  expect(holds()).toBe(true)
})

it('does not remove a protection that the guard refuses to', async () => {
  const { flash, commands } = bench({ isProtected: true }, { removeReadProtection: true })
  await expect(flash({ beforeErase: () => Promise.reject(new Error('no')) })).rejects.toThrow('no')
  expect(changes(commands)).toEqual([])
})

it('gives up on a chip that is protected for ever', async () => {
  const { flash } = bench({ isProtectedForEver: true }, { removeReadProtection: true })
  await expect(flash()).rejects.toMatchObject({ code: 'STM32_STILL_PROTECTED' })
})

it('finds the byte that reads back wrong', async () => {
  // The lowest bit of that byte is stuck at 0, where the image has a 1.
  const at = app.bytes.findIndex((byte, index) => index > 600 && byte % 2 === 1)
  const { flash } = bench({ worn: [at] })
  await expect(flash()).rejects.toMatchObject({
    code: 'STM32_VERIFY',
    data: { address: `0x${(0x0800_0000 + at).toString(16).padStart(8, '0')}` },
  })
})

it.each([
  ['beyond its flash', { ...app, address: 0x0801_ff00 }, 'STM32_OUTSIDE_FLASH'],
  ['in another memory', { ...app, address: 0x0000_0000 }, 'STM32_IN_ALIAS'],
])('refuses an image %s before anything is erased', async (_, region, code) => {
  const { flash, commands } = bench({ model: stm32Models.f1 })
  await expect(flash({ regions: [region] })).rejects.toMatchObject({ code })
  expect(changes(commands)).toEqual([])
})

it('refuses images that overlap', async () => {
  const { flash, commands } = bench({})
  const other = { ...app, address: app.address + 2_999, name: 'other.bin' }
  await expect(flash({ regions: [other, app] })).rejects.toMatchObject({
    code: 'REGIONS_OVERLAP',
    data: { first: 'app.bin', second: 'other.bin' },
  })
  expect(changes(commands)).toEqual([])
})

it('erases a chip that it does not know as a whole, or not at all', async () => {
  const unknown = { ...stm32Models.f4, productId: 0x777, granule: 32 }
  const { flash, commands } = bench({ model: unknown })
  await expect(flash()).rejects.toMatchObject({ code: 'STM32_CHIP_UNKNOWN', data: { id: '0x777' } })
  expect(changes(commands)).toEqual([])
  const whole = bench({ model: unknown }, { erase: 'mass' })
  expect(await whole.flash()).toMatchObject({ chip: 'STM32 0x777', unit: undefined })
  expect(whole.holds()).toBe(true)
})

it('does not write what erased flash holds already', async () => {
  const { flash, commands, unit } = bench({})
  const bytes = new Uint8Array(1024).fill(0xff)
  bytes.set([1, 2, 3], 512)
  await flash({ regions: [{ ...app, bytes }] })
  expect(commands.filter((words) => words.startsWith('write'))).toEqual(['write 0x08000200 256'])
  expect(unit()?.memory.flash[0]).toBe(0xff)
})

it('enters the boot loader by the modem lines, and resets into the program', async () => {
  const { flash, holds, unit, commands } = bench({ startsInProgram: true }, { entry: 'lines', after: 'reset' })
  await flash()
  expect(holds()).toBe(true)
  expect(unit()?.isRunning).toBe(true)
  expect(commands.some((words) => words.startsWith('go'))).toBe(false)
})

it('names the parity where the greeting is answered and every command refused', async () => {
  await expect(bench({}, { parity: 'none' }).flash()).rejects.toMatchObject({ code: 'STM32_PARITY' })
})

it.each([
  ['swapped', { resetLine: 'rts' }],
  ['inverted at reset', { resetWhenAsserted: false }],
  ['inverted at BOOT0', { boot0WhenAsserted: false }],
])('names the control lines where they are %s', async (_, wrong) => {
  const { flash, unit } = bench({ startsInProgram: true }, { entry: 'lines', ...wrong })
  await expect(flash()).rejects.toMatchObject({ code: 'STM32_SILENT_LINES' })
  expect(unit()?.isRunning).toBe(true)
})

it('says what to look at when nobody answers', async () => {
  await expect(bench({ startsInProgram: true }).flash()).rejects.toMatchObject({ code: 'STM32_SILENT' })
})

it.each([
  ['with a chip behind it', true],
  ['with nobody behind it', false],
])('names the echo of a line, %s', async (_, hasChip) => {
  const clock = createIdleClock()
  const options = stm32.facts.options.parse({})
  const link = linkPair('slot 1', stm32.settings(options), clock, (line) => {
    const unit = new Stm32Target(line, { clock })
    return {
      receive: (bytes) => {
        line.send(bytes)
        if (hasChip) unit.receive(bytes)
      },
    }
  })
  const identified = stm32.flasher.identify({
    link,
    clock,
    options,
    signal: new AbortController().signal,
    emit: () => undefined,
  })
  await expect(identified).rejects.toMatchObject({ code: 'STM32_ECHO' })
})
