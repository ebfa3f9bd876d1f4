import { useSyncExternalStore } from 'react'

let now = Date.now()
const watchers = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

const watch = (changed: () => void) => {
  watchers.add(changed)
  if (timer === undefined) {
    // Nobody used the clock until now, so its time is outdated.
    now = Date.now()
    timer = setInterval(() => {
      now = Date.now()
      for (const watcher of watchers) watcher()
    }, 1000)
  }
  return () => {
    watchers.delete(changed)
    if (watchers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The present time, updated every second by one clock for the whole screen. */
export const useNow = (): number => useSyncExternalStore(watch, () => now)
