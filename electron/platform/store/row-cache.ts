import { createRecentMap } from '../basics/recent-map.ts'

/** What was read by an id, until somebody says that it changed. */
interface RowCache<T> {
  get(id: number): T
  /** What is remembered; undefined when nothing is. Never reads. */
  peek(id: number): T | undefined
  /** Remembers what the caller has just written, within the same transaction and as the store would answer it. */
  set(id: number, value: T): void
  forget(id: number): void
  clear(): void
}

/**
 * Remembers the answers of `read`, those asked for lately. It is right only as long as everything that an answer rests on is watched
 * (`Store.watch`) and undone writes clear it (`Store.onUndo`).
 * @param read never answers undefined: that is what is not known.
 * @param limit answers kept, at least; twice as many at most.
 */
export const createRowCache = <T extends object | null>(read: (id: number) => T, limit = 4096): RowCache<T> => {
  const known = createRecentMap<number, T>(limit)
  return {
    get(id) {
      const remembered = known.get(id)
      if (remembered !== undefined) return remembered
      const value = read(id)
      known.set(id, value)
      return value
    },
    peek: known.get,
    set: known.set,
    forget: known.delete,
    clear: known.clear,
  }
}
