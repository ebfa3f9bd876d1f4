import type { Line } from '#shared/schema.ts'
import { isBusy } from './slot-lamps.ts'

/** What the buttons and keys of a line act on, in slots. */
export interface LineCounts {
  /** Asked by a start who is in them. */
  readonly start: number
  readonly retry: number
  /** Flashing, or waiting for contact. */
  readonly stop: number
}

export const lineCounts = ({ slots, waitForContact }: Pick<Line, 'slots' | 'waitForContact'>): LineCounts => ({
  start: slots.filter((slot) => !isBusy(slot) && (slot.port !== null || waitForContact > 0)).length,
  retry: slots.filter((slot) => !isBusy(slot) && slot.run?.state === 'failed').length,
  stop: slots.filter((slot) => isBusy(slot) || slot.waitsUntil !== null).length,
})
