import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Logger as PlatformLogger } from '../logger.ts'
import { RecentMap } from './recent.ts'

/** What the brokers need of pino. */
export type BrokerLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

const QUIET_MS = 60_000
const KINDS_MAX = 4096

/** Who was refused: an address, and the device where it is known. */
export interface Refused {
  readonly remoteAddress: string
  /** `{productKey}/{deviceName}` */
  readonly device?: string | undefined
}

/** Logs each kind of refusal once a minute and sender, with the number left out since: a flood must not fill the disk. */
export class RefusalLog {
  readonly #logger: Pick<PlatformLogger, 'warn'>
  readonly #clock: Pick<Clock, 'now'>
  readonly #kinds = new RecentMap<{ readonly at: number; more: number }>(KINDS_MAX)

  constructor(logger: Pick<PlatformLogger, 'warn'>, clock: Pick<Clock, 'now'>) {
    this.#logger = logger
    this.#clock = clock
  }

  /** @param detail values for the log, never secrets. */
  note(reason: string, refused: Refused, detail: Readonly<Record<string, unknown>> = {}): void {
    const kind = `${reason}\n${refused.remoteAddress}\n${refused.device ?? ''}`
    const now = this.#clock.now()
    const last = this.#kinds.get(kind)
    if (last && now - last.at < QUIET_MS) {
      last.more++
      return
    }
    this.#kinds.set(kind, { at: now, more: 0 })
    this.#logger.warn({ ...refused, ...detail, notLogged: last?.more || undefined }, `refused: ${reason}`)
  }
}
