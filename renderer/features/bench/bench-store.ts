import { useEffect } from 'react'
import { create } from 'zustand'
import type { Line, LiveEvent, Slot } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { type Failure, failureOf } from '../../api/failure.ts'
import { follow } from '../../live/follow-events.ts'
import { applyBench, type BenchState, emptyBench } from './bench-state.ts'

interface BenchStore extends BenchState {
  /** Why the lines could not be read. */
  readonly failure: Failure | undefined
  read: () => Promise<void>
  apply: (events: readonly LiveEvent[]) => void
}

export const useBenchStore = create<BenchStore>((set) => ({
  ...emptyBench,
  failure: undefined,
  async read() {
    try {
      const { items } = await client.bench.lines()
      set({ lines: items, loaded: true, failure: undefined })
    } catch (error) {
      set({ failure: failureOf(error) })
    }
  },
  apply: (events) => set((state) => applyBench(state, events)),
}))

/** Follows the lines while a screen shows them. */
export const useBench = (): void => {
  useEffect(() => {
    const { read, apply } = useBenchStore.getState()
    return follow({ types: ['line', 'slot', 'flash', 'recipe', 'removed'], onOpen: () => void read(), onEvents: apply })
  }, [])
}

/** Shows an answer at once, before the stream repeats it. */
export const showLine = (line: Line): void => useBenchStore.getState().apply([{ type: 'line', ...line }])
export const showSlot = (slot: Slot): void => useBenchStore.getState().apply([{ type: 'slot', ...slot }])
