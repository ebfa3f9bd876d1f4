import { asc, type InferSelectModel, inArray, sql } from 'drizzle-orm'
import { type DeviceFactName, deviceFactList } from '#shared/device-facts.ts'
import type { Device } from '#shared/schema.ts'
import { isoTime } from '../store/pagination.ts'
import { type devices, deviceTags, deviceVersions } from '../store/schema.ts'
import type { Db } from '../store/store.ts'
import type { Presence } from './presence.ts'

export type DeviceRow = InferSelectModel<typeof devices>

/** The facts of a device in the form of the API. */
const factsOf = (device: DeviceRow): Pick<Device, DeviceFactName> => {
  const shown = deviceFactList.map(([name, { kind }]) => {
    const value = device[name]
    return [name, kind.startsWith('time') && typeof value === 'number' ? isoTime(value) : value]
  })
  return Object.fromEntries(shown) as Pick<Device, DeviceFactName>
}

/** Devices as API views: with tags, reported versions and presence. */
export const deviceViews = (db: Db, presence: Presence) => {
  const view = (
    device: DeviceRow,
    versions: readonly InferSelectModel<typeof deviceVersions>[],
    tags: readonly string[],
  ): Device => ({
    ...device,
    tags: [...tags],
    online: presence.isOnline(device.id),
    ...factsOf(device),
    modules: versions.map(({ module, version, reportedAt }) => ({ module, version, reportedAt: isoTime(reportedAt) })),
  })

  const views = (rows: readonly DeviceRow[]): Device[] => {
    const versions =
      rows.length === 0
        ? []
        : db
            .select()
            .from(deviceVersions)
            .where(
              inArray(
                deviceVersions.deviceId,
                rows.map((device) => device.id),
              ),
            )
            .orderBy(asc(deviceVersions.module))
            .all()
    const byDevice = Map.groupBy(versions, (version) => version.deviceId)
    const tags = tagsOf(rows)
    return rows.map((device) => view(device, byDevice.get(device.id) ?? [], tags.get(device.id) ?? []))
  }

  /** Tags of each device, in order, with one query per page. */
  const tagsOf = (rows: readonly DeviceRow[]): Map<number, string[]> => {
    const ids = JSON.stringify(rows.map(({ id }) => id))
    const found = db
      .select({ deviceId: deviceTags.deviceId, tag: deviceTags.tag })
      .from(deviceTags)
      .where(sql`${deviceTags.deviceId} IN (SELECT value FROM json_each(${ids}))`)
      .orderBy(asc(deviceTags.deviceId), asc(deviceTags.tag))
      .all()
    const byDevice = Map.groupBy(found, ({ deviceId }) => deviceId)
    return new Map([...byDevice].map(([id, rowsOf]) => [id, rowsOf.map(({ tag }) => tag)]))
  }

  return views
}
