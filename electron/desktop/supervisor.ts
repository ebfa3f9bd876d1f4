import type { StartFailureInfo } from '#shared/start-failures.ts'
import { exitCodes } from '../process/exit-codes.ts'
import { FromStation, type ToStation } from '../process/messages.ts'
import type { ReadyInfo } from '../station/ready-line.ts'

/** A started station process. `Port` is Electron's end of a message channel. */
export interface StationChild<Port> {
  send(message: ToStation, ports?: Port[]): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: (code: number) => void): void
  kill(): void
}

/** What the supervisor needs from its environment; injected so that tests control processes and time. */
interface SupervisorHost<Port> {
  spawn(): StationChild<Port>
  /** Monotonic milliseconds. */
  now(): number
  /** Calls back once after that many milliseconds; returns a function that cancels it. */
  after(ms: number, callback: () => void): () => void
  onState(state: SupervisorState): void
  /** This many slots are being flashed now. */
  onBusy?(slots: number): void
}

/** `failed`: a restart does not help before the operator has decided or repaired something; `start` then tries again. */
export type SupervisorState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly ready: ReadyInfo }
  | { readonly kind: 'waiting'; readonly ms: number; readonly exitCode: number }
  | { readonly kind: 'failed'; readonly failure: StartFailureInfo }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'stopped' }

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000
/** After the station was ready for this long, the next crash counts as the first. */
const STEADY_MS = 60_000
/** After this many crashes in a row without ever being ready, the station will not become ready by itself. */
const STARTS_IN_VAIN = 5
/** docs/operator-api.md §3.4: the station stops within 5 s. */
const STOP_LIMIT_MS = 5000

/** The delay before start number `deaths` + 1: 0.25 s, doubling, at most 10 s. */
export const pauseAfter = (deaths: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (deaths - 1))

/** Keeps one station process running. */
export class Supervisor<Port> {
  readonly #host: SupervisorHost<Port>
  #state: SupervisorState = { kind: 'stopped' }
  #child: StationChild<Port> | undefined
  #deaths = 0
  #inVain = 0
  #failure: StartFailureInfo | undefined
  #readyAt: number | undefined
  #cancelPause = () => {}
  #waiting: ((child: StationChild<Port>) => void) | undefined
  #onStopped: (() => void)[] = []

  constructor(host: SupervisorHost<Port>) {
    this.#host = host
  }

  get state(): SupervisorState {
    return this.#state
  }

  start(): void {
    const { kind } = this.#state
    if (kind !== 'stopped' && kind !== 'waiting' && kind !== 'failed') return
    if (kind === 'failed') this.#inVain = 0
    this.#enter({ kind: 'starting' })
    this.#readyAt = undefined
    this.#failure = undefined
    const child = this.#host.spawn()
    this.#child = child
    child.onMessage((message) => this.#heard(message))
    child.onExit((code) => this.#died(code))
  }

  /** Calls `deliver` with the station once it is ready, now or after a restart; a later call replaces a waiting one. */
  whenReady(deliver: (child: StationChild<Port>) => void): void {
    if (this.#state.kind === 'ready' && this.#child) deliver(this.#child)
    else this.#waiting = deliver
  }

  /** The computer has woken up: a station that is ready checks the time. */
  resumed(): void {
    if (this.#state.kind === 'ready') this.#child?.send({ event: 'resumed' })
  }

  /** Stops the station, by force after 5 s; resolves when it is gone. */
  stop(): Promise<void> {
    const child = this.#child
    this.#cancelPause()
    if (!child) {
      if (this.#state.kind !== 'failed') this.#enter({ kind: 'stopped' })
      return Promise.resolve()
    }
    if (this.#state.kind !== 'stopping') {
      this.#enter({ kind: 'stopping' })
      child.send({ event: 'stop' })
      this.#cancelPause = this.#host.after(STOP_LIMIT_MS, () => child.kill())
    }
    return new Promise((resolve) => this.#onStopped.push(resolve))
  }

  #heard(raw: unknown): void {
    const message = FromStation.safeParse(raw)
    if (!message.success) return
    if (message.data.event === 'busy') {
      this.#host.onBusy?.(message.data.slots)
      return
    }
    if (this.#state.kind !== 'starting') return
    if (message.data.event === 'failed') {
      // The old process still holds the data directory: a new one may start only after it has exited.
      this.#failure = message.data.failure
      this.#cancelPause = this.#host.after(STOP_LIMIT_MS, () => this.#child?.kill())
      return
    }
    this.#readyAt = this.#host.now()
    this.#inVain = 0
    this.#enter({ kind: 'ready', ready: message.data })
    const deliver = this.#waiting
    this.#waiting = undefined
    if (deliver && this.#child) deliver(this.#child)
  }

  #died(code: number): void {
    this.#child = undefined
    // The work ended with the station.
    this.#host.onBusy?.(0)
    switch (this.#state.kind) {
      case 'stopping':
        this.#cancelPause()
        this.#enter({ kind: 'stopped' })
        for (const resolve of this.#onStopped.splice(0)) resolve()
        return
      default:
        this.#startAgain(code)
    }
  }

  #startAgain(exitCode: number): void {
    this.#cancelPause()
    if (this.#readyAt === undefined) this.#inVain++
    const final = exitCode === exitCodes.cannotStart || exitCode === exitCodes.usage
    if (this.#failure || final || this.#inVain >= STARTS_IN_VAIN) {
      this.#enter({ kind: 'failed', failure: this.#failure ?? keepsEnding(this.#inVain, exitCode) })
      return
    }
    if (exitCode === exitCodes.startAgain) {
      this.#enter({ kind: 'waiting', ms: 0, exitCode })
      this.start()
      return
    }
    const steady = this.#readyAt !== undefined && this.#host.now() - this.#readyAt >= STEADY_MS
    this.#deaths = steady ? 1 : this.#deaths + 1
    const ms = pauseAfter(this.#deaths)
    this.#enter({ kind: 'waiting', ms, exitCode })
    this.#cancelPause = this.#host.after(ms, () => this.start())
  }

  #enter(state: SupervisorState): void {
    this.#state = state
    this.#host.onState(state)
  }
}

const keepsEnding = (times: number, exitCode: number): StartFailureInfo => ({
  code: 'STATION_KEEPS_ENDING',
  data: { times, exitCode },
  backups: [],
})
