/** How many connections a group of listeners may hold. */
export interface GateLimits {
  /** In all. */
  readonly connections: number
  /** Of them, such as have proved nothing yet. */
  readonly unproven: number
  /** Places that only those may have who have proved nothing yet, so that there is always one to knock at. */
  readonly keptFree: number
}

/** A station's listeners: those that devices use, and the operators'. */
export interface Shares {
  readonly devices: GateLimits
  readonly operators: GateLimits
}

/** Kept for files: the database, uploads and downloads, threads, serial ports, the programs that list them. */
const FILES_LEAST = 128
const FILES_PART = 1 / 4
/** A hall that comes back after a power cut is accepted at once, before a byte of it is read (twice the listeners' backlog). */
const UNPROVEN_MOST = 8192
const OPERATORS_PART = 1 / 8
const OPERATORS_MOST = 512
const KEPT_FREE_PART = 1 / 16
const KEPT_FREE_MOST = 256

const gateOf = (connections: number): GateLimits => ({
  connections,
  unproven: Math.max(1, Math.min(UNPROVEN_MOST, Math.floor(connections / 2))),
  keptFree: Math.min(KEPT_FREE_MOST, Math.floor(connections * KEPT_FREE_PART)),
})

/** Shares out the files and sockets that a process may have: first those it cannot work without, then connections. */
export const shareOut = (descriptors: number): Shares => {
  const files = Math.max(FILES_LEAST, Math.floor(descriptors * FILES_PART))
  const sockets = Math.max(16, descriptors - files)
  const operators = Math.max(8, Math.min(OPERATORS_MOST, Math.floor(sockets * OPERATORS_PART)))
  return { devices: gateOf(Math.max(8, sockets - operators)), operators: gateOf(operators) }
}
