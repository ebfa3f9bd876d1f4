/** How many connections a group of listeners may hold. */
export interface GateLimits {
  /** Total. */
  readonly connections: number
  /** Maximum of unproven connections among them. */
  readonly unproven: number
  /** Places reserved for unproven connections, so that a new connection can always be accepted. */
  readonly keptFree: number
}

/** Limits of the device listeners and of the operator listeners. */
interface Shares {
  readonly devices: GateLimits
  readonly operators: GateLimits
}

/** Kept for files: the database, uploads and downloads, threads, serial ports, the programs that list them. */
const FILES_LEAST = 128
const FILES_PART = 1 / 4
/** After a power cut all devices reconnect at once and are accepted before any byte is read (twice the backlog of the listeners). */
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

/** Divides the file and socket limit of the process: first the files that it needs, then connections. */
export const shareOut = (descriptors: number): Shares => {
  const files = Math.max(FILES_LEAST, Math.floor(descriptors * FILES_PART))
  const sockets = Math.max(16, descriptors - files)
  const operators = Math.max(8, Math.min(OPERATORS_MOST, Math.floor(sockets * OPERATORS_PART)))
  return { devices: gateOf(Math.max(8, sockets - operators)), operators: gateOf(operators) }
}
