import mqtt, { type MqttClient } from 'mqtt'
import type { Clock } from '../basics/clock.ts'
import type { BrokerLogger } from './broker.ts'
import { type LeaseEvent, leaseAtStart, leaseStep } from './lease.ts'

interface StandByOptions {
  readonly url: string
  /** Stations with the same group stand by for each other. */
  readonly group: string
  /** Unique among them. */
  readonly name: string
  readonly clock: Pick<Clock, 'after'>
  readonly logger: BrokerLogger
  /** This station is the active one now; called again only after `close`. */
  readonly open: () => void
  /** Another station is. */
  readonly close: () => void
}

const RECONNECT_MS = 1000
/** After this time without a claim of another the lease is taken; an active station answers within it. */
const WAIT_MS = 2000
/** The broker notices within one and a half times this that a station's computer has gone. */
const KEEP_ALIVE_SECONDS = 10
const AT_LEAST_ONCE = 1

/** The retained message that names the active station of a group. */
export const leaseTopic = (group: string): string => `ota-bench/${group}/active`

/** Takes part in a group of stations of which one serves the devices. */
export class StandBy {
  readonly #options: StandByOptions
  #state = leaseAtStart
  #client: MqttClient | undefined
  #forgetWait: (() => void) | undefined

  constructor(options: StandByOptions) {
    this.#options = options
  }

  get isActive(): boolean {
    return this.#state.standing === 'active'
  }

  start(): void {
    const { url, group, name, logger } = this.#options
    const topic = leaseTopic(group)
    const client = mqtt.connect(url, {
      clientId: `ota-bench-${group}-${name}`,
      clean: true,
      protocolVersion: 5,
      keepalive: KEEP_ALIVE_SECONDS,
      reconnectPeriod: RECONNECT_MS,
      reconnectOnConnackError: true,
      resubscribe: false,
      will: { topic, payload: Buffer.alloc(0), qos: AT_LEAST_ONCE, retain: true },
    })
    this.#client = client
    client.on('connect', () => {
      client
        .subscribeAsync(topic, { qos: AT_LEAST_ONCE })
        .then(() => this.#step({ kind: 'subscribed' }))
        .catch((error: unknown) =>
          logger.error({ err: error, topic }, 'the external broker refuses the lease of the group'),
        )
    })
    client.on('message', (at, payload) => {
      if (at === topic) this.#step({ kind: 'heard', holder: payload.toString() })
    })
    client.on('close', () => this.#forget())
    // The connection for devices says that the broker is out of reach.
    client.on('error', () => undefined)
  }

  /** Leaves the group; an active station frees the lease, so that another takes over at once. */
  async stop(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    this.#forget()
    if (!client) return
    const wasActive = this.isActive
    this.#state = leaseAtStart
    if (wasActive && client.connected)
      await client.publishAsync(leaseTopic(this.#options.group), '', lease).catch(() => undefined)
    // Without the will where the lease is another's.
    await client.endAsync(!client.connected)
  }

  #step(event: LeaseEvent): void {
    const { name, group, logger, clock } = this.#options
    const before = this.#state.standing
    const { state, actions } = leaseStep(this.#state, event, name)
    this.#state = state
    this.#forget()
    if (state.standing !== before && (state.standing === 'watching' || state.standing === 'active'))
      logger.info(
        { group, station: name, active: state.holder },
        state.standing === 'active'
          ? 'this station is the active one of its group'
          : 'another station is active; standing by',
      )
    for (const action of actions) {
      if (action === 'claim') this.#client?.publish(leaseTopic(group), name, lease)
      else if (action === 'wait') this.#forgetWait = clock.after(WAIT_MS, () => this.#step({ kind: 'waited' }))
      else if (action === 'open') this.#options.open()
      else this.#options.close()
    }
  }

  #forget(): void {
    this.#forgetWait?.()
    this.#forgetWait = undefined
  }
}

const lease = { qos: AT_LEAST_ONCE, retain: true } as const
