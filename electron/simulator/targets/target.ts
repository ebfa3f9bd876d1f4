/** Speed and frame format of a line, set by the host. */
export interface LineSettings {
  readonly baudRate: number
  readonly parity?: 'none' | 'even' | 'odd'
}

/** What a simulated target can do with its line. */
export interface TargetLine {
  /** Sends bytes to the host. */
  send(bytes: Uint8Array): void
  /** Pulls the cable. */
  unplug(): void
}

/** A simulated chip at the far end of a line: a state machine over the received bytes. */
export interface Target {
  receive(bytes: Uint8Array): void
  /** The host's control lines; a pty has none, so a target must work without them. */
  setLines?(lines: { readonly dtr: boolean; readonly rts: boolean }): void
  /** The host's speed and parity; a pty does not report them, so they are undefined at first. */
  configure?(settings: LineSettings): void
  closed?(): void
}

/** A target together with its line. */
export type TargetFactory = (line: TargetLine) => Target

/** The targets' time source, injected. */
export interface TargetClock {
  now(): number
  after(ms: number, then: () => void): () => void
}

/** A setup packet of a control transfer. */
export interface UsbTargetSetup {
  readonly type: 'standard' | 'class' | 'vendor'
  readonly request: number
  readonly value: number
}

/** What a simulated device says of itself when it enters the bus. */
export interface UsbTargetDescription {
  readonly vendorId: string
  readonly productId: string
  readonly serialNumber: string | undefined
  readonly alternates: readonly {
    readonly interfaceNumber: number
    readonly alternate: number
    readonly interfaceClass: number
    readonly subclass: number
    readonly protocol: number
    readonly name: string
  }[]
}

/** What a simulated USB device can do with its place. */
export interface UsbTargetPort {
  /** Leaves the bus. */
  leave(): void
  /** Enters the bus again; it is asked anew what it is. */
  arrive(): void
  /** Pulls the cable. */
  unplug(): void
}

/** A simulated USB device. A transfer is carried out, refused (`stall`), or not answered. */
export interface UsbTarget {
  describe(): UsbTargetDescription
  select(interfaceNumber: number, alternate: number): void
  controlIn(setup: UsbTargetSetup, length: number): Uint8Array | 'stall' | 'silence'
  controlOut(setup: UsbTargetSetup, bytes: Uint8Array): 'done' | 'stall' | 'silence'
  /** The host resets the bus. */
  reset(): void
}

/** A USB device together with its place; it is made once and keeps its memory. */
export type UsbTargetFactory = (port: UsbTargetPort) => UsbTarget

/** A simulated debug probe together with the program that writes its board. */
export interface SimulatedProgram {
  /** Yields what the program writes to its standard output, and returns its exit code; it ends soon after the signal. */
  run(args: readonly string[], signal: AbortSignal): AsyncGenerator<string, number>
  /** Pulls the cable. */
  pull(): void
}

/** A simulated unit that is a drive. */
export interface SimulatedDrive {
  /** The drive's folder, there as long as the drive is. */
  readonly folder: string
  /** Pulls the cable. */
  pull(): void
}
