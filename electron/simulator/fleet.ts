import { Agent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Protocol } from '#shared/protocols/index.ts'
import type { SimulatorFault, SimulatorTrouble } from '#shared/schema.ts'
import { isOneOf } from '#shared/states/transition-table.ts'
import { createGate } from './concurrency-limit.ts'
import { VirtualDevice } from './device.ts'
import type { Agents, DeviceCredentials, DeviceModule, LoginForm, PlatformAddress } from './device-link.ts'
import { type DeviceState, upgradingStates } from './device-state.ts'
import { failurePlan } from './faults.ts'
import { createImageStore, type ImageFile } from './image-store.ts'
import { deviceProtocols } from './protocols/index.ts'
import { systemTimers, type Timers } from './timers.ts'

/** Limit of devices that connect at the same time, at start and after reboots: brokers accept some thousand a second. */
const CONNECTING_AT_ONCE = 100
/** Limit of simultaneous downloads; further devices wait, which bounds sockets and buffers. */
const DOWNLOADS_AT_ONCE = 500
/** Limit of simultaneous calls of devices that query over HTTP. */
const CALLS_AT_ONCE = 200
/** Connections kept open for the next download or call of any device. */
const IDLE_CONNECTIONS = 50

/** A device of the fleet. `version` is set where the device starts with another version than the fleet (it was upgraded before). */
export interface FleetDevice extends DeviceCredentials {
  readonly version?: string
}

/** The definition of a fleet; plain data, because it is also sent to a worker. */
export interface FleetOptions {
  readonly protocol: Protocol
  readonly platform: PlatformAddress
  readonly devices: readonly FleetDevice[]
  readonly loginForm?: LoginForm
  readonly module: DeviceModule
  readonly version: string
  /** 0: as fast as possible. */
  readonly bytesPerSecond: number
  /** Percentage of devices that have the fault. */
  readonly failurePercent: number
  readonly fault: SimulatorFault
  readonly rebootMs: number
  /** Images of versions that its devices may run; the devices can restore deltas from these. */
  readonly images?: readonly ImageFile[]
  /** Milliseconds between two queries of a device; 0: the default of its protocol, which for most means never. */
  readonly queryMs: number
}

export interface FleetStatus {
  readonly devices: number
  readonly connected: number
  readonly upgrading: number
  /** Devices whose latest upgrade succeeded. */
  readonly succeeded: number
  readonly failed: number
  readonly lastError: SimulatorTrouble | null
}

/** Many virtual devices in one thread. */
export interface Fleet {
  /** Resolves when every device has reported its version, was refused, or the fleet was stopped. Call it only once. */
  start(): Promise<void>
  /** Disconnects every device; afterwards no socket and no timer is left. */
  stop(): Promise<void>
  status(): FleetStatus
}

export const createFleet = (options: FleetOptions, timers: Timers = systemTimers): Fleet => {
  const protocol = deviceProtocols[options.protocol]
  if (!protocol) throw new Error(`no virtual devices speak ${options.protocol}`)
  const { platform } = options
  const pool = { keepAlive: true, maxSockets: DOWNLOADS_AT_ONCE, maxFreeSockets: IDLE_CONNECTIONS }
  const agents: Agents = {
    http: new Agent(pool),
    https: new HttpsAgent({ ...pool, ...(platform.ca === undefined ? {} : { ca: platform.ca }) }),
    calls: new Agent({ ...pool, maxSockets: CALLS_AT_ONCE }),
  }
  const gate = createGate(CONNECTING_AT_ONCE)
  const shelf = createImageStore(options.images)
  const plan = failurePlan(options.devices.length, options.failurePercent, options.fault)
  let latestTrouble: { readonly trouble: SimulatorTrouble; readonly device: number } | undefined

  const devices = options.devices.map(
    ({ version, ...credentials }, index) =>
      new VirtualDevice({
        credentials,
        loginForm: options.loginForm ?? 'signed',
        module: options.module,
        version: version ?? options.version,
        fault: plan[index],
        rebootMs: options.rebootMs,
        shelf,
        bytesPerSecond: options.bytesPerSecond,
        queryMs: options.queryMs || (protocol.queriesEvery ?? 0),
        open: protocol.open,
        platform,
        agents,
        gate,
        timers,
        onTrouble: (trouble) => {
          latestTrouble = { trouble, device: index }
        },
      }),
  )

  const lastError = (): SimulatorTrouble | null => {
    if (!latestTrouble) return null
    const { trouble, device } = latestTrouble
    // A device that connected after all is no longer listed as failing.
    const over = trouble.code === 'SIMULATOR_UNREACHABLE' && devices[device]?.connected
    return over ? null : trouble
  }

  return {
    start: async () => {
      await Promise.all(devices.map((device) => device.start()))
    },
    stop: async () => {
      await Promise.all(devices.map((device) => device.stop()))
      for (const agent of Object.values(agents)) agent.destroy()
    },
    status: () => {
      const count = (matches: (device: VirtualDevice) => boolean) => devices.filter(matches).length
      return {
        devices: devices.length,
        connected: count(({ connected }) => connected),
        upgrading: count(({ state }) => isOneOf<DeviceState>(upgradingStates, state)),
        succeeded: count(({ latest }) => latest === 'succeeded'),
        failed: count(({ latest }) => latest === 'failed'),
        lastError: lastError(),
      }
    },
  }
}
