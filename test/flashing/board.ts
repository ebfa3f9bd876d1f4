import { z } from 'zod'
import { xmodem } from '#shared/targets/xmodem.ts'
import type { Family } from '../../electron/flashing/families/family.ts'
import { FlashError, type IdentifyJob, type Identity } from '../../electron/flashing/flasher.ts'
import { anyImage } from '../../electron/flashing/images/image-rules.ts'
import type { SerialLink } from '../../electron/flashing/transport.ts'
import type { TargetFactory, TargetLine } from '../../electron/simulator/targets/target.ts'

export type BoardStep = 'identify' | 'erase' | 'write' | 'verify' | 'reset'

/** A board of the bench's own tests: a boot loader of one letter a command, that does what the test tells it. */
export class Board {
  unit: string | undefined
  chip = 'TEST-1'
  flashSize = 1024 * 1024
  /** What it says on its console once it was reset. */
  boots = 'ready\r\n'
  written = Buffer.alloc(0)
  /** Called before each step is answered; a step that waits is not answered meanwhile. */
  before: (step: BoardStep, count: number) => void | Promise<void> = () => {}
  /** Pulls its cable. */
  pull: () => void = () => {}
  readonly steps: BoardStep[] = []

  constructor(unit?: string) {
    this.unit = unit
  }

  readonly attach: TargetFactory = (line) => {
    this.pull = () => line.unplug()
    let buffer = Buffer.alloc(0)
    let chain = Promise.resolve()
    return {
      receive: (bytes) => {
        buffer = Buffer.concat([buffer, bytes])
        for (;;) {
          const length = buffer[0] === 0x57 ? (buffer.length < 3 ? undefined : 3 + buffer.readUInt16LE(1)) : 1
          if (length === undefined || buffer.length < length) return
          const command = buffer.subarray(0, length)
          buffer = buffer.subarray(length)
          chain = chain.then(() => this.#answer(command, line))
        }
      },
    }
  }

  async #answer(command: Buffer, line: TargetLine): Promise<void> {
    const step = commands[String.fromCharCode(command[0] ?? 0)]
    if (!step) {
      line.send(command)
      return
    }
    this.steps.push(step)
    await this.before(step, this.steps.filter((one) => one === step).length)
    if (step === 'erase') this.written = Buffer.alloc(0)
    if (step === 'write') this.written = Buffer.concat([this.written, command.subarray(3)])
    if (step === 'identify')
      line.send(Buffer.from(`${JSON.stringify({ unit: this.unit, chip: this.chip, flashSize: this.flashSize })}\n`))
    else line.send(Buffer.from('k\n'))
    if (step === 'reset') line.send(Buffer.from(this.boots))
  }
}

const commands: Readonly<Record<string, BoardStep>> = {
  '?': 'identify',
  E: 'erase',
  W: 'write',
  V: 'verify',
  R: 'reset',
}
const BLOCK = 256
const ANSWER_MS = 20_000

const ask = async (link: SerialLink, bytes: Uint8Array, signal: AbortSignal): Promise<string> => {
  await link.write(bytes)
  let text = ''
  for (;;) {
    const piece = await link.read(ANSWER_MS, signal)
    if (piece.length === 0) throw new FlashError('LINE_STALLED', { seconds: ANSWER_MS / 1000 })
    text += Buffer.from(piece).toString()
    const end = text.indexOf('\n')
    if (end < 0) continue
    link.unread(Buffer.from(text.slice(end + 1)))
    return text.slice(0, end)
  }
}

type Talk = Pick<IdentifyJob<'serial'>, 'link' | 'signal' | 'emit'>

const identify = async ({ link, signal, emit }: Talk): Promise<Identity> => {
  emit({ kind: 'phase', phase: 'identifying' })
  const told = JSON.parse(await ask(link, Buffer.from('?'), signal)) as {
    unit?: string
    chip: string
    flashSize: number
  }
  const identity: Identity = { unit: told.unit, chip: told.chip, flashSize: told.flashSize, facts: {} }
  emit({ kind: 'identity', identity })
  return identity
}

/** The family of these boards, in the place of one of the application's. */
export const boardFamily: Family<'serial'> = {
  facts: { ...xmodem, options: z.strictObject({}) },
  transport: 'serial',
  settings: () => ({ baudRate: 115_200 }),
  images: anyImage,
  refusals: [],
  flasher: {
    identify,
    async flash(job) {
      const { link, signal, emit, regions } = job
      const step = (letter: string): Promise<string> => ask(link, Buffer.from(letter), signal)
      const identity = await identify(job)
      await job.beforeErase(identity)
      emit({ kind: 'phase', phase: 'erasing' })
      await step('E')
      emit({ kind: 'phase', phase: 'writing' })
      const total = regions.reduce((sum, { bytes }) => sum + bytes.length, 0)
      let done = 0
      for (const { bytes } of regions)
        for (let at = 0; at < bytes.length; at += BLOCK) {
          const block = bytes.subarray(at, at + BLOCK)
          const head = Buffer.from([0x57, block.length & 0xff, block.length >> 8])
          await ask(link, Buffer.concat([head, block]), signal)
          done += block.length
          emit({ kind: 'progress', done, total })
        }
      emit({ kind: 'phase', phase: 'verifying' })
      await step('V')
      emit({ kind: 'phase', phase: 'resetting' })
      await step('R')
      return identity
    },
  },
}
