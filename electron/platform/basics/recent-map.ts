/** Values by key, of which the ones not asked for lately are dropped. */
export interface RecentMap<K, V> {
  /** The value; undefined when there is none, or none any more. */
  get(key: K): V | undefined
  set(key: K, value: V): void
  delete(key: K): void
  clear(): void
}

/**
 * Makes one with two generations: whatever was not asked for while the younger one filled is dropped, without bookkeeping at each hit.
 * @param limit values kept, at least; twice as many at most.
 */
export const createRecentMap = <K, V>(limit: number): RecentMap<K, V> => {
  let young = new Map<K, V>()
  let old = new Map<K, V>()

  const set = (key: K, value: V): void => {
    if (young.size >= limit && !young.has(key)) {
      old = young
      young = new Map()
    }
    young.set(key, value)
  }

  return {
    get(key) {
      const known = young.get(key)
      if (known !== undefined) return known
      const older = old.get(key)
      if (older !== undefined) set(key, older)
      return older
    },
    set,
    delete(key) {
      young.delete(key)
      old.delete(key)
    },
    clear() {
      young.clear()
      old.clear()
    },
  }
}
