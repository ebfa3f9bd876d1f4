import { EventEmitter } from 'node:events'

/**
 * Events by the id of the changed object; the receiver reads the object. Ids instead of snapshots, so that
 * a thousand reports between two updates cost one read (`api/live.ts` coalesces the updates of the screen).
 */
interface PlatformEventMap {
  job: [id: number]
  campaign: [id: number]
  device: [id: number]
  package: [id: number]
  /** A login was rejected; it has its own id because the device is not registered. */
  knock: [id: number]
  diff: [id: number]
  /** The flashing bench: runs, slots, lines and recipes. */
  run: [id: number]
  /** A run has ended, in that state; also sent as `run`. */
  runEnded: [state: string]
  slot: [id: number]
  line: [id: number]
  recipe: [id: number]
  /** A receiver of outgoing records: its backlog, its state. */
  sink: [id: number]
  /** A serial port was connected or removed, by its path. */
  port: [path: string]
  removed: [
    what: 'product' | 'device' | 'package' | 'campaign' | 'knock' | 'diff' | 'line' | 'recipe' | 'sink',
    id: number,
  ]
}

/** The event bus of the platform. Listeners must be fast and must not throw: they run synchronously where the change is made. */
export class PlatformEvents extends EventEmitter<PlatformEventMap> {}
