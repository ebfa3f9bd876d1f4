import { compilePattern } from '#shared/pattern.ts'
import { type AtPackage, fillCommand } from '../../at-profiles/placeholders.ts'
import type { AtQuery, AtStep } from '../../at-profiles/profile.ts'
import { FlashError, type IdentifyJob } from '../../flasher.ts'
import { TimedLink } from '../timed-link.ts'
import { AtLines, finalOf, plainValue } from './at-lines.ts'

/** The first characters set the module's speed and are lost, so `AT` is repeated this often. */
const REPEAT_MS = 700
/** Every so many tries it is quiet for longer: a module that waits for the rest of a cancelled upload takes AT for that rest. */
const QUIET_EVERY = 5
const QUIET_MS = 6000
/** Answers to repeated ATs come within this time, and would be taken for those of the next command. */
const SETTLE_MS = 150
/** A restart may drop a command; it is not waited for longer. */
const COMMAND_MS = 5000
const CHUNK_BYTES = 4096

type Job = Pick<IdentifyJob<'at'>, 'link' | 'clock' | 'signal'>

/** What somebody wants to hear of a session. */
export interface SessionListener {
  /** A line that belongs to no command: an unsolicited result code. */
  readonly heard: (line: string) => void
  readonly log: (text: string) => void
}

/** Sends commands to a module and reads what it answers. Lines that come between command and answer go to the listener. */
export class AtSession {
  readonly #job: Job
  readonly #listener: SessionListener
  readonly #lines = new AtLines()
  readonly #queue: string[] = []
  #timed: TimedLink
  #lastLine = ''

  constructor(job: Job, listener: SessionListener) {
    this.#job = job
    this.#listener = listener
    this.#timed = this.#timedLine()
  }

  get now(): number {
    return this.#job.clock.now()
  }

  /** Opens the port again. @throws FlashError PORT_…, LinkLostError. */
  async reopen(): Promise<void> {
    await this.#job.link.reopen()
    this.#timed = this.#timedLine()
    this.#lines.forget()
    this.#queue.length = 0
  }

  pause(ms: number): Promise<void> {
    return this.#timed.pause(ms)
  }

  /** The next line that belongs to no command; undefined after `ms` without one. @throws LinkLostError; the signal's reason. */
  async line(ms: number): Promise<string | undefined> {
    const line = await this.#next(this.now + Math.max(1, ms))
    if (line !== undefined) this.#listener.heard(line)
    return line
  }

  /** Repeats `AT` until the module answers OK. @throws FlashError AT_SILENT, AT_NO_OK. */
  async attend(seconds: number): Promise<void> {
    const deadline = this.now + seconds * 1000
    let heard = false
    let words = ''
    for (let tries = 1; ; tries++) {
      this.#lines.forget()
      await this.#send('AT\r')
      const until = Math.min(deadline, this.now + (tries % QUIET_EVERY === 0 ? QUIET_MS : REPEAT_MS))
      for (;;) {
        const line = await this.#next(until)
        if (line === undefined) break
        heard = true
        if (line === 'OK') return this.#settle()
        if (line !== 'AT' && !finalOf(line)) this.#listener.heard(line)
        words = line
      }
      heard ||= this.#lines.rest !== ''
      words ||= this.#lines.rest
      if (this.now >= deadline)
        throw new FlashError(heard ? 'AT_NO_OK' : 'AT_SILENT', heard ? { seconds, words: words || '—' } : { seconds })
    }
  }

  /** Switches the echo off and sends the profile's setup; both again after every restart. */
  async introduce(setup: readonly AtStep[], file: AtPackage): Promise<void> {
    await this.#optional('ATE0')
    for (const step of setup) await this.step(step, file)
  }

  /** Asks for one value; undefined: the module has none, or answers something else. */
  async ask({ send, line: source }: AtQuery): Promise<string | undefined> {
    const pattern = source === undefined ? undefined : compilePattern(source)
    let value: string | undefined
    const final = await this.#command(send, COMMAND_MS, (line) => {
      if (value !== undefined) return false
      const found = pattern ? pattern.group(line) : plainValue(line, send)
      if (found !== undefined && found !== '') value = found
      return found !== undefined
    })
    return final === 'OK' ? value?.trim() : undefined
  }

  /** @throws FlashError AT_NO_ANSWER, AT_REFUSED. */
  async step(
    step: AtStep,
    file: AtPackage,
    payload?: { readonly bytes: Uint8Array; readonly sent: (bytes: number) => void },
  ): Promise<void> {
    const { answer, prompt, seconds, optional } = step
    const command = fillCommand(step.send, file)
    if (optional) return this.#optional(command, seconds)
    if (prompt !== undefined && payload) {
      this.#listener.log(`> ${command}`)
      await this.#send(`${command}\r`)
      await this.#prompted(prompt, command, seconds)
      await this.#write(step.payload === 'url' ? Buffer.from(file.url, 'latin1') : payload.bytes, step, payload.sent)
      if (answer === null) return
      return this.#ended(command, await this.#answered(seconds, answer))
    }
    this.#listener.log(`> ${command}`)
    await this.#send(`${command}\r`)
    if (answer === null) return
    this.#ended(command, await this.#answered(seconds, answer, command))
  }

  /** Sends a command whose answer is no matter. */
  async tell(command: string): Promise<void> {
    this.#listener.log(`> ${command}`)
    await this.#send(`${command}\r`)
  }

  #timedLine(): TimedLink {
    const { link, clock, signal } = this.#job
    return new TimedLink(link.line, clock, signal)
  }

  #send(text: string): Promise<void> {
    return this.#timed.send(Buffer.from(text, 'latin1'))
  }

  async #next(deadline: number): Promise<string | undefined> {
    for (;;) {
      const line = this.#queue.shift()
      if (line !== undefined) {
        this.#lastLine = line
        return line
      }
      const left = deadline - this.now
      if (left <= 0) return undefined
      const bytes = await this.#job.link.line.read(left, this.#job.signal)
      if (bytes.length > 0) this.#queue.push(...this.#lines.take(bytes))
    }
  }

  async #settle(): Promise<void> {
    for (let tries = 0; tries < 20; tries++) {
      const line = await this.#next(this.now + SETTLE_MS)
      if (line === undefined) return
      if (line !== 'AT' && !finalOf(line)) this.#listener.heard(line)
    }
  }

  async #optional(command: string, seconds = COMMAND_MS / 1000): Promise<void> {
    this.#listener.log(`> ${command}`)
    await this.#command(command, seconds * 1000, () => false)
  }

  /** Sends a command. @returns its last line; undefined: none came. @param own takes a line of the answer. */
  async #command(command: string, ms: number, own: (line: string) => boolean): Promise<string | undefined> {
    const deadline = this.now + ms
    await this.#send(`${command}\r`)
    for (;;) {
      const line = await this.#next(deadline)
      if (line === undefined || finalOf(line)) return line
      if (line !== command && !own(line)) this.#listener.heard(line)
    }
  }

  async #prompted(prompt: string, command: string, seconds: number): Promise<void> {
    const deadline = this.now + seconds * 1000
    while (this.#lines.rest.trim() !== prompt) {
      // A prompt has no line end, so it is looked for after every piece.
      const line = await this.#next(Math.min(deadline, this.now + 100))
      if (line === prompt) return
      if (line !== undefined && finalOf(line) === 'error') this.#ended(command, line)
      if (line === undefined && this.now >= deadline) this.#ended(command, undefined)
      if (line !== undefined && line !== command && line !== 'OK') this.#listener.heard(line)
    }
    this.#lines.forget()
  }

  async #write(
    bytes: Uint8Array,
    { chunk = CHUNK_BYTES, paceMs = 0 }: AtStep,
    sent: (bytes: number) => void,
  ): Promise<void> {
    for (let at = 0; at < bytes.length; at += chunk) {
      const piece = bytes.subarray(at, at + chunk)
      await this.#timed.send(piece)
      if (paceMs > 0) await this.#timed.pause(paceMs)
      sent(at + piece.length)
    }
  }

  /** The last line of an answer: OK, after the line that the step asks for, or an error. */
  async #answered(seconds: number, answer: string | undefined, command?: string): Promise<string | undefined> {
    const pattern = answer === undefined ? undefined : compilePattern(answer)
    const deadline = this.now + seconds * 1000
    let met = pattern === undefined
    for (;;) {
      const line = await this.#next(deadline)
      if (line === undefined) return undefined
      if (pattern?.test(line)) met = true
      else if (finalOf(line) === 'error') return line
      else if (finalOf(line) === 'ok') {
        if (met) return line
      } else if (line !== command) this.#listener.heard(line)
    }
  }

  #ended(command: string, final: string | undefined): void {
    if (final === 'OK') return
    const short = command.slice(0, 80)
    if (final === undefined) throw new FlashError('AT_NO_ANSWER', { command: short, words: this.#lastLine || '—' })
    throw new FlashError('AT_REFUSED', { command: short, words: final })
  }
}
