/** A serial port that is plugged in. */
export interface PortInfo {
  /** What opens it: `/dev/ttyUSB0`, `COM7`. May change from plug to plug. */
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

/** What changed between two looks. */
export interface PortChange {
  readonly added: readonly PortInfo[]
  readonly removed: readonly PortInfo[]
}

/** The ports of this machine. */
export interface Ports {
  /** Looks now. @throws FlashError PORTS_UDEVADM_MISSING, PORTS_UNLISTABLE, while there are no ports by hand either. */
  list(): Promise<readonly PortInfo[]>
  /**
   * Tells changes, the ports that are there now first, until the answer is called. Looks once a second while anybody watches. A look that
   * fails is told by `onError` once, not every second.
   */
  watch(listener: (change: PortChange) => void, onError?: (error: unknown) => void): () => void
  /** A port by hand, that no list shows: a pty, a COM name. A path of the file system is there while it exists. */
  add(path: string): void
  remove(path: string): void
}
