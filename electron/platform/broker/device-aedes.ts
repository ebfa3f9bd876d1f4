import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes'

/** The decisions that the broker makes for aedes. */
type DeviceHooks = Required<Pick<AedesOptions, 'authenticate' | 'authorizePublish' | 'authorizeSubscribe'>>

/** Settings of aedes; each comment gives the reason. */
const settings: AedesOptions = {
  // Time limit for the CONNECT to arrive.
  connectTimeout: 10_000,
  // A device that stops reading is disconnected before it delays other devices.
  drainTimeout: 20_000,
  // Packets received before the CONNACK is sent: a device may pipeline its first reports.
  queueLimit: 256,
  // Each message is kept in memory until its PUBREL and may have the maximum packet size.
  maxInflightInbound: 16,
  // MQTT 3.1 allows 23 characters; LinkSDK's ids exceed 100, and the size of the CONNECT is limited anyway.
  maxClientsIdLength: 65_535,
  // No limit: some devices request no keep-alive; TCP keep-alive detects lost peers.
  keepaliveLimit: 0,
  preConnect: (_client, packet, done) => {
    // Sessions are not kept: the store keeps the jobs, which are offered again. Wills are ignored because they address other clients.
    packet.clean = true
    packet.will = undefined
    done(null, true)
  },
}

/** Members of aedes 1.2 that its types do not declare; the integration tests verify them. */
interface AedesInternals {
  unregisterClient(client: Client): void
}

type Done = (error?: Error) => void

const later = (done: Done | undefined) => {
  if (done) setImmediate(done)
}

/** Replaces the router between clients with an emitter that emits nothing. */
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
 * Uses aedes for the protocol only: it parses, acknowledges and keeps connections alive, but nothing that a client publishes is
 * routed, retained or queued, so that no message can cross from one device to another. Messages to devices go to their client
 * object directly.
 */
export class DeviceAedes extends Aedes {
  constructor(hooks: DeviceHooks) {
    super({ ...settings, ...hooks, mq: noRouter })
    // A connection lost between its login and its registration would otherwise stay registered forever.
    this.on('client', (client) => {
      if (client.closed) (this as unknown as AedesInternals).unregisterClient(client)
    })
  }

  /** aedes calls this for client publishes (after `authorizePublish` and the PUBACK) and for its own `$SYS` messages. */
  override publish(_packet: PublishPacket, clientOrDone: Client | null | Done, done?: Done): void {
    if (typeof clientOrDone === 'function') clientOrDone()
    else done?.()
  }
}
