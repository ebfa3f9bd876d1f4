import { FlashError, type IdentifyJob } from '../../flasher.ts'
import { LinkLostError, type SerialLink } from '../../transport.ts'
import { TimedLink } from '../timed-link.ts'
import { ConsoleReader, consoleLines, consoleOverhead } from './console-frames.ts'
import { type Answer, answerIn, busy, packetOf, type Request } from './messages.ts'
import type { PacketReader } from './packet-reader.ts'
import { RawReader } from './raw-packets.ts'

interface Patience {
  /** Milliseconds for each answer, besides the time on the line. */
  readonly timeoutMs: number
  /** How often the request is sent at most. */
  readonly tries: number
}

/** A busy unit is asked again after this time, this often. */
const busyMs = 500
const busyTries = 20

type Job = Pick<IdentifyJob<'serial'>, 'link' | 'clock' | 'signal' | 'reopen'>

/** A unit with USB of its own answers only a port that is in use. */
export const listenTo = (link: SerialLink): Promise<void> => link.setLines({ dtr: true, rts: false })

interface ClientSettings {
  readonly baudRate: number
  readonly framing: 'console' | 'raw'
}

/** Asks a unit over its line: one request at a time, matched with its answer by sequence, group and command. */
export class SmpClient {
  #wire: TimedLink
  readonly #job: Job
  readonly #settings: ClientSettings
  readonly #reader: PacketReader
  #sequence = 0

  constructor(job: Job, settings: ClientSettings) {
    this.#job = job
    this.#wire = new TimedLink(job.link, job.clock, job.signal)
    this.#settings = settings
    this.#reader = settings.framing === 'console' ? new ConsoleReader() : new RawReader()
  }

  get now(): number {
    return this.#wire.now
  }

  /** What the unit printed that is no answer: text for people, and its bytes. */
  get output(): Pick<PacketReader, 'words' | 'strange'> {
    return this.#reader
  }

  /** Bytes of a packet that the line adds. */
  get overhead(): number {
    return this.#settings.framing === 'console' ? consoleOverhead : 0
  }

  /**
   * Meets a unit that left the bus where it returns, as one with USB of its own does at each restart.
   * @throws LinkLostError: it is not back, or the line cannot be opened anew; the signal's reason.
   */
  async reconnect(): Promise<void> {
    const { reopen, clock, signal } = this.#job
    if (!reopen) throw new LinkLostError('the unit left the bus')
    const link = await reopen()
    await listenTo(link)
    this.#wire = new TimedLink(link, clock, signal)
  }

  /** Waits. @throws the signal's reason. */
  pause(ms: number): Promise<void> {
    return this.#wire.pause(ms)
  }

  /**
   * Sends a request until it is answered; an answer to any of its tries counts, because a slow unit answers them all.
   * @returns undefined: the unit is silent. @throws LinkLostError; the signal's reason.
   */
  async ask(request: Request, { timeoutMs, tries }: Patience): Promise<Answer | undefined> {
    const sent = new Set<number>()
    for (let attempt = 0; attempt < tries; attempt++) {
      this.#sequence = (this.#sequence + 1) & 0xff
      sent.add(this.#sequence)
      const packet = packetOf(request, this.#sequence)
      const bytes = this.#settings.framing === 'console' ? consoleLines(packet) : packet
      await this.#wire.send(bytes)
      const answer = await this.#answer(request, sent, timeoutMs + (bytes.length * 10_000) / this.#settings.baudRate)
      if (answer) return answer
    }
    return undefined
  }

  /**
   * As `ask`; a unit that is busy is asked again.
   * @throws FlashError SMP_SILENT_AT: no answer; LinkLostError; the signal's reason.
   */
  async mustAnswer(request: Request, patience: Patience): Promise<Answer> {
    for (let times = 0; ; times++) {
      const answer = await this.ask(request, patience)
      if (!answer) throw new FlashError('SMP_SILENT_AT', { command: request.name, words: this.#reader.words || '—' })
      if (answer.error?.rc !== busy || times >= busyTries) return answer
      await this.pause(busyMs)
    }
  }

  /** As `mustAnswer`. @throws also FlashError SMP_REFUSED: the answer is an error. */
  async mustSucceed(request: Request, patience: Patience): Promise<Answer> {
    const answer = await this.mustAnswer(request, patience)
    if (answer.error) throw new FlashError('SMP_REFUSED', { command: request.name, error: answer.error.words })
    return answer
  }

  async #answer(request: Request, sent: ReadonlySet<number>, timeoutMs: number): Promise<Answer | undefined> {
    const deadline = this.#wire.now + timeoutMs
    while (this.#wire.now < deadline) {
      const bytes = await this.#wire.some(deadline - this.#wire.now)
      for (const packet of this.#reader.push(bytes)) {
        const answer = answerIn(packet, request)
        if (answer && sent.has(answer.sequence)) return answer
      }
    }
    return undefined
  }
}
