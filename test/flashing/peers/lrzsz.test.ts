import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Family } from '../../../electron/flashing/families/family.ts'
import { xmodem } from '../../../electron/flashing/families/xmodem/index.ts'
import { ymodem } from '../../../electron/flashing/families/ymodem/index.ts'
import type { FlashEvent, Region } from '../../../electron/flashing/flasher.ts'
import { openSerialLink } from '../../../electron/flashing/links/serial-link.ts'
import { LinkLostError } from '../../../electron/flashing/transport.ts'
import { createAwakeClock } from '../../helpers/awake-clock.ts'
import { openPtyPair, type PtyPair } from '../../helpers/pty.ts'
import { limits } from '../../limits.mjs'
import { image } from '../conformance/subject.ts'

const clock = createAwakeClock()

let folder: string
/** Exit codes of the receivers so far. */
let exits: (number | null)[]
beforeEach(async () => {
  exits = []
  folder = await mkdtemp(join(tmpdir(), 'lrzsz-'))
})
afterEach(() => rm(folder, { recursive: true }))

/**
 * A receiver of Debian's at one end of a line; it writes into `folder`. Its bytes go through this process: on a terminal it discards, when it
 * leaves, what was not fetched yet, as if a UART had unsent bytes taken back.
 */
const receiver = async (port: string, program: string, args: readonly string[]): Promise<ChildProcess> => {
  const link = await openSerialLink(port, { baudRate: 115_200 }, clock)
  const child = spawn(program, [...args], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] })
  // It may be gone when the last bytes come.
  child.stdin.on('error', () => undefined)
  child.stdout.on('data', (bytes: Buffer) => void link.write(bytes).catch(() => undefined))
  child.on('exit', () => void link.close())
  const pump = async () => {
    for (;;) child.stdin.write(await link.read(limits.wait))
  }
  // A line that is gone hangs up on its program.
  pump().catch(() => child.kill('SIGKILL'))
  return child
}

const ended = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

interface Transfer {
  readonly family: Family
  readonly pty: PtyPair
  readonly regions: readonly Region[]
  /** The receiver: started once our port is open, as opening drops what a unit said before. */
  readonly receive: () => Promise<ChildProcess>
  readonly options?: Readonly<Record<string, unknown>>
  readonly signal?: AbortSignal
  readonly emit?: (event: FlashEvent, child: ChildProcess) => void
}

/** @returns the receiver's exit code; our failure comes first. */
const transfer = async ({
  family,
  pty,
  regions,
  receive,
  options = {},
  signal,
  emit,
}: Transfer): Promise<number | null> => {
  const link = await openSerialLink(pty.near, { baudRate: 115_200 }, clock)
  const child = await receive()
  try {
    await family.flasher.flash({
      link,
      clock,
      options,
      regions,
      signal: signal ?? new AbortController().signal,
      emit: (event) => emit?.(event, child),
      beforeErase: () => undefined,
    })
  } finally {
    await link.close()
    // Interrupted, it purges its line for seconds.
    if (child.killed) child.kill('SIGKILL')
    exits.push(await ended(child))
  }
  return exits.at(-1) ?? null
}

const region = (name: string, bytes: Uint8Array): Region => ({ address: 0, bytes, name })
const received = (name: string) => readFile(join(folder, name))

it.each([
  ['blocks of 1024 with CRC', { block: '1024' }],
  ['blocks of 128 with CRC', { block: '128' }],
] as const)('rx receives a file by XMODEM with %s, filled up and no more', async (_, options) => {
  await using pty = await openPtyPair()
  const bytes = image(70_001)
  const receive = () => receiver(pty.far, 'rx', ['-c', 'app.bin'])
  expect(await transfer({ family: xmodem, pty, regions: [region('app.bin', bytes)], receive, options })).toBe(0)
  const file = await received('app.bin')
  expect(Buffer.compare(file.subarray(0, bytes.length), bytes)).toBe(0)
  expect(file.length - bytes.length).toBeLessThan(128)
})

it('rb receives a batch by YMODEM, names and lengths as they are', async () => {
  await using pty = await openPtyPair()
  const regions = [region('app.bin', image(200_003, 2)), region('empty.bin', new Uint8Array(0))]
  expect(await transfer({ family: ymodem, pty, regions, receive: () => receiver(pty.far, 'rb', []) })).toBe(0)
  for (const { name, bytes } of regions) expect(Buffer.compare(await received(name), bytes), name).toBe(0)
})

it('eight receivers at once each get their own file', async () => {
  await Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      const { name, bytes } = region(`unit-${index}.bin`, image(60_000 + index, index + 1))
      await using pty = await openPtyPair()
      const regions = [region(name, bytes)]
      expect(await transfer({ family: ymodem, pty, regions, receive: () => receiver(pty.far, 'rb', []) })).toBe(0)
      expect(Buffer.compare(await received(name), bytes)).toBe(0)
    }),
  )
})

it('a pulled cable ends one transfer and leaves the other alone', async () => {
  await using pulled = await openPtyPair()
  await using other = await openPtyPair()
  const lost = transfer({
    family: ymodem,
    pty: pulled,
    regions: [region('lost.bin', image(300_000))],
    receive: () => receiver(pulled.far, 'rb', []),
    emit: (event) => {
      if (event.kind === 'progress' && event.done > 100_000) void pulled.pull()
    },
  })
  const kept = transfer({
    family: ymodem,
    pty: other,
    regions: [region('kept.bin', image(300_000))],
    receive: () => receiver(other.far, 'rb', []),
  })
  await expect(lost).rejects.toThrow(LinkLostError)
  expect(await kept).toBe(0)
  expect(await received('kept.bin')).toHaveLength(300_000)
})

it('a receiver leaves when the sender is stopped', async () => {
  await using pty = await openPtyPair()
  const control = new AbortController()
  const reason = new Error('stopped by a person')
  const stopped = transfer({
    family: ymodem,
    pty,
    regions: [region('big.bin', image(400_000))],
    receive: () => receiver(pty.far, 'rb', []),
    signal: control.signal,
    emit: (event) => {
      if (event.kind === 'progress' && event.done > 100_000) control.abort(reason)
    },
  })
  await expect(stopped).rejects.toBe(reason)
  expect(exits[0]).not.toBe(0)
})

it('says in words that the receiver gave up', async () => {
  await using pty = await openPtyPair()
  const givenUp = transfer({
    family: ymodem,
    pty,
    regions: [region('big.bin', image(400_000))],
    receive: () => receiver(pty.far, 'rb', []),
    // rb answers a SIGINT with CANs.
    emit: (event, child) => {
      if (event.kind === 'progress' && event.done > 100_000 && !child.killed) child.kill('SIGINT')
    },
  })
  await expect(givenUp).rejects.toMatchObject({ code: 'MODEM_CANCELLED' })
})
