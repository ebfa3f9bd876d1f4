import { Worker } from 'node:worker_threads'
import type { Protocol } from '#shared/protocols/index.ts'
import type { SimulatorInput, SimulatorStatus, SimulatorTrouble } from '#shared/schema.ts'
import type { DeviceModule, PlatformAddress } from './device-link.ts'
import type { FleetDevice, FleetStatus } from './fleet.ts'
import type { ImageFile } from './image-store.ts'
import type { FromWorker, ToWorker, WorkerInput } from './worker.ts'

/** Time for a fleet to disconnect before its thread is terminated. */
const STOP_MS = 3000

/** Next to this file as source, or as the bundle that Vite makes of it. Not one literal, because bundlers would rewrite it. */
const workerFile = import.meta.url.endsWith('.ts') ? './worker.ts' : './simulator-worker.js'

/** What the virtual devices need to know about the station; the station has registered the devices before. */
export interface SimulatorAccess {
  readonly protocol: Protocol
  readonly platform: PlatformAddress
  readonly module: DeviceModule
  readonly devices: readonly FleetDevice[]
  /** Images of versions that they may run. */
  readonly images?: readonly ImageFile[]
}

/** Runs virtual devices in a separate thread, so that a thousand of them never block the serving thread. */
export interface SimulatorHost {
  /** Starts them and replaces a running fleet; resolves when the thread runs, while the devices are still connecting. */
  start(settings: SimulatorInput, access: SimulatorAccess): Promise<SimulatorStatus>
  /** Disconnects them; idempotent. Their results stay in the status. */
  stop(): Promise<SimulatorStatus>
  /** At most half a second old. */
  status(): SimulatorStatus
}

const none: FleetStatus = { devices: 0, connected: 0, upgrading: 0, succeeded: 0, failed: 0, lastError: null }

interface Run {
  readonly worker: Worker
  readonly exited: Promise<void>
}

/** @param workerUrl the program of the thread, where it is not the default */
export const createSimulatorHost = (workerUrl: URL = new URL(workerFile, import.meta.url)): SimulatorHost => {
  let settings: SimulatorInput | null = null
  let fleet = none
  let run: Run | undefined
  /** Calls are serialised: a stop in the middle of a start would leave a thread behind. */
  let turn: Promise<unknown> = Promise.resolve()

  const status = (): SimulatorStatus => ({ running: run !== undefined, settings, ...fleet })

  const inTurn = <T>(call: () => Promise<T>): Promise<T> => {
    const result = turn.then(call)
    turn = result.catch(() => undefined)
    return result
  }

  const launch = async (input: WorkerInput): Promise<void> => {
    const worker = new Worker(workerUrl, { workerData: input, name: 'simulator' })
    const up = Promise.withResolvers<void>()
    const exited = Promise.withResolvers<void>()
    run = { worker, exited: exited.promise }
    let crash: string | undefined
    worker.on('message', (message: FromWorker) => {
      fleet = message.status
      up.resolve()
    })
    worker.on('error', (error: unknown) => {
      crash = error instanceof Error ? error.message : String(error)
    })
    worker.on('exit', (code) => {
      // Any unexpected exit disconnects the devices, whatever the exit code is.
      if (run?.worker === worker) {
        crash ??= `exit ${code}`
        run = undefined
      }
      const lastError: SimulatorTrouble | null = crash
        ? { code: 'SIMULATOR_CRASHED', data: { detail: crash } }
        : fleet.lastError
      fleet = { ...fleet, connected: 0, upgrading: 0, lastError }
      up.resolve()
      exited.resolve()
    })
    await up.promise
  }

  const halt = async (): Promise<void> => {
    if (!run) return
    const { worker, exited } = run
    run = undefined
    worker.postMessage({ type: 'stop' } satisfies ToWorker)
    const limit = setTimeout(() => void worker.terminate(), STOP_MS)
    await exited
    clearTimeout(limit)
  }

  return {
    start: (chosen, access) =>
      inTurn(async () => {
        await halt()
        settings = chosen
        fleet = { ...none, devices: access.devices.length }
        const { version, bytesPerSecond, failurePercent, fault, rebootMs, askSeconds } = chosen
        const queryMs = askSeconds * 1000
        await launch({ ...access, version, bytesPerSecond, failurePercent, fault, rebootMs, queryMs })
        return status()
      }),
    stop: () => inTurn(async () => halt().then(status)),
    status,
  }
}
