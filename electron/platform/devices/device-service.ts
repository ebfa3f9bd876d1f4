import { and, asc, count, desc, eq, gt, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { ListedDevice } from '#shared/device-list.ts'
import { DomainError } from '#shared/errors.ts'
import type { Device, DeviceFilter, DeviceInput } from '#shared/schema.ts'
import { cursorId, type Page, type PageRequest, toPage } from '../store/pagination.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { devices, deviceTags, deviceVersions } from '../store/schema.ts'
import { deviceConditions } from './device-filter.ts'
import { type DeviceRow, deviceViews } from './device-views.ts'
import type { Presence } from './presence.ts'
import type { ProductRow, ProductService } from './product-service.ts'
import { newSecret } from './secrets.ts'
import type { SelfRegistered } from './self-registered.ts'
import { type VersionShareRow, versionShares } from './version-shares.ts'

export type DeviceService = ReturnType<typeof createDeviceService>

/** Devices, their reported versions, and when they were last seen. */
export const createDeviceService = (
  { store, events, clock, random, logger }: PlatformContext,
  options: {
    readonly presence: Presence
    readonly products: ProductService
    readonly selfRegistered: Pick<SelfRegistered, 'hasRoom'>
    /** Closes the statistics of a day before anything of the next is recorded. */
    readonly days: { turn(): void }
  },
) => {
  const { db } = store
  const { presence } = options
  const views = deviceViews(db, presence)
  const conditions = deviceConditions(db, presence)

  // Prepared once, because it runs for every message of every device.
  const rowById = db
    .select()
    .from(devices)
    .where(eq(devices.id, sql.placeholder('id')))
    .prepare()
  const row = (id: number): DeviceRow => {
    const found = rowById.get({ id })
    if (!found) throw new DomainError('NOT_FOUND', { what: 'device', id })
    return found
  }

  /** Replaces the tags of a device; call within `store.write`. */
  const putTags = ({ id: deviceId, productId }: DeviceRow, tags: readonly string[]): void => {
    db.delete(deviceTags).where(eq(deviceTags.deviceId, deviceId)).run()
    for (const tag of new Set(tags)) db.insert(deviceTags).values({ deviceId, productId, tag }).run()
  }

  const rowByName = db
    .select()
    .from(devices)
    .where(and(eq(devices.productId, sql.placeholder('productId')), eq(devices.name, sql.placeholder('name'))))
    .prepare()
  const byName = (productId: number, name: string): DeviceRow | undefined => rowByName.get({ productId, name })
  const rowByToken = db
    .select()
    .from(devices)
    .where(eq(devices.accessToken, sql.placeholder('accessToken')))
    .prepare()
  const byAccessToken = (accessToken: string): DeviceRow | undefined => rowByToken.get({ accessToken })

  const refuseTakenToken = (accessToken: string | undefined): void => {
    if (accessToken !== undefined && byAccessToken(accessToken))
      throw new DomainError('ALREADY_EXISTS', { field: 'accessToken', value: accessToken })
  }

  /** Refuses a list whose credentials differ from those of an existing device, so that it does not appear to be applied. */
  const refuseOther = (there: DeviceRow, { secret, accessToken }: ListedDevice): void => {
    for (const [field, given] of Object.entries({ secret, accessToken }))
      if (given !== undefined && given !== there[field as 'secret' | 'accessToken'])
        throw new DomainError('ALREADY_EXISTS', { field: `name (${field} ≠)`, value: there.name })
  }

  const insertRow = db
    .insert(devices)
    .values({
      productId: sql.placeholder('productId'),
      name: sql.placeholder('name'),
      secret: sql.placeholder('secret'),
      accessToken: sql.placeholder('accessToken'),
      createdAt: sql.placeholder('createdAt'),
      selfRegistered: sql.placeholder('selfRegistered'),
    })
    .prepare()
  // Read afterwards instead of returned: RETURNING makes SQLite keep a journal of each row, which it walks as a whole for the next, so that
  // a list of 10,000 took eight times as long.
  const insert = (
    { id: productId, protocol }: ProductRow,
    { name, secret, accessToken }: ListedDevice,
    selfRegistered = false,
  ): DeviceRow => {
    const { lastInsertRowid } = insertRow.run({
      productId,
      name,
      secret: secret ?? newSecret(random, protocol),
      accessToken: accessToken ?? random.token(16),
      createdAt: clock.now(),
      selfRegistered,
    })
    return row(Number(lastInsertRowid))
  }

  const putSeen = store.sql.prepare('UPDATE devices SET last_seen_at = ? WHERE id = ?')
  const putVersion = store.sql.prepare(`
    INSERT INTO device_versions (device_id, product_id, module, version, reported_at) VALUES (:deviceId, :productId, :module, :version, :reportedAt)
    ON CONFLICT (device_id, module) DO UPDATE SET version = excluded.version, reported_at = excluded.reported_at`)

  return {
    row,
    byName,
    byAccessToken,
    get: (id: number): Device => views([row(id)])[0] as Device,
    /** Snapshots of the existing devices among these, for live events. */
    snapshots: (ids: readonly number[]): Device[] =>
      ids.length === 0
        ? []
        : views(
            db
              .select()
              .from(devices)
              .where(sql`${devices.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
              .all(),
          ),

    /** The first id that is not a device of the product, with its name if it belongs to another product; undefined when all belong. */
    strangerOf(productId: number, ids: readonly number[]): { id: number; name: string | null } | undefined {
      return db.get<{ id: number; name: string | null } | undefined>(sql`
        SELECT ids.value AS id, d.name AS name FROM json_each(${JSON.stringify(ids)}) ids LEFT JOIN devices d ON d.id = ids.value
        WHERE d.product_id IS NOT ${productId} LIMIT 1`)
    },

    list(page: PageRequest, filter: z.output<typeof DeviceFilter>): Page<Device> {
      const after = cursorId(page.cursor) ?? 0
      const rows = db
        .select()
        .from(devices)
        .where(and(gt(devices.id, after), ...conditions(filter)))
        .orderBy(asc(devices.id))
        .limit(page.limit + 1)
        .all()
      const known = new Map(views(rows.slice(0, page.limit)).map((device) => [device.id, device]))
      return toPage(rows, page.limit, (device) => known.get(device.id) as Device)
    },

    /** @throws NOT_FOUND (product), ALREADY_EXISTS (name within the product, accessToken). */
    async create(input: z.output<typeof DeviceInput>): Promise<Device> {
      const made = await store.write(() => {
        const product = options.products.row(input.productId)
        if (byName(product.id, input.name))
          throw new DomainError('ALREADY_EXISTS', { field: 'name', value: input.name })
        refuseTakenToken(input.accessToken)
        const device = insert(product, input)
        putTags(device, input.tags ?? [])
        return device
      })
      events.emit('device', made.id)
      return views([made])[0] as Device
    },

    /** Replaces the tags of a device. @throws NOT_FOUND. */
    async setTags(id: number, tags: readonly string[]): Promise<Device> {
      await store.write(() => putTags(row(id), tags))
      events.emit('device', id)
      return views([row(id)])[0] as Device
    },

    /** Every tag in use in one or all products, with its number of devices; most devices first. */
    tags: (productId: number | undefined): { tag: string; devices: number }[] =>
      db
        .select({ tag: deviceTags.tag, devices: count() })
        .from(deviceTags)
        .where(productId === undefined ? undefined : eq(deviceTags.productId, productId))
        .groupBy(deviceTags.tag)
        .orderBy(desc(count()), asc(deviceTags.tag))
        .all(),

    /** Replaces the secret of a device. @throws NOT_FOUND. */
    async setSecret(id: number, secret: string): Promise<Device> {
      await store.write(() => {
        row(id)
        db.update(devices).set({ secret }).where(eq(devices.id, id)).run()
      })
      events.emit('device', id)
      return views([row(id)])[0] as Device
    },

    /** Gives a device another name, which is its login as well. @throws NOT_FOUND; ALREADY_EXISTS: the product has a device of that name. */
    async rename(id: number, name: string): Promise<void> {
      await store.write(() => {
        const { productId } = row(id)
        if (byName(productId, name)) throw new DomainError('ALREADY_EXISTS', { field: 'name', value: name })
        db.update(devices).set({ name }).where(eq(devices.id, id)).run()
      })
      events.emit('device', id)
    },

    /**
     * Creates the missing devices; on a conflict none of them.
     * @throws ALREADY_EXISTS: an access token is in use, or a device exists with other credentials.
     */
    async ensure(
      productId: number,
      wanted: readonly ListedDevice[],
    ): Promise<{ created: number; existing: number; rows: DeviceRow[] }> {
      return store.write(() => {
        const product = options.products.row(productId)
        let created = 0
        const rows = wanted.map((input) => {
          const there = byName(product.id, input.name)
          if (there) {
            refuseOther(there, input)
            return there
          }
          refuseTakenToken(input.accessToken)
          created++
          return insert(product, input)
        })
        return { created, existing: wanted.length - created, rows }
      })
    },

    /**
     * Creates the device that proved its product's secret, or finds it if it was created meanwhile; undefined when the product has reached
     * its limit of self-registered devices. @throws ALREADY_EXISTS: the access token belongs to another device.
     */
    async selfRegister(
      productId: number,
      wanted: ListedDevice,
    ): Promise<{ readonly device: DeviceRow; readonly isNew: boolean } | undefined> {
      return store.write(() => {
        const product = options.products.row(productId)
        const there = byName(product.id, wanted.name)
        if (there) return { device: there, isNew: false }
        if (!options.selfRegistered.hasRoom(product)) return undefined
        refuseTakenToken(wanted.accessToken)
        return { device: insert(product, wanted, true), isNew: true }
      })
    },

    /** Deletes a device; `before` runs in the same transaction, so that no other change occurs in between. */
    async remove(id: number, before: () => void): Promise<void> {
      await store.write(() => {
        row(id)
        before()
        db.delete(devices).where(eq(devices.id, id)).run()
      })
      events.emit('removed', 'device', id)
    },

    /** Records the version of a module; call within `store.write`. */
    recordVersion(device: { readonly id: number; readonly productId: number }, module: string, version: string): void {
      options.days.turn()
      putVersion.run({ deviceId: device.id, productId: device.productId, module, version, reportedAt: clock.now() })
    },

    /** The last reported version of a module by device id; devices without a report are absent. */
    versionsOf(ids: readonly number[], module: string): Map<number, string> {
      const wanted = sql`${deviceVersions.deviceId} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`
      const found = db
        .select()
        .from(deviceVersions)
        .where(and(wanted, eq(deviceVersions.module, module)))
        .all()
      return new Map(found.map((row) => [row.deviceId, row.version]))
    },

    /** Records when a device connected or disconnected; call within `store.write`. @param at milliseconds since 1970. */
    seenAt(id: number, at: number): void {
      putSeen.run(at, id)
    },

    /** Records that a device is present now. */
    seen(id: number): void {
      const now = clock.now()
      store
        .write(() => putSeen.run(now, id))
        .catch((error: unknown) =>
          logger.error({ err: error, deviceId: id }, 'the time a device was last seen could not be stored'),
        )
    },

    /** Devices of a product by the version its module reports; `null` for those that reported none. Most devices first. */
    versions(productId: number, module: string): VersionShareRow[] {
      options.products.row(productId)
      return versionShares(db, presence, productId, module)
    },
  }
}
