import type { FlashPhase, FlashTarget } from '#shared/flashing.ts'
import type { Clock } from '../platform/clock.ts'
import type { SerialLink } from './link.ts'

/** What a chip says of itself. */
export interface Identity {
  /** Unique to the unit (MAC, unique id, lower-case hex without separators); undefined where the target cannot tell. */
  readonly unit: string | undefined
  /** The chip's name as its maker writes it: `ESP32-C3`, `STM32F405xx`. */
  readonly chip: string | undefined
  /** Bytes; undefined where unknown. */
  readonly flashSize: number | undefined
  /** What a person might want to know beside: revision, boot loader version. */
  readonly facts: Readonly<Record<string, string>>
}

/** Bytes for an address of the target; the address is 0 where the target has none (xmodem, ymodem). */
export interface Region {
  readonly address: number
  readonly bytes: Uint8Array
  /** Name of the file they come from. */
  readonly name: string
}

/** What happens while a unit is flashed. */
export type FlashEvent =
  | { readonly kind: 'phase'; readonly phase: FlashPhase }
  /** Bytes of all regions that are through, of how many, in the phase that goes on. */
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'identity'; readonly identity: Identity }
  /** For the slot's log. */
  | { readonly kind: 'log'; readonly level: 'info' | 'warn'; readonly words: string }

/** A step failed in a way we can name; the codes have texts in both languages in `shared/flash-reasons.ts`. */
export class FlashError extends Error {
  override readonly name = 'FlashError'
  readonly code: string
  /** Values that its text is filled with. */
  readonly data: Readonly<Record<string, string | number>>

  constructor(code: string, data: Readonly<Record<string, string | number>> = {}, options?: ErrorOptions) {
    super(code, options)
    this.code = code
    this.data = data
  }
}

/** One flashing of one unit. */
export interface FlashJob {
  readonly link: SerialLink
  readonly regions: readonly Region[]
  /** As the family's schema parsed them. */
  readonly options: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly emit: (event: FlashEvent) => void
  /**
   * Called with what the chip says of itself, right before the first erase; throws to refuse (guards).
   * A family that cannot identify calls it with an identity of unknowns.
   */
  readonly beforeErase: (identity: Identity) => Promise<void> | void
}

/**
 * A target family. Knows neither screen nor store; a new one is one folder and one line in `families/index.ts`.
 */
export interface Flasher {
  readonly target: FlashTarget
  /** Reads who is there and leaves the unit as it was; nothing is erased. @throws FlashError, LinkLostError, the signal's reason. */
  identify(job: Pick<FlashJob, 'link' | 'options' | 'signal' | 'clock' | 'emit'>): Promise<Identity>
  /** Identify, guard, erase, write, verify, reset. @throws FlashError, LinkLostError, the signal's reason. */
  flash(job: FlashJob): Promise<Identity>
}
