import type { Broker } from './broker/broker.ts'
import type { CampaignEngine } from './campaigns/campaign-engine.ts'
import type { JobStore } from './campaigns/jobs/job-store.ts'
import type { ContentClaims } from './content/content-claims.ts'
import type { DeviceService } from './devices/device-service.ts'
import type { Presence } from './devices/presence.ts'
import type { ProductService } from './devices/product-service.ts'
import type { ProtocolLog } from './devices/protocol-log.ts'
import type { SelfRegistered } from './devices/self-registered.ts'
import type { PlatformContext } from './store/platform-context.ts'

interface Deps {
  readonly devices: DeviceService
  readonly products: ProductService
  readonly claims: Pick<ContentClaims, 'removeUnused'>
  readonly selfRegistered: SelfRegistered
  readonly presence: Presence
  readonly log: ProtocolLog
  readonly jobs: JobStore
  readonly engine: CampaignEngine
  readonly broker: Broker
}

/** Removes devices and products with their data: open jobs, connection, presence, protocol log. */
export const createDeviceRemoval = ({ events }: Pick<PlatformContext, 'events'>, deps: Deps) => {
  /** Must be called after the row is deleted. */
  const forget = (deviceId: number): void => {
    deps.broker.drop(deviceId)
    deps.presence.forget(deviceId)
    deps.log.forget(deviceId)
  }

  /** Cancels a device's open jobs before its row is deleted, so that their campaigns count correctly and can finish. */
  const cancelJobsOf = (deviceId: number): void => {
    for (const job of deps.jobs.openOfDevice(deviceId)) deps.engine.apply(job, { kind: 'cancel' })
  }

  return {
    /** @throws NOT_FOUND. */
    async device(id: number): Promise<void> {
      await deps.devices.remove(id, () => cancelJobsOf(id))
      forget(id)
    },

    /**
     * Deletes all self-registered devices of a product. Closes registration unless `keepOpen` is set.
     * @returns the number of deleted devices.
     * @throws NOT_FOUND.
     */
    selfRegistered: (productId: number, keepOpen: boolean): Promise<number> =>
      deps.selfRegistered.removeAll(productId, keepOpen, cancelJobsOf, (deviceId) => {
        forget(deviceId)
        events.emit('removed', 'device', deviceId)
      }),

    /** @throws NOT_FOUND; the product is in use and `force` is not set. */
    async product(id: number, force: boolean): Promise<void> {
      const { deviceIds } = await deps.products.remove(id, force)
      for (const deviceId of deviceIds) forget(deviceId)
      await deps.claims.removeUnused()
    },
  }
}
