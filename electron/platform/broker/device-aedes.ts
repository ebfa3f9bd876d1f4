import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes'

/** What the broker decides. */
export type DeviceHooks = Required<Pick<AedesOptions, 'authenticate' | 'authorizePublish' | 'authorizeSubscribe'>>

/** aedes' settings, each on purpose. */
const settings: AedesOptions = {
  // For the CONNECT to arrive.
  connectTimeout: 10_000,
  // One device that stops reading is cut off before it holds anybody up.
  drainTimeout: 20_000,
  // Packets sent ahead of the CONNACK: a device may pipeline its first reports.
  queueLimit: 256,
  // Each is kept until its PUBREL, at up to the packet limit.
  maxInflightInbound: 16,
  // MQTT 3.1 allows 23; LinkSDK's ids pass 100, and the CONNECT's size is bounded anyway.
  maxClientsIdLength: 65_535,
  // None: some devices ask for no keep-alive at all; TCP's own finds those that vanished.
  keepaliveLimit: 0,
  preConnect: (_client, packet, done) => {
    // Sessions are not kept (jobs are, in the store, and are offered again), and wills are for other clients.
    packet.clean = true
    packet.will = undefined
    done(null, true)
  },
}

/** What of aedes 1.2 is used beyond its types; the integration tests hold it to that. */
interface AedesInternals {
  unregisterClient(client: Client): void
}

type Done = (error?: Error) => void

const later = (done: Done | undefined) => {
  if (done) setImmediate(done)
}

/** An emitter that emits nothing: the router between clients, taken out. */
const noRouter = {
  on(_topic: string, _deliver: unknown, done?: Done) {
    later(done)
    return this
  },
  removeListener(_topic: string, _deliver: unknown, done?: Done) {
    later(done)
    return this
  },
  emit(_packet: unknown, done?: Done) {
    later(done)
    return this
  },
  close(done?: Done) {
    later(done)
    return this
  },
}

/**
 * aedes as the protocol's front alone: it parses, acknowledges and keeps connections alive, but nothing a client publishes is
 * routed, retained or queued, so that no message can cross from one device to another. Messages to devices go to their client
 * object directly.
 */
export class DeviceAedes extends Aedes {
  constructor(hooks: DeviceHooks) {
    super({ ...settings, ...hooks, mq: noRouter })
    // A connection lost between its login and its registration would stay registered for ever.
    this.on('client', (client) => {
      if (client.closed) (this as unknown as AedesInternals).unregisterClient(client)
    })
  }

  /** Where aedes hands on what a client published (after `authorizePublish` and the PUBACK) and its own `$SYS` messages. */
  override publish(_packet: PublishPacket, clientOrDone: Client | null | Done, done?: Done): void {
    if (typeof clientOrDone === 'function') clientOrDone()
    else done?.()
  }
}
