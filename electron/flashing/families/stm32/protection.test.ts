import { describe, expect, it } from 'vitest'
import { image } from '../../../../test/flashing/conformance/subject.ts'
import { createIdleClock } from '../../../../test/helpers/idle-clock.ts'
import { Stm32Target, type Stm32TargetOptions } from '../../../simulator/targets/stm32.ts'
import { Stm32Board, type Stm32BoardOptions } from '../../../simulator/targets/stm32-board.ts'
import { stm32Models } from '../../../simulator/targets/stm32-models.ts'
import type { FlashEvent } from '../../flasher.ts'
import { linkPair } from '../../links/link-pair.ts'
import { LinkLostError } from '../../transport.ts'
import { stm32 } from './index.ts'

const app = { address: 0x0800_0000, bytes: image(3_000), name: 'app.bin' }
const number = '003500253133471134353639'

/** A board that is plugged in as often as one likes. */
const boardOf = (about: Stm32BoardOptions = {}) => {
  const board = new Stm32Board(about)
  const clock = createIdleClock()
  const commands: string[] = []
  const before = Uint8Array.from(board.memory.flash)
  /** @param pull is asked at every command whether the cable goes now, before the reply. */
  const flash = async (
    choices: Readonly<Record<string, unknown>> = {},
    target: Partial<Stm32TargetOptions> = {},
    pull: (words: string) => 'cable' | 'power' | undefined = () => undefined,
  ) => {
    const options = stm32.facts.options.parse({ startsWith: 'data', ...choices })
    const events: FlashEvent[] = []
    let plugged: Stm32Target | undefined
    const link = linkPair('slot 1', stm32.settings(options), clock, (line) => {
      plugged = new Stm32Target(line, {
        clock,
        board,
        ...target,
        onCommand: (words) => {
          commands.push(words)
          const what = pull(words)
          if (!what) return
          // The command has begun: the cable goes while the chip is at it.
          queueMicrotask(() => {
            line.unplug()
            if (what === 'power') plugged?.losePower()
          })
        },
      })
      return plugged
    })
    const identity = await stm32.flasher.flash({
      link,
      clock,
      options,
      regions: [app],
      signal: new AbortController().signal,
      emit: (event) => events.push(event),
      beforeErase: () => undefined,
    })
    const warned = events.flatMap((event) => (event.kind === 'warning' ? [event.code] : []))
    return { identity, warned, unit: plugged }
  }
  return {
    board,
    commands,
    flash,
    holds: () => Buffer.compare(board.memory.flash.subarray(0, app.bytes.length), app.bytes) === 0,
    isUntouched: () => Buffer.compare(board.memory.flash, before) === 0,
  }
}

const order = (commands: readonly string[]) =>
  commands
    .flatMap((words) => /^(erase|write unprotect|write|readout \w+|go)\b/.exec(words)?.[1] ?? [])
    .filter((word, at, all) => word !== all[at - 1])

describe('write protection', () => {
  it('that a chip says nothing about is found by reading back, and the words name it', async () => {
    const { flash, isUntouched } = boardOf({ writeProtection: 'silent' })
    await expect(flash()).rejects.toMatchObject({ code: 'STM32_VERIFY' })
    expect(isUntouched()).toBe(true)
  })

  it('that a chip refuses to erase under ends the run', async () => {
    const { flash, isUntouched } = boardOf({ writeProtection: 'refused' })
    await expect(flash()).rejects.toMatchObject({ code: 'STM32_NACK', data: { command: 'Erase' } })
    expect(isUntouched()).toBe(true)
  })

  it.each(['silent', 'refused'] as const)('is removed before the erase where the recipe says so (%s)', async (kind) => {
    const { flash, holds, commands } = boardOf({ writeProtection: kind })
    const { warned } = await flash({ removeWriteProtection: true })
    expect(holds()).toBe(true)
    expect(warned).toEqual(['STM32_WRITE_UNPROTECTED'])
    expect(order(commands)).toEqual(['write unprotect', 'erase', 'write', 'go'])
  })

  it('is removed after the read-out protection, under which the chip refuses to', async () => {
    const { flash, holds, commands } = boardOf({ writeProtection: 'silent', isProtected: true })
    await flash({ removeWriteProtection: true, removeReadProtection: true })
    expect(holds()).toBe(true)
    expect(order(commands)).toEqual(['readout unprotect', 'write unprotect', 'erase', 'write', 'go'])
  })
})

describe('read-out protection at the end', () => {
  it('is set after all was read back, tried, and said; the program starts later', async () => {
    const { flash, holds, commands, board } = boardOf()
    const { warned, identity } = await flash({ setReadProtection: true })
    expect(holds()).toBe(true)
    expect(board.isProtected).toBe(true)
    expect(identity.unit).toBe(number)
    expect(warned).toEqual(['STM32_PROTECTION_SET_AND_TRIED', 'STM32_STARTS_LATER'])
    expect(order(commands)).toEqual(['erase', 'write', 'readout protect'])
    const protectedAt = commands.indexOf('readout protect')
    expect(commands.slice(0, protectedAt).filter((words) => /^read 0x0800/.test(words)).length).toBeGreaterThan(12)
  })

  it('reads back before, even if the recipe does not ask for that', async () => {
    const { flash, board } = boardOf({ worn: [app.bytes.findIndex((byte) => byte % 2 === 1)] })
    await expect(flash({ setReadProtection: true, verify: false })).rejects.toMatchObject({ code: 'STM32_VERIFY' })
    expect(board.isProtected).toBe(false)
  })

  it('starts the program by the control lines, because Go is refused then', async () => {
    const { flash, commands } = boardOf()
    const { unit, warned } = await flash({ setReadProtection: true, entry: 'lines' })
    expect(unit?.isRunning).toBe(true)
    expect(warned).toEqual(['STM32_PROTECTION_SET_AND_TRIED'])
    expect(order(commands)).not.toContain('go')
  })

  it('counts by its replies where the chip leaves its bootloader, and not without them', async () => {
    const { flash, board } = boardOf()
    expect((await flash({ setReadProtection: true }, { leavesAtReset: true })).warned).toEqual([
      'STM32_PROTECTION_SET',
      'STM32_STARTS_LATER',
    ])
    expect(board.isProtected).toBe(true)
    const silent = boardOf().flash({ setReadProtection: true }, { leavesAtReset: true, swallowsLastReply: true })
    await expect(silent).rejects.toMatchObject({ code: 'STM32_PROTECTION_UNSURE' })
  })

  it('fails the unit that stays readable or refuses', async () => {
    const { flash, board } = boardOf()
    board.protect = () => undefined
    await expect(flash({ setReadProtection: true })).rejects.toMatchObject({ code: 'STM32_NOT_PROTECTED' })
    const refusing = boardOf()
    const faults = [{ kind: 'nack', step: 'readoutProtect' }] as const
    await expect(refusing.flash({ setReadProtection: true }, { faults })).rejects.toMatchObject({
      code: 'STM32_NACK',
      data: { command: 'Readout Protect' },
    })
    expect(refusing.board.isProtected).toBe(false)
  })

  it('keeps the next recipe out that does not remove it, and lets the one in that does', async () => {
    const { flash, holds } = boardOf()
    await flash({ setReadProtection: true })
    await expect(flash()).rejects.toMatchObject({ code: 'STM32_PROTECTED' })
    expect(holds()).toBe(true)
    await flash({ removeReadProtection: true, setReadProtection: true })
    expect(holds()).toBe(true)
  })
})

it.each([
  ['removeWriteProtection', 0x73, 'Write Unprotect', {}],
  ['setReadProtection', 0x82, 'Readout Protect', {}],
  ['removeReadProtection', 0x92, 'Readout Unprotect', { isProtected: true }],
] as const)(
  '%s is refused before anything is changed, where the bootloader does not know the command',
  async (option, code, command, about) => {
    const { flash, isUntouched } = boardOf({ ...about, model: { ...stm32Models.f4, lacks: [code] } })
    await expect(flash({ [option]: true })).rejects.toMatchObject({ code: 'STM32_COMMAND_MISSING', data: { command } })
    expect(isUntouched()).toBe(true)
  },
)

describe('a chip that resets itself', () => {
  it('is met again though the reset swallowed its last reply', async () => {
    const { flash, holds, board } = boardOf({ isProtected: true, writeProtection: 'silent' })
    const all = { removeReadProtection: true, removeWriteProtection: true, setReadProtection: true }
    await flash(all, { swallowsLastReply: true })
    expect(holds()).toBe(true)
    expect(board.isProtected).toBe(true)
  })

  it.each([
    ['removeReadProtection', { isProtected: true }, 'Readout Unprotect'],
    ['removeWriteProtection', { writeProtection: 'silent' }, 'Write Unprotect'],
  ] as const)('and starts its program ends the run in words: %s', async (option, about, command) => {
    const { flash, holds } = boardOf(about)
    const failed = flash({ [option]: true }, { leavesAtReset: true })
    await expect(failed).rejects.toMatchObject({ code: 'STM32_LEFT_BOOTLOADER', data: { command } })
    // BOOT0 is held this time.
    await flash({ [option]: true })
    expect(holds()).toBe(true)
  })
})

describe('a cable that is pulled', () => {
  const all = { removeReadProtection: true, removeWriteProtection: true, setReadProtection: true }
  it.each(
    ['readout unprotect', 'write unprotect', 'readout protect'].flatMap((words) =>
      (['cable', 'power'] as const).map((what) => [what, words] as const),
    ),
  )('(%s) during "%s" fails the run, and the next one ends as if nothing had been', async (what, words) => {
    const { flash, holds, board } = boardOf({ isProtected: true, writeProtection: 'silent' })
    await expect(flash(all, {}, (said) => (said === words ? what : undefined))).rejects.toThrow(LinkLostError)
    await flash(all)
    expect(holds()).toBe(true)
    expect(board.isProtected).toBe(true)
  })

  it('between the read-back and the protection leaves a unit that did not pass and is not protected', async () => {
    const { flash, board } = boardOf()
    const last = `read 0x08000b00 184`
    await expect(
      flash({ setReadProtection: true }, {}, (said) => (said === last ? 'cable' : undefined)),
    ).rejects.toThrow(LinkLostError)
    expect(board.isProtected).toBe(false)
  })
})

it('reads the number of chips that show their signature only behind the OTP or the option bytes', async () => {
  for (const [model, size] of [
    [stm32Models.f401, 512],
    [stm32Models.l0, 64],
  ] as const) {
    const { flash, holds } = boardOf({ model })
    expect((await flash()).identity).toMatchObject({ unit: number, flashSize: size * 1024 })
    expect(holds()).toBe(true)
  }
})

it('erases the pages of one bank or two as the chip says', async () => {
  const { flash, commands } = boardOf({ model: stm32Models.g4 })
  await flash()
  expect(commands.filter((words) => words.startsWith('erase'))).toEqual(['erase 0'])
})
