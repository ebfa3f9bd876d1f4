import { create } from 'zustand'

const KEY = 'ota-bench.bench-sound'

interface SoundStore {
  readonly on: boolean
  choose: (on: boolean) => void
}

/** Whether the bench plays sounds on this screen; on unless switched off. */
export const useSoundStore = create<SoundStore>((set) => ({
  on: window.localStorage.getItem(KEY) !== 'off',
  choose: (on) => {
    window.localStorage.setItem(KEY, on ? 'on' : 'off')
    set({ on })
  },
}))
