import { setImmediate as nextTurn } from 'node:timers/promises'
import { compilePattern, PATTERN_LINE_MAX, type Pattern } from '#shared/pattern.ts'
import type { MeasuredValue, RecipeCheck } from '#shared/schema.ts'
import type { Clock } from '../../platform/basics/clock.ts'
import { FlashError } from '../flasher.ts'
import type { SerialLink } from '../transport.ts'
import { keepLimits, measuredValues } from './measured-values.ts'

/** Longest single wait for bytes, so that the signal is noticed. */
const STEP_MS = 250
/** Of a console, unless a check says another. */
export const CONSOLE_BAUD = 115_200
/** Characters that are matched before other slots get the thread. */
const AT_ONCE = 8 * PATTERN_LINE_MAX
/** Characters of a device's last output in a reason. */
const WORDS = 120

/** The bytes of a check's text with its escapes: `\r`, `\n`, `\t`, `\\`, `\xHH`, and the unit's own values. */
export const sendBytes = (text: string, values: Readonly<Record<'serial' | 'unit', string>>): Buffer => {
  const filled = text.replace(/\{(serial|unit)\}/g, (_, name: 'serial' | 'unit') => values[name])
  const pieces: Buffer[] = []
  for (const [, code, hex, plain] of filled.matchAll(/\\(?:([rnt\\])|x([0-9a-fA-F]{2}))|([^\\]+|\\)/g)) {
    if (hex !== undefined) pieces.push(Buffer.from(hex, 'hex'))
    else if (code !== undefined) pieces.push(Buffer.from({ r: '\r', n: '\n', t: '\t', '\\': '\\' }[code] ?? ''))
    else pieces.push(Buffer.from(plain ?? ''))
  }
  return Buffer.concat(pieces)
}

/** Splits output into lines, cut to the length that patterns run on. The unfinished last line counts, because it may be a prompt. */
class Listener {
  #rest = ''
  #last = ''

  /** The last output, for a reason. */
  get lastWords(): string {
    return (this.#rest.trim() || this.#last.trim()).slice(-WORDS)
  }

  /** Drops the unfinished line. */
  forget(): void {
    this.#rest = ''
  }

  /** Lines since the last call, the unfinished one last. */
  hear(bytes: Uint8Array): string[] {
    const lines = (this.#rest + Buffer.from(bytes).toString('latin1')).split(/\r\n|\r|\n/)
    this.#rest = (lines.pop() ?? '').slice(-PATTERN_LINE_MAX)
    for (const line of lines) if (line.trim() !== '') this.#last = line
    return [...lines, this.#rest].map((line) => line.slice(0, PATTERN_LINE_MAX))
  }
}

interface CheckJob {
  readonly link: SerialLink
  readonly checks: readonly RecipeCheck[]
  readonly values: Readonly<Record<'serial' | 'unit', string>>
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly log: (text: string) => void
  /** Receives what the named groups of a check's pattern read, before its limits are looked at. */
  readonly onValues: (values: readonly MeasuredValue[]) => void
}

/**
 * Runs the checks over the console of the flashed unit. Output from before the first check counts for it, because the unit is booting.
 * @throws FlashError CHECK_TIMEOUT with the check's name and the last output, CHECK_LIMIT, CHECK_NOT_NUMBER; LinkLostError; the signal's reason.
 */
export const runChecks = async ({ link, checks, values, signal, clock, log, onValues }: CheckJob): Promise<void> => {
  let baudRate: number | undefined
  const listener = new Listener()
  /** Received and not yet matched: the line after an answer may be the next answer. */
  let lines: readonly string[] = []
  for (const [position, check] of checks.entries()) {
    const name = check.name ?? check.expect ?? check.send ?? String(position + 1)
    const wanted = check.baudRate ?? baudRate ?? CONSOLE_BAUD
    if (baudRate !== wanted) await link.configure({ baudRate: wanted })
    baudRate = wanted
    if (check.send !== undefined) {
      // Earlier output, such as the prompt, is no answer to what is sent.
      lines = []
      listener.forget()
      await link.write(sendBytes(check.send, values))
    }
    if (check.expect === undefined) {
      log(`sent: ${name}`)
      continue
    }
    const pattern = compilePattern(check.expect, values)
    const until = clock.now() + check.timeoutMs
    let at = await firstOf(lines, pattern)
    while (at < 0) {
      const left = until - clock.now()
      if (left <= 0)
        throw new FlashError('CHECK_TIMEOUT', { name, ms: check.timeoutMs, got: listener.lastWords || '—' })
      const bytes = await link.read(Math.min(left, STEP_MS), signal)
      if (bytes.length === 0) continue
      lines = listener.hear(bytes)
      at = await firstOf(lines, pattern)
    }
    const answer = lines[at] ?? ''
    log(`check "${name}": ${answer.trim().slice(0, WORDS)}`)
    lines = lines.slice(at + 1)
    const read = measuredValues(pattern.named(answer) ?? {}, check.values)
    if (read.length === 0) continue
    onValues(read)
    keepLimits(name, read)
  }
}

/** Index of the first line that matches; -1: none. Yields the thread in between, which all slots share. */
const firstOf = async (lines: readonly string[], pattern: Pattern): Promise<number> => {
  let looked = 0
  for (const [at, line] of lines.entries()) {
    if (pattern.test(line)) return at
    looked += line.length
    if (looked > AT_ONCE) {
      looked = 0
      await nextTurn()
    }
  }
  return -1
}
