import { useEffect, useRef } from 'react'
import type { Line, Slot } from '#shared/schema.ts'
import { play, soundOf } from './sound.ts'
import { useSoundStore } from './sound-store.ts'

/** Sounds when a lamp turns green or red, where that is switched on. */
export const useSounds = (lines: readonly Line[]): void => {
  const on = useSoundStore((state) => state.on)
  const stood = useRef<ReadonlyMap<number, Slot['lamp']>>(new Map())
  useEffect(() => {
    const slots = lines.flatMap((line) => line.slots)
    const sound = soundOf(stood.current, slots)
    stood.current = new Map(slots.map(({ id, lamp }) => [id, lamp]))
    if (on && sound !== undefined) play(sound)
  }, [lines, on])
}
