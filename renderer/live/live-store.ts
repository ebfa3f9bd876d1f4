import { useEffect } from 'react'
import { create } from 'zustand'
import type { Campaign, LiveEvent } from '#shared/schema.ts'
import { follow } from './follow-events.ts'
import { applyBatch, emptyLiveState, type LiveState } from './merge-events.ts'

interface LiveStore extends LiveState {
  apply: (events: readonly LiveEvent[]) => void
  reset: () => void
}

export const useLiveStore = create<LiveStore>((set) => ({
  ...emptyLiveState,
  apply: (events) => set((state) => applyBatch(state, events)),
  reset: () => set((state) => ({ ...emptyLiveState, packagesStamp: state.packagesStamp + 1 })),
}))

/** Shows an answer at once, before the stream repeats it. */
export const showCampaign = (campaign: Campaign): void =>
  useLiveStore.getState().apply([{ type: 'campaign', ...campaign }])

/** The data that every screen follows; devices only by the screens that show them, because thousands may connect at once. */
export const useLiveBasics = (): void => {
  useEffect(() => {
    const { apply, reset } = useLiveStore.getState()
    return follow({ types: ['campaign', 'package', 'knock', 'removed'], onOpen: reset, onEvents: apply })
  }, [])
}

/** Follows devices while a screen shows them. */
export const useLiveDevices = (): void => {
  useEffect(() => {
    const { apply } = useLiveStore.getState()
    return follow({ types: ['device'], onOpen: () => undefined, onEvents: apply })
  }, [])
}
