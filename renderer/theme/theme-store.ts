import { useSyncExternalStore } from 'react'
import { create } from 'zustand'

export const themeChoices = ['system', 'light', 'dark'] as const
type ThemeChoice = (typeof themeChoices)[number]

const KEY = 'ota-bench.theme'
const darkSystem = window.matchMedia('(prefers-color-scheme: dark)')

interface ThemeStore {
  choice: ThemeChoice
  choose: (choice: ThemeChoice) => void
}

const kept = (): ThemeChoice => {
  const value = window.localStorage.getItem(KEY)
  return themeChoices.find((choice) => choice === value) ?? 'system'
}

export const useThemeStore = create<ThemeStore>((set) => ({
  choice: kept(),
  choose: (choice) => {
    window.localStorage.setItem(KEY, choice)
    set({ choice })
  },
}))

const watchSystem = (changed: () => void) => {
  darkSystem.addEventListener('change', changed)
  return () => darkSystem.removeEventListener('change', changed)
}

/** Whether the screen is dark now: as chosen, else as the system is. */
export const useDark = (): boolean => {
  const choice = useThemeStore((state) => state.choice)
  const system = useSyncExternalStore(watchSystem, () => darkSystem.matches)
  return choice === 'system' ? system : choice === 'dark'
}
