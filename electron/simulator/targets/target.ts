/** Speed and frame of a line, as the host sets them. */
export interface LineSettings {
  readonly baudRate: number
  readonly parity?: 'none' | 'even' | 'odd'
}

/** What a simulated target can do with its line. */
export interface TargetLine {
  /** Bytes towards the host. */
  send(bytes: Uint8Array): void
  /** The cable is pulled. */
  unplug(): void
}

/** A simulated chip at the far end of a line: a state machine over the bytes it gets. */
export interface Target {
  receive(bytes: Uint8Array): void
  /** The host's modem lines; a pty has none, so a target must live without. */
  setLines?(lines: { readonly dtr: boolean; readonly rts: boolean }): void
  /** The host's speed and parity; a pty does not tell, so undefined until told. */
  configure?(settings: LineSettings): void
  closed?(): void
}

/** A target at the line it is plugged into. */
export type TargetFactory = (line: TargetLine) => Target

/** Time as targets know it, handed in. */
export interface TargetClock {
  now(): number
  after(ms: number, then: () => void): () => void
}
