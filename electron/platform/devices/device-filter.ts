import { and, eq, inArray, notInArray, type SQL, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { DeviceFilter } from '#shared/schema.ts'
import { containing } from '../store/pagination.ts'
import { devices, deviceTags, deviceVersions } from '../store/schema.ts'
import type { Db } from '../store/store.ts'
import type { Presence } from './presence.ts'

/** The SQL conditions on `devices` for a filter. */
export const deviceConditions = (db: Db, presence: Presence) => {
  const conditions = (filter: z.output<typeof DeviceFilter>): (SQL | undefined)[] => {
    const reported = (condition: SQL | undefined) =>
      inArray(devices.id, db.select({ id: deviceVersions.deviceId }).from(deviceVersions).where(condition))
    return [
      filter.productId === undefined ? undefined : eq(devices.productId, filter.productId),
      filter.q ? sql`${devices.name} LIKE ${containing(filter.q)} ESCAPE '\\'` : undefined,
      filter.module === undefined && filter.version === undefined
        ? undefined
        : reported(
            and(
              filter.module === undefined ? undefined : eq(deviceVersions.module, filter.module),
              filter.version === undefined ? undefined : eq(deviceVersions.version, filter.version),
            ),
          ),
      filter.tag === undefined
        ? undefined
        : inArray(
            devices.id,
            db
              .select({ id: deviceTags.deviceId })
              .from(deviceTags)
              .where(
                and(
                  eq(deviceTags.tag, filter.tag),
                  filter.productId === undefined ? undefined : eq(deviceTags.productId, filter.productId),
                ),
              ),
          ),
      filter.online === undefined ? undefined : onlineIs(filter.online),
      filter.selfRegistered === undefined ? undefined : eq(devices.selfRegistered, filter.selfRegistered),
    ]
  }
  const onlineIs = (online: boolean): SQL => {
    // One parameter for any number of devices: SQLite allows at most 32,766.
    const ids = sql`(SELECT value FROM json_each(${JSON.stringify(presence.ids())}))`
    return online ? inArray(devices.id, ids) : notInArray(devices.id, ids)
  }

  return conditions
}
