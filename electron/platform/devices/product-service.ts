import { and, asc, count, eq, getTableColumns, gt, type InferSelectModel, inArray, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { DeviceClass } from '#shared/delta-formats.ts'
import { DomainError } from '#shared/errors.ts'
import { phrase } from '#shared/phrase.ts'
import { type Protocol, protocolFacts } from '#shared/protocols/index.ts'
import type { Module, ModuleInput, ModulePatch, Product, ProductInput, ProductPatch } from '#shared/schema.ts'
import { openCampaignStatuses } from '#shared/states/campaign.ts'
import { cursorId, isoTime, type Page, type PageRequest, toPage } from '../store/pagination.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { campaigns, devices, modules, packages, products } from '../store/schema.ts'
import type { Presence } from './presence.ts'
import { newSecret } from './secrets.ts'
import type { SelfRegistered } from './self-registered.ts'

export type ProductRow = InferSelectModel<typeof products>
type ModuleRow = InferSelectModel<typeof modules>

/** Uses only the index of versions: a hundred thousand devices take milliseconds. */
const reporting = sql<number>`(SELECT count(*) FROM device_versions v WHERE v.product_id = ${modules.productId} AND v.module = ${modules.name})`

export type ProductService = ReturnType<typeof createProductService>

/** Products and their modules. */
export const createProductService = (
  { store, events, clock, random }: PlatformContext,
  options: {
    readonly presence: Presence
    readonly served: readonly Protocol[]
    readonly selfRegistered: Pick<SelfRegistered, 'count'>
  },
) => {
  const { db } = store

  // Prepared once, because it runs for every message of every device.
  const rowByKey = db
    .select()
    .from(products)
    .where(eq(products.key, sql.placeholder('key')))
    .prepare()
  const rowById = db
    .select()
    .from(products)
    .where(eq(products.id, sql.placeholder('id')))
    .prepare()
  const row = (id: number): ProductRow => {
    const found = rowById.get({ id })
    if (!found) throw new DomainError('NOT_FOUND', { what: 'product', id })
    return found
  }

  const usage = (productId: number): Product['usage'] => ({
    devices: db.select({ n: count() }).from(devices).where(eq(devices.productId, productId)).get()?.n ?? 0,
    online: options.presence.count(productId),
    selfRegistered: options.selfRegistered.count(productId),
    packages: db.select({ n: count() }).from(packages).where(eq(packages.productId, productId)).get()?.n ?? 0,
    openCampaigns:
      db
        .select({ n: count() })
        .from(campaigns)
        .innerJoin(packages, eq(packages.id, campaigns.packageId))
        .where(and(eq(packages.productId, productId), inArray(campaigns.status, [...openCampaignStatuses])))
        .get()?.n ?? 0,
  })

  const view = (product: ProductRow): Product => ({
    ...product,
    createdAt: isoTime(product.createdAt),
    usage: usage(product.id),
  })

  const refuseTaken = (field: 'name' | 'key', value: string, except?: number): void => {
    const taken = db.select({ id: products.id }).from(products).where(eq(products[field], value)).get()
    if (taken && taken.id !== except) throw new DomainError('ALREADY_EXISTS', { field, value })
  }

  /** Refuses a RAM size for any class other than a microcontroller. */
  const refuseRam = (deviceClass: DeviceClass, ramBytes: number | null | undefined): void => {
    if (deviceClass !== 'mcu' && typeof ramBytes === 'number')
      throw new DomainError('INVALID_FIELD', {
        field: 'ramBytes',
        rule: phrase('phrases.mcuOnly'),
      })
  }

  return {
    row,
    /** The product with a product key, as used in device messages. */
    byKey: (key: string): ProductRow | undefined => rowByKey.get({ key }),
    /** Products of a protocol with self-registration, oldest first. */
    registering: (protocol: Protocol): ProductRow[] =>
      db
        .select()
        .from(products)
        .where(and(eq(products.protocol, protocol), eq(products.autoRegister, true)))
        .orderBy(asc(products.id))
        .all(),
    get: (id: number): Product => view(row(id)),

    list(page: PageRequest): Page<Product> {
      const after = cursorId(page.cursor) ?? 0
      const rows = db
        .select()
        .from(products)
        .where(gt(products.id, after))
        .orderBy(asc(products.id))
        .limit(page.limit + 1)
        .all()
      return toPage(rows, page.limit, view)
    },

    /** @throws PROTOCOL_NOT_SERVED, ALREADY_EXISTS (name, key). */
    async create(input: z.output<typeof ProductInput>): Promise<Product> {
      if (!options.served.includes(input.protocol)) {
        throw new DomainError('PROTOCOL_NOT_SERVED', { protocol: input.protocol, served: options.served })
      }
      const id = await store.write(() => {
        refuseTaken('name', input.name)
        const key = input.key ?? random.token(8).replace(/[-_]/g, '0')
        refuseTaken('key', key)
        const made = db
          .insert(products)
          .values({
            key,
            name: input.name,
            protocol: input.protocol,
            secret: input.secret ?? newSecret(random, input.protocol),
            autoRegister: input.autoRegister,
            autoRegisterLimit: input.autoRegisterLimit,
            plainLogin: input.plainLogin,
            successCriterion: input.successCriterion,
            createdAt: clock.now(),
          })
          .returning({ id: products.id })
          .get()
        db.insert(modules)
          .values(protocolFacts[input.protocol].defaultModules.map((module) => ({ productId: made.id, ...module })))
          .run()
        return made.id
      })
      return view(row(id))
    },

    async update(id: number, patch: z.output<typeof ProductPatch>): Promise<Product> {
      const change = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
      await store.write(() => {
        row(id)
        if (patch.name !== undefined) refuseTaken('name', patch.name, id)
        if (Object.keys(change).length > 0) db.update(products).set(change).where(eq(products.id, id)).run()
      })
      return view(row(id))
    },

    /**
     * Deletes a product and all its data.
     * @throws STILL_IN_USE when it has devices or packages and `force` is not set.
     * @returns ids of its devices, so that their connections can be closed.
     */
    async remove(id: number, force: boolean): Promise<{ readonly deviceIds: number[] }> {
      const deviceIds = await store.write(() => {
        row(id)
        const used = usage(id)
        if (!force && used.devices + used.packages > 0) {
          throw new DomainError('STILL_IN_USE', {
            devices: used.devices,
            packages: used.packages,
            campaigns: used.openCampaigns,
          })
        }
        const ids = db
          .select({ id: devices.id })
          .from(devices)
          .where(eq(devices.productId, id))
          .all()
          .map((device) => device.id)
        db.delete(products).where(eq(products.id, id)).run()
        return ids
      })
      events.emit('removed', 'product', id)
      return { deviceIds }
    },

    modules(productId: number): ModuleRow[] {
      row(productId)
      return db.select().from(modules).where(eq(modules.productId, productId)).orderBy(asc(modules.id)).all()
    },

    /** The modules as API views, each with the number of devices that report it. */
    moduleViews(productId: number): Module[] {
      row(productId)
      return db
        .select({ ...getTableColumns(modules), devices: reporting })
        .from(modules)
        .where(eq(modules.productId, productId))
        .orderBy(asc(modules.id))
        .all()
    },

    hasModule: (productId: number, name: string): boolean =>
      db
        .select({ id: modules.id })
        .from(modules)
        .where(and(eq(modules.productId, productId), eq(modules.name, name)))
        .get() !== undefined,

    /** @throws MODULES_UNKNOWN, ALREADY_EXISTS when the product has a module of that name. */
    async createModule(productId: number, input: z.output<typeof ModuleInput>): Promise<Module> {
      return store.write(() => {
        const { protocol } = row(productId)
        if (!protocolFacts[protocol].features.modules) throw new DomainError('MODULES_UNKNOWN', { protocol })
        const taken = db
          .select({ id: modules.id })
          .from(modules)
          .where(and(eq(modules.productId, productId), eq(modules.name, input.name)))
          .get()
        if (taken) throw new DomainError('ALREADY_EXISTS', { field: 'name', value: input.name })
        refuseRam(input.deviceClass, input.ramBytes)
        const made = db
          .insert(modules)
          .values({ productId, ...input })
          .returning()
          .get()
        return { ...made, devices: 0 }
      })
    },

    /** @throws NOT_FOUND (product, module), INVALID_FIELD (RAM size for a class other than a microcontroller). */
    async updateModule(productId: number, name: string, patch: z.output<typeof ModulePatch>): Promise<Module> {
      const change = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
      return store.write(() => {
        row(productId)
        const which = and(eq(modules.productId, productId), eq(modules.name, name))
        const before = db.select().from(modules).where(which).get()
        if (!before) throw new DomainError('NOT_FOUND', { what: 'module', id: name })
        const deviceClass = patch.deviceClass ?? before.deviceClass
        refuseRam(deviceClass, patch.ramBytes)
        // The RAM size has no meaning for another class.
        const ram = deviceClass === 'mcu' ? {} : { ramBytes: null }
        db.update(modules)
          .set({ ...change, ...ram })
          .where(which)
          .run()
        return db
          .select({ ...getTableColumns(modules), devices: reporting })
          .from(modules)
          .where(which)
          .get() as Module
      })
    },
  }
}
