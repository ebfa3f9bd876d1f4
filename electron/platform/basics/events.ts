import { EventEmitter } from 'node:events'

/**
 * What happened, by the id of the object that is now different; whoever cares reads it. Ids instead of snapshots, so that
 * a thousand reports between two looks cost one read (the screen's are coalesced in `api/live.ts`).
 */
export interface PlatformEventMap {
  job: [id: number]
  campaign: [id: number]
  device: [id: number]
  package: [id: number]
  /** A device was refused; it is no device yet, so it has an id of its own. */
  knock: [id: number]
  diff: [id: number]
  /** A run of the flashing bench, and the places it knows. */
  run: [id: number]
  slot: [id: number]
  line: [id: number]
  recipe: [id: number]
  /** A serial port came or went, by its path. */
  port: [path: string]
  removed: [what: 'product' | 'device' | 'package' | 'campaign' | 'knock' | 'diff' | 'line' | 'recipe', id: number]
}

/** The platform's own notice board. Listeners must not throw and must be quick: they run where the change was made. */
export class PlatformEvents extends EventEmitter<PlatformEventMap> {}
