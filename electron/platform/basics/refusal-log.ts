import type { Clock } from './clock.ts'
import type { Logger } from './logger.ts'
import { MinuteLog, type Party } from './minute-log.ts'

/** Who was refused: an address, and the device where it is known. */
export type Refused = Party

/** Logs refusals of known and unknown devices: one line per reason and minute. */
export class RefusalLog {
  readonly #log: MinuteLog
  readonly #seen: ((reason: string) => void) | undefined

  /** @param seen is called for every refusal, also for those that are not written. */
  constructor(logger: Pick<Logger, 'warn'>, clock: Pick<Clock, 'after'>, seen?: (reason: string) => void) {
    this.#log = new MinuteLog((values, message) => logger.warn(values, message), clock)
    this.#seen = seen
  }

  /** @param reason one of a few texts. @param detail values for the log, never secrets. */
  note(reason: string, refused: Refused, detail: Readonly<Record<string, unknown>> = {}): void {
    this.#seen?.(reason)
    this.#log.note(`refused: ${reason}`, detail, refused)
  }
}

/** Logs faults that peers can trigger at will: one line per message and minute. */
export class FaultLog {
  readonly #log: MinuteLog

  constructor(logger: Pick<Logger, 'error'>, clock: Pick<Clock, 'after'>) {
    this.#log = new MinuteLog((values, message) => logger.error(values, message), clock)
  }

  note(message: string, values: object = {}): void {
    this.#log.note(message, values)
  }
}
