import type { BrokerHost, ConnectedDevice } from './broker/broker.ts'
import { deviceLabel } from './broker/device-connection.ts'
import type { Dispatcher } from './campaigns/dispatcher.ts'
import type { CampaignEngine } from './campaigns/engine.ts'
import type { JobStore } from './campaigns/job-store.ts'
import type { Joins } from './campaigns/joins.ts'
import type { PlatformContext } from './context.ts'
import type { DeviceService } from './devices/devices.ts'
import type { createDoorkeeper } from './devices/doorkeeper.ts'
import type { createLogin } from './devices/login.ts'
import type { Presence } from './devices/presence.ts'
import type { ProtocolLog } from './devices/protocol-log.ts'
import { uplinkNote } from './devices/uplink-notes.ts'
import type { BlockRequest, Uplink } from './dialects/dialect.ts'
import { FaultLog, RefusalLog } from './refusal-log.ts'

/**
 * The way of a device's message through the platform: the dialect reads it, the devices' room records it, the campaigns
 * decide, all in one transaction; then, that being on disk, the broker may acknowledge it.
 */
export const createTraffic = (
  { store, events, clock, logger }: PlatformContext,
  rooms: {
    readonly devices: DeviceService
    readonly presence: Presence
    readonly login: ReturnType<typeof createLogin>
    readonly doorkeeper: ReturnType<typeof createDoorkeeper>
    readonly log: ProtocolLog
    readonly engine: CampaignEngine
    readonly jobs: JobStore
    readonly dispatcher: Dispatcher
    readonly joins: Joins
    /** Serves a piece of a file over MQTT. */
    readonly blocks: (device: ConnectedDevice, request: BlockRequest) => Promise<void>
  },
): BrokerHost => {
  const refusals = new RefusalLog(logger, clock)
  const faults = new FaultLog(logger, clock)

  const handle = async (device: ConnectedDevice, uplink: Uplink): Promise<void> => {
    switch (uplink.kind) {
      case 'version':
        await store.write(() => {
          const row = rooms.devices.row(device.id)
          rooms.devices.recordVersion(row, uplink.module, uplink.version)
          rooms.engine.versionReported(device.id, uplink.module, uplink.version)
          rooms.joins.consider(device.id)
        })
        events.emit('device', device.id)
        rooms.dispatcher.deviceReported(device.id)
        return
      case 'ask':
        return rooms.dispatcher.deviceAsks(device.id, uplink)
      case 'acknowledged':
        return rooms.dispatcher.deviceAcknowledges(device.id)
      case 'block':
        return rooms.blocks(device, uplink)
      case 'meaningless':
        logger.debug({ deviceId: device.id, why: uplink.why }, 'a message of a device means nothing and is ignored')
        return
      case 'installing':
        return store.write(() => rooms.engine.reported(device.id, uplink.module, uplink))
      case 'progress':
      case 'failure':
        return store.write(() => rooms.engine.reported(device.id, uplink.module, uplink, uplink.strategy))
    }
  }

  /** Presence is shown on the device and on the row of its upgrade. */
  const presenceChanged = (deviceId: number): void => {
    rooms.devices.seen(deviceId)
    events.emit('device', deviceId)
    for (const job of rooms.jobs.openOfDevice(deviceId)) events.emit('job', job.id)
  }

  return {
    async login(connect, address, limits) {
      const result = await rooms.login.login(connect, limits)
      if (result.ok) rooms.doorkeeper.admitted(result.device, connect, address)
      else {
        const { deviceId } = result
        // To find out why it failed costs more than to see that it did.
        const isOneMore = deviceId === undefined ? limits?.barred : limits?.tooOften(deviceId)
        if (!isOneMore) rooms.doorkeeper.refused(connect, address)
      }
      return result
    },

    note: (device, note) => rooms.log.note(device.id, note),

    deviceOfTopic: (topic, payload) => rooms.login.deviceOfTopic(topic, payload),

    async received(device, topic, payload, qos) {
      const said = { direction: 'in', channel: topic, payload, qos } as const
      const reading = device.dialect.read(device.identity, topic, payload)
      if (!reading.ok) {
        refusals.note(reading.refused, { remoteAddress: '', device: deviceLabel(device.identity) }, { topic })
        rooms.log.note(device.id, { ...said, refused: reading.refused })
        return
      }
      const { uplink } = reading
      const amend = rooms.log.note(device.id, { ...said, ...uplinkNote(uplink), onlyLast: uplink.kind === 'block' })
      try {
        await handle(device, uplink)
      } catch (error) {
        amend({ refused: 'not stored, not acknowledged' })
        throw error
      }
    },

    connected(device) {
      rooms.presence.enter(device.id, rooms.devices.row(device.id).productId, clock.now())
      presenceChanged(device.id)
      store
        .write(() => rooms.joins.consider(device.id))
        .catch((error: unknown) =>
          faults.note('a device could not join a campaign', { err: error, deviceId: device.id }),
        )
    },

    listening(device) {
      const session = rooms.presence.of(device.id)
      if (!session) return
      session.listening = true
      rooms.dispatcher.deviceListening(device.id)
    },

    disconnected(device) {
      rooms.log.note(device.id, { direction: 'in', channel: 'DISCONNECT', kind: 'left' })
      rooms.dispatcher.deviceLeft(device.id)
      if (rooms.presence.leave(device.id)) presenceChanged(device.id)
    },
  }
}
