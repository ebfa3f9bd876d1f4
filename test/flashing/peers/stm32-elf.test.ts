import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { stm32 } from '../../../electron/flashing/families/stm32/index.ts'
import { openSerialLink } from '../../../electron/flashing/links/serial-link.ts'
import { stm32Target } from '../../../electron/simulator/targets/stm32.ts'
import { createAwakeClock } from '../../helpers/awake-clock.ts'
import { run } from '../../helpers/program.ts'
import { openPtyPair } from '../../helpers/pty.ts'
import { targetOnPty } from '../../helpers/target-on-pty.ts'
import { buildProgram, withoutCompiler } from '../stm32-programs.ts'

it.skipIf(withoutCompiler)(
  'stm32flash reads of an app’s ELF what objcopy makes of it, and the bootloader beside it (needs gcc-arm-none-eabi)',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stm32-elf-'))
    try {
      const clock = createAwakeClock()
      const { elf } = buildProgram('app')
      await using pty = await openPtyPair()
      await using _unit = await targetOnPty(pty.far, stm32Target({ clock }))
      const link = await openSerialLink(pty.near, { baudRate: 115_200 }, clock)
      try {
        await stm32.flasher.flash({
          link,
          clock,
          options: { parity: 'none', after: 'stay' },
          regions: stm32.images.parse(elf, 'app.elf', null).regions,
          signal: new AbortController().signal,
          emit: () => undefined,
          beforeErase: () => undefined,
        })
      } finally {
        await link.close()
      }
      const [file, made, back] = ['elf', 'bin', 'back'].map((name) => join(folder, name)) as [string, string, string]
      await writeFile(file, elf)
      await run('arm-none-eabi-objcopy', ['-O', 'binary', file, made])
      await run('stm32flash', ['-b', '115200', '-m', '8n1', '-r', back, '-S', '0x08000000:32768', pty.near])
      const [program, flash] = [await readFile(made), await readFile(back)]
      expect(flash.subarray(0, 0x4000).every((byte) => byte === 0xa5)).toBe(true)
      expect(Buffer.compare(flash.subarray(0x4000, 0x4000 + program.length), program)).toBe(0)
    } finally {
      await rm(folder, { recursive: true })
    }
  },
)
