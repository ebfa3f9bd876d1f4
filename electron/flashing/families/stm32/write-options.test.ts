import { expect, it } from 'vitest'
import { createIdleClock } from '../../../../test/helpers/idle-clock.ts'
import { Stm32Target, type Stm32TargetOptions } from '../../../simulator/targets/stm32.ts'
import { stm32Models } from '../../../simulator/targets/stm32-models.ts'
import type { FlashEvent, Region } from '../../flasher.ts'
import { linkPair } from '../../links/link-pair.ts'
import { stm32 } from './index.ts'

const app: Region = { address: 0x0800_0000, bytes: new Uint8Array(512).fill(0x11), name: 'app.hex' }
const optionBytes = (address: number, ...bytes: number[]): Region => ({
  address,
  bytes: Uint8Array.from(bytes),
  name: 'app.hex',
})

const bench = (target: Partial<Stm32TargetOptions>, choices: Readonly<Record<string, unknown>> = {}) => {
  const clock = createIdleClock()
  const commands: string[] = []
  const events: FlashEvent[] = []
  const options = stm32.facts.options.parse({ startsWith: 'data', writeOptionBytes: true, ...choices })
  let unit: Stm32Target | undefined
  const link = linkPair('slot 1', stm32.settings(options), clock, (line) => {
    unit = new Stm32Target(line, { clock, onCommand: (words) => commands.push(words), ...target })
    return unit
  })
  const flash = (...regions: Region[]) =>
    stm32.flasher.flash({
      link,
      clock,
      options,
      regions,
      signal: new AbortController().signal,
      beforeErase: () => undefined,
      emit: (event) => events.push(event),
    })
  const words = () =>
    events.flatMap((event) => (event.kind === 'log' ? [event.text] : event.kind === 'warning' ? [event.code] : []))
  return { commands, words, flash, options: () => [...(unit?.memory.options ?? [])], unit: () => unit }
}

it('writes them last, keeps those that the file does not have, reads them back, and starts the program', async () => {
  const { flash, options, commands, words, unit } = bench({})
  await flash(app, optionBytes(0x1fff_c008, 0xff, 0x0e))
  expect(options()).toEqual([0xef, 0xaa, 0, 0, 0, 0, 0, 0, 0xff, 0x0e, 0, 0, 0, 0, 0, 0])
  const own = commands.slice(commands.indexOf('write 0x1fffc000 16'))
  expect(own).toContain('read 0x1fffc000 16')
  expect(own.at(-1)).toBe('go 0x08000000')
  expect(own.some((command) => command.startsWith('erase'))).toBe(false)
  expect(unit()?.isRunning).toBe(true)
  expect(words()).toContain('STM32_OPTION_BYTES_WRITTEN')
})

it('leaves the chip alone where the values are there already', async () => {
  const { flash, commands } = bench({ model: stm32Models.f1 })
  await flash(app, optionBytes(0x1fff_f800, 0xa5, 0x5a))
  expect(commands.some((command) => command.startsWith('write 0x1ffff8'))).toBe(false)
})

it('writes option bytes alone, without an erase', async () => {
  const { flash, options, commands } = bench({ model: stm32Models.f1 })
  await flash(optionBytes(0x1fff_f804, 0x12, 0xed))
  expect(options().slice(0, 8)).toEqual([0xa5, 0x5a, 0xff, 0, 0x12, 0xed, 0xff, 0])
  expect(commands.some((command) => /^(erase|go)/.test(command))).toBe(false)
})

it('that protect the chip are said, and the program starts at the next power-up', async () => {
  const { flash, words, unit } = bench({})
  await flash(app, optionBytes(0x1fff_c001, 0x55))
  expect(words().join('\n')).toMatch(/read-out protection is on now.*\nSTM32_STARTS_LATER/)
  expect(unit()?.isRunning).toBe(false)
})

it.each([
  ['not asked for', { writeOptionBytes: false }, 0xaa, 'STM32_OPTION_BYTES'],
  ['that lock the chip for ever', {}, 0xcc, 'STM32_OPTION_LEVEL_2'],
])('refuses those %s before anything is erased', async (_, choices, level, code) => {
  const { flash, commands } = bench({}, choices)
  await expect(flash(app, optionBytes(0x1fff_c001, level))).rejects.toMatchObject({ code })
  expect(commands.some((command) => /^(erase|write)/.test(command))).toBe(false)
})
