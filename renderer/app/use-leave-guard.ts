import { useCallback, useEffect, useRef } from 'react'
import { guardLeaving } from './router.ts'

/** Asks a person whether to leave; one of the two is then called. */
type Ask = (leave: () => void, stay: () => void) => void

/**
 * While there is something to lose, nothing leads away from a screen unasked: no link, no back button, no closed tab or window.
 * @param ask undefined: nothing would be lost. The same function as long as it asks the same.
 * @returns leaves unasked, as what would be asked about was kept; does nothing once the screen was left, on which another one may guard its own.
 */
export const useLeaveGuard = (ask: Ask | undefined): ((leave: () => void) => void) => {
  const asking = useRef(false)
  const shown = useRef(false)
  const release = useRef<() => void>(() => undefined)
  useEffect(() => {
    shown.current = true
    return () => {
      shown.current = false
    }
  }, [])
  useEffect(() => {
    if (ask === undefined) return
    release.current = guardLeaving((leave) => {
      if (asking.current) return
      asking.current = true
      ask(leave, () => {
        asking.current = false
      })
    })
    // The browser asks in words of its own; the desktop window asks in ours.
    const unload = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', unload)
    return () => {
      asking.current = false
      release.current()
      window.removeEventListener('beforeunload', unload)
    }
  }, [ask])
  return useCallback((leave) => {
    if (!shown.current) return
    release.current()
    leave()
  }, [])
}
