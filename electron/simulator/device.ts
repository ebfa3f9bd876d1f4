import type { Agent } from 'node:http'
import type { SimulatorTrouble } from '#shared/schema.ts'
import { mayMove } from '#shared/states/table.ts'
import { type DeviceState, deviceTransitions } from './device-state.ts'
import { type Fault, UpgradeFailed } from './faults.ts'
import type { Gate } from './gate.ts'
import { type Link, LinkRefused, openLink } from './link.ts'
import type {
  DeviceCredentials,
  DeviceProtocol,
  LoginForm,
  Notice,
  UplinkMessage,
} from './protocols/device-protocol.ts'
import type { Timers } from './timers.ts'
import { runUpgrade } from './upgrade.ts'

/** Milliseconds from a lost connection to the next try: a thousand devices must not all come back at the same moment. */
const RECONNECT_MS = { least: 500, spread: 1500 } as const

export interface DeviceOptions {
  readonly credentials: DeviceCredentials
  readonly loginForm: LoginForm
  readonly module: string
  /** The version it runs at the start. */
  readonly version: string
  /** How its first upgrade to each version fails; a second try succeeds. Undefined: never. */
  readonly fault: Fault | undefined
  readonly rebootMs: number
  readonly bytesPerSecond: number
  readonly protocol: DeviceProtocol
  readonly mqttUrl: string
  readonly agent: Agent
  readonly gate: Gate
  readonly timers: Timers
  onTrouble(trouble: SimulatorTrouble): void
}

/** One virtual device: connects, reports its version, and upgrades when it is told to. */
export class VirtualDevice {
  readonly #options: DeviceOptions
  readonly #stopped = new AbortController()
  /** Versions whose planned failure has happened. */
  readonly #failedOnce = new Set<string>()
  #state: DeviceState = 'off'
  #version: string
  #latest: 'succeeded' | 'failed' | undefined
  #link: Link | undefined
  #messageId = 0
  /** What it installs; the same version noticed again meanwhile replaces it, for its fresh URL. */
  #installing: Notice | undefined
  /** Another version noticed while it could not act on it. */
  #waiting: Notice | undefined
  #work: Promise<void> = Promise.resolve()

  constructor(options: DeviceOptions) {
    this.#options = options
    this.#version = options.version
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

  /** Resolves when it is listening and its version is acknowledged, or when it was refused or stopped. Once only. */
  start(): Promise<void> {
    this.#do(async () => {
      this.#move('connecting')
      await this.#appear()
      this.#rest()
    })
    return this.#work
  }

  /** Ends whatever it does and closes its connection without a word, as when power is cut; final. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#work
    this.#move('off')
  }

  #move(to: DeviceState): void {
    if (mayMove(deviceTransitions, this.#state, to)) this.#state = to
  }

  /** Runs one piece of its life; a stop or a refused login ends it, anything else is our fault and stays an error. */
  #do(piece: () => Promise<void>): void {
    this.#work = piece().catch((error: unknown) => {
      if (this.#stopped.signal.aborted) return
      if (!(error instanceof LinkRefused)) throw error
      this.#turnOff(error)
    })
  }

  #turnOff(refused: LinkRefused): void {
    this.#stopped.abort()
    this.#move('off')
    this.#trouble('SIMULATOR_REFUSED', refused.message)
  }

  #trouble(code: SimulatorTrouble['code'], detail: string): void {
    this.#options.onTrouble({ code, data: { device: this.#options.credentials.name, detail } })
  }

  /** Connects and says which version it runs. */
  async #appear(): Promise<void> {
    const { protocol, credentials, loginForm, mqttUrl, gate, timers } = this.#options
    this.#link = await openLink(
      {
        url: mqttUrl,
        login: protocol.login(credentials, loginForm),
        topic: protocol.noticeTopic(credentials),
        reconnectMs: RECONNECT_MS.least + Math.round(timers.random() * RECONNECT_MS.spread),
        gate,
      },
      {
        message: (payload) => this.#noticed(payload),
        // In the middle of an upgrade the old version would read as the result of it.
        restored: () => {
          if (this.#state === 'idle') this.#do(() => this.#reportVersion())
        },
        unreachable: (error) => this.#trouble('SIMULATOR_UNREACHABLE', error.message),
        refused: (error) => this.#turnOff(error),
      },
      this.#stopped.signal,
    )
    await this.#reportVersion()
  }

  #publish(write: (messageId: number) => UplinkMessage): Promise<void> {
    this.#messageId += 1
    return this.#link?.publish(write(this.#messageId)) ?? Promise.resolve()
  }

  #reportVersion(): Promise<void> {
    const { protocol, credentials, module } = this.#options
    return this.#publish((id) => protocol.versionReport(credentials, id, module, this.#version))
  }

  #reportFailure({ kind, message }: UpgradeFailed): Promise<void> {
    const { protocol, credentials, module } = this.#options
    this.#latest = 'failed'
    return this.#publish((id) => protocol.failure(credentials, id, module, kind, message))
  }

  /** Ready for the next upgrade, which may already be waiting. */
  #rest(): void {
    this.#move('idle')
    const next = this.#waiting
    this.#waiting = undefined
    if (next && next.version !== this.#version) this.#do(() => this.#upgrade(next))
  }

  #noticed(payload: Uint8Array): void {
    const reading = this.#options.protocol.readNotice(payload)
    const idle = this.#state === 'idle'
    if (!reading.ok) {
      // Reference 001, 上报升级进度信息: a device that cannot use what it was told says -1 and why.
      if (idle) this.#do(() => this.#reportFailure(new UpgradeFailed('upgrade', reading.refused)))
      return
    }
    const { notice } = reading
    if (notice.module !== this.#options.module) return
    if (!idle) {
      if (notice.version === this.#installing?.version) this.#installing = notice
      else this.#waiting = notice
    } else if (notice.version === this.#version) this.#do(() => this.#reportVersion())
    else this.#do(() => this.#upgrade(notice))
  }

  async #upgrade(notice: Notice): Promise<void> {
    this.#move('downloading')
    this.#installing = notice
    try {
      await this.#install(notice)
    } catch (error) {
      if (!(error instanceof UpgradeFailed)) throw error
      this.#failedOnce.add(notice.version)
      // From here on the same version noticed again is a retry: it may arrive together with the acknowledgement.
      this.#installing = undefined
      await this.#reportFailure(error)
      this.#rest()
      return
    }
    await this.#reboot(notice.version)
  }

  async #install(notice: Notice): Promise<void> {
    const { protocol, credentials, module, fault, bytesPerSecond, agent, timers } = this.#options
    const progress = (percent: number) => this.#publish((id) => protocol.progress(credentials, id, module, percent))
    await runUpgrade(
      {
        notice: () => this.#installing ?? notice,
        fault: this.#failedOnce.has(notice.version) ? undefined : fault,
        bytesPerSecond,
        agent,
        timers,
      },
      {
        // Not waited for: a download does not stand still for an acknowledgement, and 100 % comes after all of them.
        progress: (percent) => void progress(percent).catch(() => undefined),
        installing: () => this.#move('installing'),
      },
      this.#stopped.signal,
    )
    await progress(100)
  }

  async #reboot(version: string): Promise<void> {
    const { rebootMs, timers } = this.#options
    this.#move('rebooting')
    await this.#link?.close()
    this.#link = undefined
    this.#installing = undefined
    this.#waiting = undefined
    this.#version = version
    await timers.sleep(rebootMs, this.#stopped.signal)
    await this.#appear()
    this.#latest = 'succeeded'
    this.#rest()
  }
}
