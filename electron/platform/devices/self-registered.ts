import { and, count, eq } from 'drizzle-orm'
import { DomainError } from '#shared/errors.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { devices, products } from '../store/schema.ts'

/** Devices that are deleted in one transaction: others have their turn in between. */
const AT_ONCE = 100

/** Devices that a product's secret has made, as against those that a person, a list or the bench has. */
export const createSelfRegistered = ({ store, logger }: Pick<PlatformContext, 'store' | 'logger'>) => {
  const { db } = store
  /** Products whose limit was found reached and said so. */
  const full = new Set<number>()
  const ofProduct = (productId: number) => and(eq(devices.productId, productId), eq(devices.selfRegistered, true))

  return {
    count: (productId: number): number =>
      db.select({ n: count() }).from(devices).where(ofProduct(productId)).get()?.n ?? 0,

    /** Whether a product may have another one; says once in the log that it may not. Call within `store.write`. */
    hasRoom(product: { readonly id: number; readonly name: string; readonly autoRegisterLimit: number }): boolean {
      const there = this.count(product.id)
      if (there < product.autoRegisterLimit) {
        full.delete(product.id)
        return true
      }
      if (!full.has(product.id))
        logger.warn(
          { product: product.name, limit: product.autoRegisterLimit },
          'a product has as many self-registered devices as it may have; no more are taken until the limit is raised or some are deleted',
        )
      full.add(product.id)
      return false
    },

    /**
     * Deletes all of a product, a piece at a time, and closes registration first, unless it is to stay open: who still knows the secret would be
     * back at once. Ended in the middle, it is carried on by being asked for again.
     * @param before runs for each in the transaction that deletes it.
     * @param after for each that is gone.
     * @returns how many there were.
     * @throws NOT_FOUND.
     */
    async removeAll(
      productId: number,
      keepOpen: boolean,
      before: (deviceId: number) => void,
      after: (deviceId: number) => void,
    ): Promise<number> {
      await store.write(() => {
        const changed = db.select({ id: products.id }).from(products).where(eq(products.id, productId)).get()
        if (!changed) throw new DomainError('NOT_FOUND', { what: 'product', id: productId })
        if (!keepOpen) db.update(products).set({ autoRegister: false }).where(eq(products.id, productId)).run()
      })
      for (let removed = 0; ; ) {
        const gone = await store.write(() => {
          const rows = db.select({ id: devices.id }).from(devices).where(ofProduct(productId)).limit(AT_ONCE).all()
          for (const { id } of rows) {
            before(id)
            db.delete(devices).where(eq(devices.id, id)).run()
          }
          return rows
        })
        for (const { id } of gone) after(id)
        removed += gone.length
        if (gone.length < AT_ONCE) return removed
      }
    },
  }
}

export type SelfRegistered = ReturnType<typeof createSelfRegistered>
