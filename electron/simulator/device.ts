import type { SimulatorTrouble } from '#shared/schema.ts'
import { mayMove } from '#shared/states/transition-table.ts'
import { type DeviceLink, type LinkOptions, LinkRefused, type OpenLink, type Report, TaskGone } from './device-link.ts'
import { type DeviceState, deviceTransitions } from './device-state.ts'
import { createFaultMemory, type FaultMemory } from './fault-memory.ts'
import { type Fault, UpgradeFailed } from './faults.ts'
import type { ImageStore } from './image-store.ts'
import type { Notice, NoticeReading } from './notice.ts'

import { runUpgrade } from './upgrade.ts'

/** The percentages of one download, in the order in which the device reports them. */
interface Percentages {
  /** Another percentage is reached; it is reported now or later. */
  reached(percent: number): void
  /** The percentage to report after 100%; undefined: none. */
  behind(): number | undefined
}

/** In order; or, if disordered, with each two swapped and always one after the 100. */
const createPercentages = (isDisordered: boolean, tell: (percent: number) => void): Percentages => {
  let late: number | undefined
  let last: number | undefined

  return {
    reached: (percent) => {
      if (isDisordered && late === undefined) {
        late = percent
        return
      }
      tell(percent)
      last = percent
      if (late !== undefined) tell(late)
      late = undefined
    },
    behind: () => (isDisordered ? (late ?? last) : undefined),
  }
}

/** Milliseconds between a lost connection and the next try: a thousand devices must not all reconnect at the same moment. */
const RECONNECT_MS = { least: 500, spread: 1500 } as const

interface DeviceOptions extends Omit<LinkOptions, 'queries' | 'reconnectMs' | 'nextId'> {
  readonly open: OpenLink
  /** The version it runs at the start. */
  readonly version: string
  /** Its fault; where the fault makes an upgrade fail, a second try to the same version succeeds. Undefined: none. */
  readonly fault: Fault | undefined
  readonly rebootMs: number
  /** Images of its fleet. */
  readonly shelf: ImageStore
  readonly bytesPerSecond: number
  /** Milliseconds between two queries for an upgrade; 0: it waits for notices. */
  readonly queryMs: number
  onTrouble(trouble: SimulatorTrouble): void
}

/** One virtual device: connects, reports its version, and upgrades when it is notified or finds an upgrade by a query. */
export class VirtualDevice {
  readonly #options: DeviceOptions
  readonly #stopped = new AbortController()
  readonly #faults: FaultMemory
  #state: DeviceState = 'off'
  #version: string
  #latest: 'succeeded' | 'failed' | undefined
  #link: DeviceLink | undefined
  #messageId = 0
  /** The upgrade in progress; a repeated notice of the same version replaces it, for its fresh URL. */
  #installing: Notice | undefined
  /** Another version, notified while the device could not act on it. */
  #waiting: Notice | undefined
  #work: Promise<void> = Promise.resolve()
  #querying: Promise<void> = Promise.resolve()

  constructor(options: DeviceOptions) {
    this.#options = options
    this.#version = options.version
    this.#faults = createFaultMemory(options.fault)
  }

  get state(): DeviceState {
    return this.#state
  }

  get connected(): boolean {
    return this.#link?.connected ?? false
  }

  /** The version it runs. */
  get version(): string {
    return this.#version
  }

  /** How its latest upgrade ended; undefined before the first. */
  get latest(): 'succeeded' | 'failed' | undefined {
    return this.#latest
  }

  /** Resolves when it is connected and its version is acknowledged, or when it was refused or stopped. Call it only once. */
  start(): Promise<void> {
    this.#do(async () => {
      this.#move('connecting')
      await this.#appear()
      this.#rest()
    })
    if (this.#options.queryMs > 0) this.#querying = this.#guard(() => this.#keepQuerying())
    return this.#work
  }

  /** Stops all work and closes the connection without a message, like a power failure; final. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await Promise.all([this.#work, this.#querying])
    this.#move('off')
  }

  #move(to: DeviceState): void {
    if (mayMove(deviceTransitions, this.#state, to)) this.#state = to
  }

  /** Runs one step of the device's life. */
  #do(piece: () => Promise<void>): void {
    this.#work = this.#guard(piece)
  }

  /** A stop or a refused login ends the device; anything else is a bug and stays an error. */
  async #guard(piece: () => Promise<void>): Promise<void> {
    try {
      await piece()
    } catch (error) {
      if (this.#stopped.signal.aborted) return
      if (!(error instanceof LinkRefused)) throw error
      this.#turnOff(error)
    }
  }

  #turnOff(refused: LinkRefused): void {
    this.#stopped.abort()
    this.#move('off')
    this.#trouble('SIMULATOR_REFUSED', refused.message)
  }

  #trouble(code: SimulatorTrouble['code'], detail: string): void {
    this.#options.onTrouble({ code, data: { device: this.#options.credentials.name, detail } })
  }

  /** Connects and reports the running version; `proof` is the notice that this version fulfils. */
  async #appear(proof?: Notice): Promise<void> {
    const { open, queryMs, timers, ...options } = this.#options
    this.#link = await open(
      {
        ...options,
        timers,
        queries: queryMs > 0,
        reconnectMs: RECONNECT_MS.least + Math.round(timers.random() * RECONNECT_MS.spread),
        nextId: () => {
          this.#messageId += 1
          return this.#messageId
        },
      },
      {
        told: (reading) => this.#noticed(reading),
        // In the middle of an upgrade the old version would look like the result of it.
        restored: () => {
          if (this.#state === 'idle') this.#do(() => this.#reportVersion())
        },
        unreachable: (error) => this.#trouble('SIMULATOR_UNREACHABLE', error.message),
        refused: (error) => this.#turnOff(error),
      },
      this.#stopped.signal,
    )
    if (proof) await this.#say({ kind: 'running', notice: proof })
    await this.#reportVersion()
  }

  async #say(report: Report): Promise<void> {
    const link = this.#link
    const times = this.#faults.repeats ? 2 : 1
    await Promise.all(Array.from({ length: times }, () => link?.say(report)))
  }

  /** Not awaited: a download does not stop for an acknowledgement, and later messages follow all of them in order. */
  #mention(report: Report): void {
    void this.#guard(() => this.#say(report)).catch(() => undefined)
  }

  #reportVersion(): Promise<void> {
    return this.#say({ kind: 'version', version: this.#version })
  }

  #reportFailure({ kind: failure, message: text }: UpgradeFailed, notice: Notice | undefined): Promise<void> {
    this.#latest = 'failed'
    return this.#say({ kind: 'failure', failure, text, notice })
  }

  /** Queries for upgrades while it has none; each device at its own times. */
  async #keepQuerying(): Promise<void> {
    const { queryMs, timers } = this.#options
    const { signal } = this.#stopped
    await timers.sleep(queryMs * timers.random(), signal)
    for (;;) {
      if (this.#state === 'idle') await this.#link?.query()
      await timers.sleep(queryMs, signal)
    }
  }

  /** Ready for the next upgrade, which may already be waiting. */
  #rest(): void {
    this.#move('idle')
    const next = this.#waiting
    this.#waiting = undefined
    if (next && next.version !== this.#version) this.#do(() => this.#upgrade(next))
  }

  #noticed(reading: NoticeReading): void {
    const idle = this.#state === 'idle'
    if (!reading.ok) {
      // docs/protocols/sagoo.md §6.2: a device that cannot use a notice reports -1 and the reason.
      if (idle) this.#do(() => this.#reportFailure(new UpgradeFailed('upgrade', reading.refused), undefined))
      return
    }
    const { notice } = reading
    if (notice.module !== this.#options.module.name || this.#faults.ignores(notice, this.#version)) return
    this.#mention({ kind: 'acknowledged', notice })
    if (!idle) {
      if (notice.version === this.#installing?.version) this.#installing = notice
      else this.#waiting = notice
    } else if (notice.version === this.#version) this.#do(() => this.#reportVersion())
    else this.#do(() => this.#upgrade(notice))
  }

  async #upgrade(notice: Notice): Promise<void> {
    this.#move('downloading')
    this.#installing = notice
    const fault = this.#faults.at(notice.version)
    try {
      await this.#link?.begin(notice)
      await this.#install(notice, fault)
    } catch (error) {
      // From here on another notice of the same version is a retry: it may arrive together with the acknowledgement.
      this.#installing = undefined
      if (error instanceof UpgradeFailed) {
        this.#faults.failed(notice.version)
        await this.#reportFailure(error, notice)
      } else if (!(error instanceof TaskGone)) throw error
      this.#rest()
      return
    }
    await this.#reboot(notice, fault?.kind === 'rollback')
  }

  async #install(notice: Notice, fault: Fault | undefined): Promise<void> {
    const { bytesPerSecond, timers, shelf } = this.#options
    const link = this.#link
    if (!link) return
    const percentages = createPercentages(fault?.kind === 'disorder', (percent) =>
      this.#mention({ kind: 'progress', percent, notice }),
    )
    await runUpgrade(
      {
        notice: () => this.#installing ?? notice,
        source: (wanted) => link.source(wanted),
        cut: () => link.cut(),
        fault,
        bytesPerSecond,
        timers,
        version: this.#version,
        shelf,
      },
      {
        progress: percentages.reached,
        downloaded: () => {
          this.#move('installing')
          this.#mention({ kind: 'downloaded', notice })
        },
        burning: () => this.#mention({ kind: 'burning', notice }),
      },
      this.#stopped.signal,
    )
    await this.#say({ kind: 'installed', notice })
    const percent = percentages.behind()
    if (percent !== undefined) await this.#say({ kind: 'progress', percent, notice })
  }

  async #reboot(notice: Notice, rollsBack: boolean): Promise<void> {
    const { rebootMs, timers } = this.#options
    this.#move('rebooting')
    await this.#link?.close()
    this.#link = undefined
    this.#installing = undefined
    this.#waiting = undefined
    if (rollsBack) this.#faults.failed(notice.version)
    else this.#version = notice.version
    await timers.sleep(rebootMs, this.#stopped.signal)
    await this.#appear(rollsBack ? undefined : notice)
    this.#latest = rollsBack ? 'failed' : 'succeeded'
    this.#rest()
  }
}
