import type { Slot } from '#shared/schema.ts'
import { isBusy } from './slot-lamps.ts'

/** What became of the unit that a drawer shows: still in its slot, replaced by another one, or taken out. */
export type HeldState = 'same' | 'other' | 'gone'

/** The unit of a slot as far as it is known: who is in it, else who was flashed in it last. */
const knownIn = ({ unit, run }: Slot): string | undefined => unit?.id ?? run?.unit ?? run?.serial ?? undefined

/** @param held the slot as it was with the unit. @param now the slot as it is. */
export const heldState = (held: Slot, now: Slot): HeldState => {
  const [before, after] = [knownIn(held), knownIn(now)]
  if (now.run?.id !== held.run?.id && held.run !== null)
    return before !== undefined && before === after ? 'same' : 'other'
  if (before === undefined) return 'same'
  if (now.lamp === 'empty' && now.unit === null) return 'gone'
  return after === undefined || after === before ? 'same' : 'other'
}

/** The slot with what is known of its unit, which is asked anew before each run. */
export const withUnit = (held: Slot, now: Slot): Slot => {
  if (now.unit !== null) return now
  // While the slot is asked, nobody knows who is in it.
  const asked = now.lamp === 'identifying' && now.run !== null && now.run.id === held.run?.id && !isBusy(now)
  return asked ? held : { ...now, unit: held.unit }
}
