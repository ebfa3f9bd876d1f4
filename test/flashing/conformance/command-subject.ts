import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { command } from '../../../electron/flashing/families/command/index.ts'
import { openProcessLink } from '../../../electron/flashing/programs/process-link.ts'
import { createAwakeClock } from '../../helpers/awake-clock.ts'
import { image, type Subject, subject } from './subject.ts'

const script = join(import.meta.dirname, '../simulated-programmer.mjs')

type Step = 'connect' | 'write' | 'verify' | 'reset'

/** The simulated programmer in a process of its own, which writes into a folder. */
export const commandSubject = (name: string, options: Subject['options']): Subject => {
  const regions = [
    { address: 0x0800_0000, bytes: image(9_001), name: 'app.bin' },
    { address: 0x0801_0000, bytes: image(700, 2), name: 'config.bin' },
  ]
  return subject<Step>({
    name,
    family: command,
    options: { programmer: 'sim', ...options },
    regions,
    steps: ['connect', 'write', 'verify', 'reset'],
    survives: [],
    afterwards: [],
    passing: { kind: 'nack', step: 'write', after: 0, times: 1 },
    kinds: ['nack', 'silence'],
    impatient: { timeoutSeconds: 1 },
    clock: createAwakeClock,
    unit(clock, faults) {
      const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const memory = (address: number) => join(folder, `memory-0x${address.toString(16)}`)
      const images = regions.flatMap((_, at) => [`{image${at}}`, `{address${at}}`])
      const programmer = {
        name: 'sim',
        program: process.execPath,
        args: [script, '--unit', folder, '--faults', JSON.stringify(faults), ...images],
      }
      const place = { slot: '1', usbPath: undefined, usbSerial: undefined }
      return {
        open: (path) => openProcessLink(path, programmer, place, clock),
        holds: () =>
          regions.every(
            ({ address, bytes }) => existsSync(memory(address)) && readFileSync(memory(address)).equals(bytes),
          ),
        changed: () => readdirSync(folder).some((file) => file.startsWith('memory')),
      }
    },
  })
}
