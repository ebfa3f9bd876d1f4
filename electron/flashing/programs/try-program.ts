import type { z } from 'zod'
import type { ProgrammerTest, ProgrammerTestInput } from '#shared/schema.ts'
import type { Clock } from '../../platform/basics/clock.ts'
import { FlashError, type ReasonData } from '../flasher.ts'
import { OutputLines } from './output-lines.ts'
import { openProcessLink } from './process-link.ts'
import { programProblem } from './program-file.ts'
import { makeRunFolder } from './run-folder.ts'

/** A program that says its version needs no longer; Python programs take seconds on a busy computer. */
const TIME_MS = 20_000
const LINES = 30
const LINE_WIDTH = 300

/** As the API answers it, with the reason as a code. */
export type ProgrammerTestView = Omit<ProgrammerTest, 'trouble'> & {
  readonly trouble: { readonly code: string; readonly data: Record<string, string | number> } | null
}

/** Starts a program as a run would, in a folder of its own, and reads what it says. Never throws for what the program does. */
export const tryProgram = async (
  { program, args }: z.output<typeof ProgrammerTestInput>,
  clock: Clock,
): Promise<ProgrammerTestView> => {
  const lines: string[] = []
  const read = async (output: AsyncIterable<Uint8Array>): Promise<void> => {
    const splitter = new OutputLines()
    const take = (found: ReturnType<OutputLines['take']>): void => {
      for (const { text } of found) if (lines.length < LINES) lines.push(text.slice(0, LINE_WIDTH))
    }
    for await (const bytes of output) take(splitter.take(bytes))
    take(splitter.end())
  }
  const failed = (code: string, data: ReasonData): ProgrammerTestView => ({
    ok: false,
    exitCode: null,
    lines,
    trouble: { code, data: { ...data } },
  })

  const missing = await programProblem(program)
  if (missing) return failed(missing.code, missing.data)
  const place = { slot: '', usbPath: undefined, usbSerial: undefined }
  const link = openProcessLink(program, { name: 'test', program, args: [] }, place, clock)
  const late = new AbortController()
  const forget = clock.after(TIME_MS, () => late.abort())
  try {
    await using folder = await makeRunFolder([])
    const { code, signal } = await link.run({ program, args, folder: folder.path, read }, late.signal)
    if (code === null) return failed('COMMAND_ENDED', { signal: signal ?? '?', words: lines.at(-1) ?? '—' })
    return { ok: code === 0, exitCode: code, lines, trouble: null }
  } catch (error) {
    if (late.signal.aborted) return failed('COMMAND_TIMEOUT', { seconds: TIME_MS / 1000, words: lines.at(-1) ?? '—' })
    if (error instanceof FlashError) return failed(error.code, error.data)
    throw error
  } finally {
    forget()
    await link.close()
  }
}
