/** What a port is to the programs of this machine: a serial line, a USB device without one, a drive. */
type PortKind = 'serial' | 'usb' | 'drive'

/** A port that is plugged in. */
export interface PortInfo {
  /** Left out: serial. */
  readonly kind?: PortKind
  /** The path that opens it: `/dev/ttyUSB0`, `COM7`. May change from plug to plug. */
  readonly path: string
  /**
   * The place it is plugged into, the same after every restart: the name in `/dev/serial/by-path` on Linux, the location path on Windows,
   * the location id on macOS. Undefined where the system does not tell, and for ports added by hand.
   */
  readonly location: string | undefined
  readonly manufacturer: string | undefined
  /** Four lower-case hex digits. */
  readonly vendorId: string | undefined
  readonly productId: string | undefined
  readonly serialNumber: string | undefined
}

/** The changes between two listings. */
export interface PortChange {
  readonly added: readonly PortInfo[]
  readonly removed: readonly PortInfo[]
}

/** The ports of this machine. */
export interface Ports {
  /** Lists them now. @throws FlashError PORTS_UDEVADM_MISSING, PORTS_UNLISTABLE, unless there are ports added by hand. */
  list(): Promise<readonly PortInfo[]>
  /**
   * Reports changes, beginning with the current ports, until the returned function is called. Lists once a second while anyone watches.
   * A failure is reported once by `onError`, not every second.
   */
  watch(listener: (change: PortChange) => void, onError?: (error: unknown) => void): () => void
  /** Adds a port that no list contains: a pty, a COM name. A path of the file system counts as present while it exists. */
  add(path: string): void
  remove(path: string): void
}
