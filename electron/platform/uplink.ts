import { DEFAULT_MODULE } from '#shared/protocols/index.ts'
import { FaultLog, RefusalLog } from './basics/refusal-log.ts'
import type { BrokerHost } from './broker/broker.ts'
import { deviceLabel } from './broker/device-connection.ts'
import type { LateJoiners } from './campaigns/audience/late-joiners.ts'
import type { CampaignEngine } from './campaigns/campaign-engine.ts'
import type { Dispatcher } from './campaigns/delivery/dispatcher.ts'
import type { JobStore } from './campaigns/jobs/job-store.ts'
import type { VersionReports } from './campaigns/version-reports.ts'
import type { ConnectedDevice } from './devices/connected-device.ts'
import type { DeviceService } from './devices/device-service.ts'
import type { createLogin } from './devices/login.ts'
import type { createLoginDiagnosis } from './devices/login-diagnosis.ts'
import type { Presence } from './devices/presence.ts'
import type { Amend, ProtocolLog } from './devices/protocol-log.ts'
import { takenFor, uplinkNote } from './devices/uplink-notes.ts'
import type { BlockRequest, Uplink } from './dialects/dialect.ts'
import type { Counts } from './metrics/counts.ts'
import type { PlatformContext } from './store/platform-context.ts'

/**
 * Processes a device message: the dialect parses it, the devices module records it, and the campaigns module
 * decides, all in one transaction; once that is on disk, the broker may acknowledge the message.
 */
export const createUplink = (
  { store, events, clock, logger }: PlatformContext,
  deps: {
    readonly devices: DeviceService
    readonly presence: Presence
    readonly login: ReturnType<typeof createLogin>
    readonly loginDiagnosis: ReturnType<typeof createLoginDiagnosis>
    readonly log: ProtocolLog
    readonly engine: CampaignEngine
    readonly jobs: JobStore
    readonly dispatcher: Dispatcher
    readonly joins: LateJoiners
    readonly reportVersions: VersionReports
    readonly counts: Pick<Counts, 'reports'>
    /** Default: a separate log. */
    readonly refusals?: RefusalLog | undefined
    /** Serves a piece of a file over MQTT. */
    readonly blocks: (device: ConnectedDevice, request: BlockRequest) => Promise<void>
  },
): BrokerHost => {
  const refusals = deps.refusals ?? new RefusalLog(logger, clock)
  const faults = new FaultLog(logger, clock)

  const recordVersion = async (device: ConnectedDevice, module: string, version: string): Promise<void> => {
    await deps.reportVersions(device.id, [{ module, version }])
    // Only a connected device can be notified; over HTTP the answer carries the offer.
    deps.dispatcher.deviceReported(device.id, module)
  }

  /** Handles a report about an upgrade. @returns the module to which it was applied, if the report named another. */
  const report = (
    device: ConnectedDevice,
    uplink: Extract<Uplink, { kind: 'progress' | 'installing' | 'failure' }>,
  ): Promise<string | undefined> =>
    store.write(
      () =>
        deps.engine.reported(
          device.id,
          uplink.module,
          uplink,
          uplink.kind === 'installing' ? undefined : uplink.campaignTag,
        ),
      true,
    )

  const handle = async (device: ConnectedDevice, uplink: Uplink, amend: Amend): Promise<void> => {
    deps.counts.reports.add(uplink.kind)
    switch (uplink.kind) {
      case 'version':
        return recordVersion(device, uplink.module, uplink.version)
      case 'query': {
        const { module = DEFAULT_MODULE, runs } = uplink
        // A query that names the target version proves success. Any other version is not a report: some firmwares send a fixed one.
        if (runs !== undefined && deps.engine.awaits(device.id, module, runs)) await recordVersion(device, module, runs)
        return deps.dispatcher.deviceQueries(device.id, uplink)
      }
      case 'acknowledged':
        return deps.dispatcher.deviceAcknowledges(device.id)
      case 'block':
        return deps.blocks(device, uplink)
      case 'meaningless':
        logger.debug({ deviceId: device.id, why: uplink.why }, 'a message of a device means nothing and is ignored')
        return
      case 'installing':
      case 'progress':
      case 'failure': {
        const taken = await report(device, uplink)
        if (taken !== undefined) amend(uplinkNote({ ...uplink, module: takenFor(uplink.module, taken) }))
        return
      }
    }
  }

  /** Devices that connected or disconnected since their last write to the store. */
  const moved = new Map<number, { at: number; arrived: boolean }>()

  /**
   * Presence is shown on the device and on its job; a device that connects may join a campaign. A device that connects and disconnects
   * before the store has processed it is written once: frequent reconnects of one device must not delay the others.
   */
  const presenceChanged = (deviceId: number, arrived: boolean): void => {
    events.emit('device', deviceId)
    const waiting = moved.get(deviceId)
    moved.set(deviceId, { at: clock.now(), arrived: arrived || waiting?.arrived === true })
    if (waiting) return
    let move: { readonly at: number; readonly arrived: boolean } | undefined
    store
      .write(() => {
        move = moved.get(deviceId)
        moved.delete(deviceId)
        if (!move) return
        deps.devices.seenAt(deviceId, move.at)
        for (const job of deps.jobs.openOfDevice(deviceId)) events.emit('job', job.id)
        if (move.arrived) deps.joins.consider(deviceId)
      }, true)
      .catch((error: unknown) => {
        // The write did not run: the next change schedules a new one.
        if (!move) moved.delete(deviceId)
        faults.note('that a device came or went could not be stored', { err: error, deviceId })
      })
  }

  return {
    async login(connect, address, limits) {
      const result = await deps.login.login(connect, limits)
      if (result.ok) deps.loginDiagnosis.admitted(result.device, connect, address)
      else {
        const { deviceId } = result
        // Diagnosing a failed login costs more than detecting it.
        const isOneMore = deviceId === undefined ? limits?.barred : limits?.tooOften(deviceId)
        if (!isOneMore) deps.loginDiagnosis.refused(connect, address)
      }
      return result
    },

    note: (device, note) => deps.log.note(device.id, note),

    deviceOfTopic: (topic, payload) => deps.login.deviceOfTopic(topic, payload),

    deviceOfClient: (clientId, username) => deps.login.deviceOfClient(clientId, username),

    async received(device, topic, payload, qos) {
      const said = { direction: 'in', channel: topic, payload, qos } as const
      const reading = device.dialect.read(device.identity, topic, payload)
      if (!reading.ok) {
        refusals.note(reading.refused, { remoteAddress: '', device: deviceLabel(device.identity) }, { topic })
        deps.log.note(device.id, { ...said, refused: reading.refused })
        return
      }
      const { uplink } = reading
      const amend = deps.log.note(device.id, { ...said, ...uplinkNote(uplink), onlyLast: uplink.kind === 'block' })
      try {
        await handle(device, uplink, amend)
      } catch (error) {
        amend({ refused: 'not stored, not acknowledged' })
        throw error
      }
    },

    connected(device) {
      deps.presence.enter(device.id, deps.devices.row(device.id).productId, clock.now())
      presenceChanged(device.id, true)
    },

    listening(device) {
      const session = deps.presence.of(device.id)
      if (!session) return
      session.listening = true
      deps.dispatcher.deviceListening(device.id)
    },

    disconnected(device) {
      deps.log.note(device.id, { direction: 'in', channel: 'DISCONNECT', kind: 'left' })
      deps.dispatcher.deviceLeft(device.id)
      if (deps.presence.leave(device.id)) presenceChanged(device.id, false)
    },
  }
}
