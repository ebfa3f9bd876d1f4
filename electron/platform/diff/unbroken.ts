/** What the cell of a thread says: it may be ended; it must not be; it is being ended; it ends itself as soon as it may. */
const OPEN = 0
const UNBROKEN = 1
const ENDED = 2
const ENDING = 3

/** One for each thread, shared with it. */
export type ThreadCell = Int32Array<SharedArrayBuffer>

export const createThreadCell = (): ThreadCell => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

/** Asked from outside. @returns whether the thread can be ended now; where not, it ends by itself before long. */
export const mayEnd = (cell: ThreadCell): boolean => {
  for (;;) {
    const was = Atomics.compareExchange(cell, 0, OPEN, ENDED)
    if (was === OPEN || was === ENDED) return true
    if (was === ENDING || Atomics.compareExchange(cell, 0, UNBROKEN, ENDING) === UNBROKEN) return false
  }
}

let own: ThreadCell | undefined

/** Said once by a thread, before it begins. */
export const beEndedBy = (cell: ThreadCell): void => {
  own = cell
}

/**
 * Work of an add-on that calls back: a thread that is terminated meanwhile takes the whole process along (Node-API:
 * a C++ exception that nobody catches). Keep it short: what wants to end the thread waits for it.
 */
export const unbroken = async <T>(work: () => T | Promise<T>): Promise<T> => {
  if (!own) return work()
  if (Atomics.compareExchange(own, 0, OPEN, UNBROKEN) !== OPEN) process.exit()
  try {
    return await work()
  } finally {
    if (Atomics.compareExchange(own, 0, UNBROKEN, OPEN) !== UNBROKEN) process.exit()
  }
}
