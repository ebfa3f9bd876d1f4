import { setImmediate as nextTurn } from 'node:timers/promises'
import { compilePattern, PATTERN_LINE_MAX, type Pattern } from '#shared/pattern.ts'
import type { Programmer } from '#shared/schema.ts'
import { type OutputLine, OutputLines } from '../../programs/output-lines.ts'

/** Lines that go into the run's log at once; of the rest the last ones follow at the end. */
const LOGGED_FIRST = 400
const LOGGED_LAST = 100
/** Characters of a line in the log, and in a reason. */
const LOG_WIDTH = 300
const WORDS_WIDTH = 160
/** Errors in a reason: the first tells the cause, the last often only the end. */
const ERRORS = 3
/** Characters that are matched before other slots get the thread. */
const AT_ONCE = 8 * PATTERN_LINE_MAX

/** Most programs write their progress as a number before `%`. */
const usualProgress = '(\\d{1,3}(?:\\.\\d+)?)\\s*%'
/** As long as any barcode, without blanks. */
const isUnitId = /^[\x21-\x7e]{1,128}$/
/** A line that people would look for first. */
const looksLikeError = compilePattern(
  '(?i)\\b(?:error|fail(?:ed|ure)?|fatal|cannot|unable|denied|timed? ?out|not found)\\b',
)

/** What is told of a program while it runs. */
export interface OutputListener {
  log(level: 'info' | 'warn', text: string): void
  progress(percent: number): void
  unit(id: string): void
}

/** Reads a program's two outputs by the programmer's patterns, in bounded time and memory. */
export class OutputReader {
  readonly #listener: OutputListener
  readonly #patterns: { readonly [K in 'progress' | 'success' | 'failure' | 'unit']: Pattern | undefined }
  readonly #last: string[] = []
  #logged = 0
  #leftOut = 0
  /** The last errors, each once. */
  readonly #errors: string[] = []
  #lastLine: { readonly [source in 'stdout' | 'stderr']?: string } = {}
  #unit: string | undefined
  #succeeded = false
  #failure: string | undefined

  constructor({ progress = usualProgress, success, failure, unit }: Programmer, listener: OutputListener) {
    const compiled = (source: string | undefined) => (source === undefined ? undefined : compilePattern(source))
    this.#listener = listener
    this.#patterns = {
      progress: compiled(progress),
      success: compiled(success),
      failure: compiled(failure),
      unit: compiled(unit),
    }
  }

  /** Whether a line matched the success pattern. */
  get succeeded(): boolean {
    return this.#succeeded
  }

  /** The first line that matched the failure pattern. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** The id that the unit pattern read. */
  get unit(): string | undefined {
    return this.#unit
  }

  /** What the program said last: its last errors and its last line, of standard error if it wrote there. */
  get words(): string {
    const last = this.#lastLine.stderr ?? this.#lastLine.stdout
    const words = [...(this.#failure === undefined ? this.#errors : [this.#failure]), last].filter(
      (line) => line !== undefined,
    )
    return [...new Set(words)].map((line) => line.slice(0, WORDS_WIDTH)).join(' … ') || '—'
  }

  /** Reads one output to its end. A program that writes faster than this reads waits. */
  async read(output: AsyncIterable<Uint8Array>, source: 'stdout' | 'stderr'): Promise<void> {
    const lines = new OutputLines()
    let looked = 0
    const take = async (found: readonly OutputLine[]): Promise<void> => {
      for (const line of found) {
        this.#line(line, source)
        looked += line.text.length
        if (looked <= AT_ONCE) continue
        looked = 0
        await nextTurn()
      }
    }
    for await (const bytes of output) await take(lines.take(bytes))
    await take(lines.end())
  }

  /** Writes the last lines of a long output into the log. */
  finish(): void {
    const shown = Math.min(this.#last.length, LOGGED_LAST)
    if (this.#leftOut > shown) this.#listener.log('info', `… ${this.#leftOut - shown} lines are left out`)
    for (const text of this.#last.slice(-shown || undefined)) this.#listener.log('info', text)
    this.#last.length = 0
    this.#leftOut = 0
  }

  #line({ text, overwritten }: OutputLine, source: 'stdout' | 'stderr'): void {
    const { progress, success, failure, unit } = this.#patterns
    const percent = Number(progress?.group(text) ?? Number.NaN)
    const isProgress = percent >= 0 && percent <= 100
    if (isProgress) this.#listener.progress(percent)
    if (success?.test(text)) this.#succeeded = true
    if (failure?.test(text)) this.#failure ??= text
    if (unit && this.#unit === undefined) {
      const id = unit.group(text)?.trim() ?? ''
      if (isUnitId.test(id)) {
        this.#unit = id
        this.#listener.unit(id)
      }
    }
    // A bar that is drawn again and again says nothing in a log or a reason.
    if (isProgress && overwritten) return
    this.#lastLine = { ...this.#lastLine, [source]: text }
    if (looksLikeError.test(text) && !this.#errors.includes(text)) {
      this.#errors.push(text)
      if (this.#errors.length > ERRORS) this.#errors.shift()
    }
    this.#log(text.slice(0, LOG_WIDTH))
  }

  #log(text: string): void {
    if (this.#logged < LOGGED_FIRST) {
      this.#logged += 1
      this.#listener.log('info', text)
      return
    }
    this.#leftOut += 1
    this.#last.push(text)
    if (this.#last.length >= 2 * LOGGED_LAST) this.#last.splice(0, LOGGED_LAST)
  }
}
