import type { FlashPhase } from '#shared/flashing.ts'
import type { Clock } from '../platform/basics/clock.ts'
import type { LinkOf, Transport } from './transport.ts'

/** What a unit says of itself. */
export interface Identity {
  /** Unique to the unit (MAC, unique id, lower-case hex without separators); undefined where the target cannot tell. */
  readonly unit: string | undefined
  /** The chip's name as its maker writes it: `ESP32-C3`, `STM32F405xx`. */
  readonly chip: string | undefined
  /** Bytes; undefined where unknown. */
  readonly flashSize: number | undefined
  /** Further facts for people: revision, bootloader version. */
  readonly facts: Readonly<Record<string, string>>
  /** Names under which targets of other ways to the same chip meet it, computed from `unit`; left out: none. */
  readonly otherNames?: readonly string[]
}

/** Of a target that cannot identify itself. */
export const unknownIdentity: Identity = { unit: undefined, chip: undefined, flashSize: undefined, facts: {} }

/** Bytes for an address of the target; the address is 0 where the target has none. */
export interface Region {
  readonly address: number
  readonly bytes: Uint8Array
  /** Name of the file they come from. */
  readonly name: string
  /** Left out: bytes of a file. `unitData`: the unit's own data; `erased`: a partition that the recipe erases. */
  readonly role?: 'unitData' | 'erased'
  /** The recipe gives no address where it may: `address` is 0 and means nothing. */
  readonly unaddressed?: boolean
  /** What its file says besides, for the family that parsed it. */
  readonly origin?: Readonly<Record<string, string | number | boolean>>
}

/** What happens while a unit is flashed. */
export type FlashEvent =
  | { readonly kind: 'phase'; readonly phase: FlashPhase }
  /** Bytes of all regions that are done, and their total, in the current phase. */
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'identity'; readonly identity: Identity }
  /** Facts that only the flashing brings; they join those of the identity. */
  | { readonly kind: 'facts'; readonly facts: Identity['facts'] }
  /** A line for the run's log. */
  | { readonly kind: 'log'; readonly level: 'info' | 'warn'; readonly text: string }
  /** A reason that does not stop the run; its text goes into the run's log. */
  | { readonly kind: 'warning'; readonly code: string; readonly data: ReasonData }

/** Values that the text of a code is filled with. */
export type ReasonData = Readonly<Record<string, string | number>>

/** A step failed for a known reason; each code has a text in every language. */
export class FlashError extends Error {
  override readonly name = 'FlashError'
  readonly code: string
  readonly data: ReasonData

  constructor(code: string, data: ReasonData = {}, options?: ErrorOptions) {
    super(code, options)
    this.code = code
    this.data = data
  }
}

/** What a family is given to identify a unit, over a link of its transport. */
export interface IdentifyJob<T extends Transport = Transport> {
  readonly link: LinkOf<T>
  /** As the target's schema parsed them. */
  readonly options: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly emit: (event: FlashEvent) => void
  /**
   * Opens the unit's place anew after the link was lost: a chip with native USB leaves the bus when it restarts, and returns under another
   * name. Left out: a lost link is the end. @throws LinkLostError where it does not return; the signal's reason.
   */
  readonly reopen?: () => Promise<LinkOf<T>>
}

/** One flashing of one unit. */
export interface FlashJob<T extends Transport = Transport> extends IdentifyJob<T> {
  readonly regions: readonly Region[]
  /** The unit's serial number and id, as far as they are known now; '' for one that is not. Left out: neither is. */
  readonly unitValues?: () => Readonly<Record<'serial' | 'unit', string>>
  /**
   * The family calls it with the unit's identity right before the first erase; it throws to refuse. A family that cannot identify calls
   * it with `unknownIdentity`.
   */
  readonly beforeErase: (identity: Identity) => Promise<void> | void
}

/** The steps of a target family. They leave the link open and know neither screen nor store. */
export interface Flasher<T extends Transport = Transport> {
  /** Reads the unit's identity and erases nothing. @throws FlashError, LinkLostError, the signal's reason. */
  identify(job: IdentifyJob<T>): Promise<Identity>
  /** Identifies, asks `beforeErase`, erases, writes, verifies, resets. @throws FlashError, LinkLostError, the signal's reason. */
  flash(job: FlashJob<T>): Promise<Identity>
}
