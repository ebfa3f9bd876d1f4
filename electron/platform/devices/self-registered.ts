import { and, count, eq } from 'drizzle-orm'
import { DomainError } from '#shared/errors.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { devices, products } from '../store/schema.ts'

/** Devices deleted per transaction, so that other writes run in between. */
const AT_ONCE = 100

/** Self-registered devices, as opposed to those created by an operator, a list or the bench. */
export const createSelfRegistered = ({ store, logger }: Pick<PlatformContext, 'store' | 'logger'>) => {
  const { db } = store
  /** Products whose reached limit is already logged. */
  const full = new Set<number>()
  const ofProduct = (productId: number) => and(eq(devices.productId, productId), eq(devices.selfRegistered, true))

  return {
    count: (productId: number): number =>
      db.select({ n: count() }).from(devices).where(ofProduct(productId)).get()?.n ?? 0,

    /** Whether a product may register another device; logs a reached limit once. Call within `store.write`. */
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
     * Deletes all self-registered devices of a product in batches. It closes registration first, unless it must stay open, because devices
     * that know the secret would register again at once. After an interruption a second call continues.
     * @param before runs for each in the transaction that deletes it.
     * @param after runs for each deleted device.
     * @returns the number of deleted devices.
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
