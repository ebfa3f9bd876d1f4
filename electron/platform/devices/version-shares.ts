import { sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { VersionShare } from '#shared/schema.ts'
import type { Db } from '../store/store.ts'
import type { Presence } from './presence.ts'

export type VersionShareRow = z.output<typeof VersionShare>

/** Devices of a product by the version its module reports; `null` for those that reported none. Most devices first. */
export const versionShares = (db: Db, presence: Presence, productId: number, module: string): VersionShareRow[] => {
  const ids = JSON.stringify(presence.ids().filter((id) => presence.productOf(id) === productId))
  // Uses only the index of versions: a hundred thousand devices take milliseconds.
  const shares = db.all<VersionShareRow>(sql`
    SELECT version, count(*) AS devices, 0 AS online FROM device_versions INDEXED BY device_versions_by_version
    WHERE product_id = ${productId} AND module = ${module} GROUP BY version`)
  const all = db.get<{ n: number }>(sql`SELECT count(*) AS n FROM devices WHERE product_id = ${productId}`)?.n ?? 0
  const online = db.all<{ version: string | null; n: number }>(sql`
    SELECT v.version AS version, count(*) AS n FROM json_each(${ids}) ids
    LEFT JOIN device_versions v ON v.device_id = ids.value AND v.module = ${module} GROUP BY v.version`)
  const onlineOf = new Map(online.map(({ version, n }) => [version, n]))
  const silent = all - shares.reduce((sum, share) => sum + share.devices, 0)
  const known = silent > 0 ? [...shares, { version: null, devices: silent, online: 0 }] : shares
  return known
    .map((share) => ({ ...share, online: onlineOf.get(share.version) ?? 0 }))
    .sort((one, other) => other.devices - one.devices || compare(one.version, other.version))
}

/** The sort order of the store: null first, then by character code. */
const compare = (one: string | null, other: string | null): number =>
  one === other ? 0 : one === null || (other !== null && one < other) ? -1 : 1
