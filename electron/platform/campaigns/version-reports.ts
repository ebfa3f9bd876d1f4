import type { DeviceService } from '../devices/device-service.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import type { LateJoiners } from './audience/late-joiners.ts'
import type { CampaignEngine } from './campaign-engine.ts'

/** The version of one module of a device, as the device reports it. */
interface ModuleVersion {
  readonly module: string
  readonly version: string
}

export type VersionReports = ReturnType<typeof createVersionReports>

/**
 * The only path of a version report, over MQTT and HTTP: it records the versions, updates the modules' jobs, and offers the device
 * to dynamic campaigns, all in one transaction.
 */
export const createVersionReports =
  (
    { store, events }: PlatformContext,
    deps: {
      readonly devices: Pick<DeviceService, 'row' | 'recordVersion'>
      readonly engine: Pick<CampaignEngine, 'versionReported'>
      readonly joins: Pick<LateJoiners, 'consider'>
    },
  ) =>
  /** Resolves when the report is on disk. @throws NOT_FOUND: the device was deleted. */
  async (deviceId: number, versions: readonly ModuleVersion[]): Promise<void> => {
    await store.write(() => {
      const device = deps.devices.row(deviceId)
      for (const { module, version } of versions) {
        deps.devices.recordVersion(device, module, version)
        deps.engine.versionReported(deviceId, module, version)
      }
      deps.joins.consider(deviceId)
    }, true)
    events.emit('device', deviceId)
  }
