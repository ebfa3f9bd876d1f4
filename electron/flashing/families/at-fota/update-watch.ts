import { compilePattern, type Pattern } from '#shared/pattern.ts'
import type { AtEvent, AtMeaning, AtWay } from '../../at-profiles/profile.ts'

/** How far an update is: the module gets its package, installs it, restarts; `done`: it says that it is finished. */
export type Stage = 'download' | 'install' | 'restart' | 'done'

export interface UpdateLimits {
  readonly idleMs: number
  readonly rebootMs: number
}

/** Why an update failed: by the module's word, or by its silence. */
export type UpdateFault =
  | { readonly kind: 'reported'; readonly meaning: AtMeaning; readonly code: string; readonly words: string }
  | { readonly kind: 'idle' | 'unrequested' }

/** What a line leads to. */
export interface Reaction {
  readonly fault?: UpdateFault
  readonly send?: string
  /** A bar's line, which needs no place in the log. */
  readonly isBar?: boolean
}

/** After everything was sent, a module whose profile knows no end of the download is waited for this long. */
const QUIET_MS = 15_000
/** A finished module may restart once more before it has its new version. */
const AFTER_DONE_MS = 30_000

interface CompiledEvent extends Omit<AtEvent, 'line'> {
  readonly pattern: Pattern
}

/**
 * Follows an update from its start to the proof: lines of the module, bytes that the station sent, and time go in; stage, progress and
 * faults come out. It does nothing by itself.
 */
export class UpdateWatch {
  readonly #events: readonly CompiledEvent[]
  readonly #codes: Readonly<Record<string, AtMeaning>>
  readonly #limits: UpdateLimits
  readonly #updateMs: number
  readonly #tellsEnd: boolean
  readonly #size: number
  #stage: Stage = 'download'
  #sign: number
  #requests = 0
  #served = 0
  #download = 0
  #install = 0
  #restarted = false

  /** @param size bytes of the package. @param now milliseconds; all times are of the same clock. */
  constructor(way: AtWay, codes: Readonly<Record<string, AtMeaning>>, limits: UpdateLimits, size: number, now: number) {
    this.#events = way.events.map(({ line, ...event }) => ({ ...event, pattern: compilePattern(line) }))
    this.#codes = codes
    this.#limits = limits
    this.#updateMs = way.updateSeconds * 1000
    this.#tellsEnd = way.events.some(({ means }) => means === 'downloaded' || means === 'done')
    this.#size = size
    this.#sign = now
  }

  get stage(): Stage {
    return this.#stage
  }

  /** Whether the module has its package, so that it goes on by itself whatever the station does. */
  get hasPackage(): boolean {
    return this.#stage !== 'download' || (this.#size > 0 && this.#served >= this.#size)
  }

  get restarted(): boolean {
    return this.#restarted
  }

  /** Bytes of the package that the module has, or has installed, as far as anybody tells. */
  get progress(): { readonly done: number; readonly total: number } {
    const got = Math.max(this.#download, Math.min(this.#served, this.#size))
    return { done: this.#stage === 'download' ? got : this.#install, total: this.#size }
  }

  /** When the module last showed that it is at work. */
  get sign(): number {
    return this.#sign
  }

  /** When silence becomes a fault, or the end of a stage. */
  get due(): number {
    const { idleMs, rebootMs } = this.#limits
    if (this.#stage === 'download')
      return this.#sign + (this.hasPackage && !this.#tellsEnd ? Math.min(idleMs, QUIET_MS) : idleMs)
    if (this.#stage === 'install') return this.#sign + this.#updateMs
    return this.#sign + (this.#stage === 'done' ? Math.min(rebootMs, AFTER_DONE_MS) : rebootMs)
  }

  /** A line that belongs to no command. */
  line(text: string, now: number): Reaction {
    const event = this.#events.find(({ pattern }) => pattern.test(text))
    if (!event) return {}
    this.#sign = now
    const { means, ok, send, pattern } = event
    const value = pattern.group(text)
    const reaction: Reaction = { ...(send !== undefined && { send }) }
    const isBad = means === 'failed' || (ok !== undefined && !ok.includes(value ?? ''))
    if (isBad) {
      const code = value ?? '—'
      return { fault: { kind: 'reported', meaning: this.#codes[code] ?? 'other', code, words: text } }
    }
    if (means === 'download' || means === 'install') {
      this.#bar(means, Number(value))
      return { ...reaction, isBar: value !== undefined }
    }
    if (means === 'downloaded') this.#enter(this.#events.some((one) => one.means === 'install') ? 'install' : 'restart')
    else if (means === 'restart') this.#restart()
    else this.#enter('done')
    return reaction
  }

  /** What the download server answered so far. */
  answered({ requests, bytes }: { readonly requests: number; readonly bytes: number }, now: number): void {
    if (requests > this.#requests || bytes > this.#served) this.#sign = now
    this.#requests = requests
    this.#served = Math.max(this.#served, bytes)
  }

  /** The package went over the port. */
  handedOver(now: number): void {
    this.#sign = now
    this.#enter('install')
  }

  /** The line went away, or the module greeted anew. */
  gone(now: number): void {
    this.#sign = now
    this.#restart()
  }

  /** Nothing came until `due` of the download. @returns the fault; undefined: the module may be restarting, and is asked. */
  late(now: number): UpdateFault | undefined {
    if (!this.hasPackage) return { kind: this.#requests === 0 ? 'unrequested' : 'idle' }
    this.#sign = now
    this.#enter('restart')
    return undefined
  }

  #bar(of: 'download' | 'install', percent: number): void {
    if (of === 'install') this.#enter('install')
    if (!(percent >= 0 && percent <= 100)) return
    const bytes = Math.floor((this.#size * percent) / 100)
    if (of === 'download') this.#download = Math.max(this.#download, bytes)
    else this.#install = Math.max(this.#install, bytes)
  }

  #restart(): void {
    // A greeting during the download is that of a module that had started anew before.
    if (this.#stage === 'download' && !this.hasPackage) return
    this.#restarted = true
    this.#enter('restart')
  }

  /** Stages never go back, except from a restart to an installation that follows it. */
  #enter(next: Stage): void {
    if (this.#stage === 'done' && next !== 'done') return
    this.#stage = next
  }
}
