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
