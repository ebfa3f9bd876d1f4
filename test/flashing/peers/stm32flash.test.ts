import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { stm32 } from '../../../electron/flashing/families/stm32/index.ts'
import { openSerialLink } from '../../../electron/flashing/links/serial-link.ts'
import { type Stm32Target, stm32Target } from '../../../electron/simulator/targets/stm32.ts'
import { type Stm32Model, stm32Models } from '../../../electron/simulator/targets/stm32-models.ts'
import type { TargetLine } from '../../../electron/simulator/targets/target.ts'
import { createAwakeClock } from '../../helpers/awake-clock.ts'
import { run } from '../../helpers/program.ts'
import { openPtyPair } from '../../helpers/pty.ts'
import { targetOnPty } from '../../helpers/target-on-pty.ts'
import { image } from '../conformance/subject.ts'

const start = 0x0800_0000

const clock = createAwakeClock()

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stm32flash-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** What a host did to a target: commands in words, and its bytes as they came. */
interface WireLog {
  readonly commands: string[]
  readonly bytes: number[]
}

/** A target that writes down what it is told, into whichever log is open. */
const recorded = (model: Stm32Model, log: () => WireLog) => (line: TargetLine) => {
  const target = stm32Target({ clock, model, onCommand: (words) => log().commands.push(words) })(line)
  const receive = target.receive.bind(target)
  target.receive = (bytes) => {
    log().bytes.push(...bytes)
    receive(bytes)
  }
  return target
}

const newLog = (): WireLog => ({ commands: [], bytes: [] })

/** A pty tells no parity and refuses to pretend, so the peer is told to do without. */
const byStm32flash = (port: string, ...job: readonly string[]) =>
  run('stm32flash', ['-b', '115200', '-m', '8n1', ...job, port])

const byUs = async (port: string, bytes: Uint8Array, options: Readonly<Record<string, unknown>>) => {
  const link = await openSerialLink(port, { baudRate: 115_200 }, clock)
  try {
    return await stm32.flasher.flash({
      link,
      clock,
      // Noise instead of a program, so that a block in the wrong place shows.
      options: { parity: 'none', startsWith: 'data', ...options },
      regions: [{ address: start, bytes, name: 'app.bin' }],
      signal: new AbortController().signal,
      emit: () => undefined,
      beforeErase: () => undefined,
    })
  } finally {
    await link.close()
  }
}

const holds = (target: Stm32Target, bytes: Uint8Array) =>
  Buffer.compare(target.memory.flash.subarray(0, bytes.length), bytes) === 0

const of = (log: WireLog, command: string) => log.commands.filter((words) => words.startsWith(command))

/** The frames of all writes, as bytes: command, address, data, each with its check. */
const writeFrames = (model: Stm32Model, bytes: Uint8Array): number[][] =>
  Array.from({ length: Math.ceil(bytes.length / 256) }, (_, index) => {
    const some = bytes.subarray(index * 256, index * 256 + 256)
    const data = Array<number>(Math.ceil(some.length / model.granule) * model.granule).fill(0xff)
    for (const [at, byte] of some.entries()) data[at] = byte
    const address = start + index * 256
    const place = [address >>> 24, (address >>> 16) & 0xff, (address >>> 8) & 0xff, address & 0xff]
    const xor = (some: readonly number[]) => some.reduce((sum, byte) => sum ^ byte, 0)
    return [0x31, 0xce, ...place, xor(place), data.length - 1, ...data, xor([data.length - 1, ...data])]
  })

const holdsFrames = (log: WireLog, frames: readonly (readonly number[])[]): boolean => {
  const stream = Buffer.from(log.bytes)
  return frames.every((frame) => stream.includes(Buffer.from(frame)))
}

// Padding to four bytes is all that stm32flash does: a chip of wider granules must be given a length that fits.
it.each([
  ['an F4 by sectors', stm32Models.f4, 9_001],
  ['an F1 by pages with the old Erase', stm32Models.f1, 9_001],
  ['an L4 by pages of 2 KiB', stm32Models.l4, 9_008],
] as const)('Debian’s stm32flash and ours tell %s the same', async (_, model, length) => {
  const bytes = image(length)
  const file = join(folder, 'app.bin')
  await writeFile(file, bytes)
  const [theirs, ours] = [newLog(), newLog()]
  let log = theirs
  await using pty = await openPtyPair()
  await using unit = await targetOnPty(
    pty.far,
    recorded(model, () => log),
  )

  await byStm32flash(pty.near, '-w', file, '-v')
  expect(holds(unit.target, bytes)).toBe(true)

  log = ours
  await byUs(pty.near, bytes, { after: 'go' })
  expect(holds(unit.target, bytes)).toBe(true)
  expect(unit.target.isRunning).toBe(true)

  // The same erase, the same writes byte by byte, the same blocks read back.
  expect(of(ours, 'erase')).toEqual(of(theirs, 'erase'))
  expect(of(ours, 'write')).toEqual(of(theirs, 'write'))
  expect(holdsFrames(theirs, writeFrames(model, bytes))).toBe(true)
  expect(holdsFrames(ours, writeFrames(model, bytes))).toBe(true)
  const readBack = (log: WireLog) =>
    of(log, 'read 0x08')
      .filter((words) => !words.endsWith(' 4'))
      .map((words) => words.split(' ')[1])
  expect(readBack(ours)).toEqual(readBack(theirs))

  // What differs: they read each block back at once, we do when all is written; we read the unit's number and size, and what they pad.
  const meeting = (log: WireLog) =>
    log.commands.slice(
      0,
      log.commands.findIndex((words) => words.startsWith('erase')),
    )
  expect(meeting(theirs).toSorted()).toEqual(['get', 'get id', 'get version'])
  expect(meeting(ours).slice(0, 3).toSorted()).toEqual(['get', 'get id', 'get version'])
  expect(
    meeting(ours)
      .slice(3)
      .every((words) => words.startsWith('read')),
  ).toBe(true)
})

it('Debian’s stm32flash reads back what we wrote, and starts it', async () => {
  const bytes = image(3_000, 7)
  const copy = join(folder, 'copy.bin')
  await using pty = await openPtyPair()
  await using unit = await targetOnPty(pty.far, recorded(stm32Models.f4, newLog))
  await byUs(pty.near, bytes, { after: 'stay' })
  await byStm32flash(pty.near, '-r', copy, '-S', `0x08000000:${bytes.length}`)
  expect(Buffer.compare(await readFile(copy), bytes)).toBe(0)
  await byStm32flash(pty.near, '-g', '0x08000000')
  expect(unit.target.isRunning).toBe(true)
})

it('goes on where stm32flash was killed in the middle of a write', async () => {
  const bytes = image(60_000, 3)
  const file = join(folder, 'app.bin')
  await writeFile(file, bytes)
  const killed = new AbortController()
  const log = newLog()
  await using pty = await openPtyPair()
  await using unit = await targetOnPty(pty.far, (line) => {
    const target = recorded(stm32Models.f4, () => log)(line)
    const receive = target.receive.bind(target)
    target.receive = (some) => {
      receive(some)
      if (of(log, 'write').length === 20) killed.abort()
    }
    return target
  })
  await expect(
    run('stm32flash', ['-b', '115200', '-m', '8n1', '-w', file, pty.near], {
      signal: killed.signal,
      killSignal: 'SIGKILL',
    }),
  ).rejects.toThrow()
  await byUs(pty.near, bytes, {})
  expect(holds(unit.target, bytes)).toBe(true)
})
