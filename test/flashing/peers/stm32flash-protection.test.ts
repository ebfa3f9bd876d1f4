import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { stm32 } from '../../../electron/flashing/families/stm32/index.ts'
import { openSerialLink } from '../../../electron/flashing/links/serial-link.ts'
import { stm32Target } from '../../../electron/simulator/targets/stm32.ts'
import { Stm32Board, type Stm32BoardOptions } from '../../../electron/simulator/targets/stm32-board.ts'
import { stm32Models } from '../../../electron/simulator/targets/stm32-models.ts'
import { createAwakeClock } from '../../helpers/awake-clock.ts'
import { run } from '../../helpers/program.ts'
import { openPtyPair } from '../../helpers/pty.ts'
import { targetOnPty } from '../../helpers/target-on-pty.ts'
import { image } from '../conformance/subject.ts'

const start = 0x0800_0000
const clock = createAwakeClock()
const bytes = image(3_000)

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stm32flash-'))
  file = join(folder, 'app.bin')
  await writeFile(file, bytes)
})
afterEach(() => rm(folder, { recursive: true }))

/** A chip on a pty; Debian's program and ours take turns. A pty tells no parity, so both do without. */
const chipOnPty = async (about: Stm32BoardOptions) => {
  const board = new Stm32Board(about)
  const commands: string[] = []
  const pty = await openPtyPair()
  const unit = await targetOnPty(pty.far, stm32Target({ clock, board, onCommand: (words) => commands.push(words) }))
  const ours = async (options: Readonly<Record<string, unknown>>) => {
    const link = await openSerialLink(pty.near, { baudRate: 115_200 }, clock)
    const said: string[] = []
    try {
      const identity = await stm32.flasher.flash({
        link,
        clock,
        options: { parity: 'none', startsWith: 'data', after: 'stay', ...options },
        regions: [{ address: start, bytes, name: 'app.bin' }],
        signal: new AbortController().signal,
        emit: (event) => event.kind === 'warning' && said.push(event.code),
        beforeErase: () => undefined,
      })
      return { identity, said }
    } finally {
      await link.close()
    }
  }
  return {
    board,
    commands,
    theirs: (...job: readonly string[]) => run('stm32flash', ['-b', '115200', '-m', '8n1', ...job, pty.near]),
    ours,
    holds: () => Buffer.compare(board.memory.flash.subarray(0, bytes.length), bytes) === 0,
    isErased: () => board.memory.flash.every((byte) => byte === 0xff),
    [Symbol.asyncDispose]: async () => {
      await unit[Symbol.asyncDispose]()
      await pty[Symbol.asyncDispose]()
    },
  }
}

it.each([
  ['an F1, which refuses', stm32Models.f1, 'refused'],
  ['an F4, which says nothing', stm32Models.f4, 'silent'],
] as const)('stm32flash -u frees %s, and both programs can write then', async (_, model, writeProtection) => {
  await using chip = await chipOnPty({ model, writeProtection })
  await expect(chip.theirs('-w', file, '-v')).rejects.toThrow()
  await expect(chip.ours({})).rejects.toThrow()
  expect(chip.holds()).toBe(false)

  await chip.theirs('-u')
  expect(chip.commands.at(-1)).toBe('write unprotect')
  await chip.theirs('-w', file, '-v')
  expect(chip.holds()).toBe(true)
  await chip.ours({})
  expect(chip.holds()).toBe(true)
})

it('stm32flash -j protects: neither program can read or write, and -u is refused until -k has erased the chip', async () => {
  await using chip = await chipOnPty({})
  await chip.theirs('-w', file, '-v')
  await chip.theirs('-j')
  expect(chip.board.isProtected).toBe(true)

  const copy = join(folder, 'copy.bin')
  await expect(chip.theirs('-r', copy, '-S', `0x08000000:${bytes.length}`)).rejects.toThrow()
  await expect(chip.theirs('-w', file)).rejects.toThrow()
  await expect(chip.theirs('-u')).rejects.toThrow()
  await expect(chip.theirs('-j')).rejects.toThrow()
  await expect(chip.ours({})).rejects.toMatchObject({ code: 'STM32_PROTECTED' })
  expect(chip.holds()).toBe(true)

  await chip.theirs('-k')
  expect(chip.board.isProtected).toBe(false)
  expect(chip.isErased()).toBe(true)
})

it('what we protect, stm32flash cannot read until it has erased it', async () => {
  await using chip = await chipOnPty({})
  const { said, identity } = await chip.ours({ setReadProtection: true })
  expect(said).toEqual(['STM32_PROTECTION_SET_AND_TRIED'])
  expect(identity.unit).toBe('003500253133471134353639')
  expect(chip.holds()).toBe(true)
  const copy = join(folder, 'copy.bin')
  await expect(chip.theirs('-r', copy, '-S', '0x08000000:256')).rejects.toThrow()
  await chip.theirs('-k')
  expect(chip.isErased()).toBe(true)
  await chip.theirs('-r', copy, '-S', '0x08000000:256')
  expect(new Set(await readFile(copy))).toEqual(new Set([0xff]))
})

it('we unprotect what stm32flash protected, and leave what it can read and start', async () => {
  await using chip = await chipOnPty({ writeProtection: 'silent' })
  await chip.theirs('-j')
  await chip.ours({ removeReadProtection: true, removeWriteProtection: true })
  const copy = join(folder, 'copy.bin')
  await chip.theirs('-r', copy, '-S', `0x08000000:${bytes.length}`)
  expect(Buffer.compare(await readFile(copy), bytes)).toBe(0)
})
