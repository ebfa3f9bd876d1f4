import { useCallback, useState } from 'react'
import type { Slot } from '#shared/schema.ts'
import { type HeldState, heldState, withUnit } from './held-slot.ts'

interface Held {
  /** The slot as it was when its unit was last in it. */
  readonly slot: Slot
  /** A run that was started for this unit from here. */
  readonly runId?: number
}

/** A slot with the unit that it had when it was opened. */
export interface HeldSlot {
  readonly slot: Slot
  readonly state: HeldState
  /** Opens the slot with the unit that is in it now. */
  showNow: () => void
  /** A run was started for the shown unit. */
  follow: (runId: number) => void
}

/** Keeps a slot open with its unit: another unit in the slot does not take its place. */
export const useHeldSlot = (
  slots: readonly Slot[],
): { readonly held: HeldSlot | undefined; open: (slot: Slot) => void; close: () => void } => {
  const [held, setHeld] = useState<Held>()
  const now = held && slots.find(({ id }) => id === held.slot.id)
  const state: HeldState =
    held && now ? (now.run?.id === held.runId && now.run !== null ? 'same' : heldState(held.slot, now)) : 'same'
  if (held && now && state === 'same') {
    const next = withUnit(held.slot, now)
    // What changes on the screen is taken over while it is drawn.
    if (held.slot !== now && (next === now || JSON.stringify(next) !== JSON.stringify(held.slot)))
      setHeld({ ...held, slot: next })
  }
  const open = useCallback((slot: Slot) => setHeld({ slot }), [])
  const close = useCallback(() => setHeld(undefined), [])
  return {
    open,
    close,
    held: held &&
      now && {
        slot: held.slot,
        state,
        showNow: () => setHeld({ slot: now }),
        follow: (runId) => setHeld({ ...held, runId }),
      },
  }
}
