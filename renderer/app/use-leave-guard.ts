import { useCallback, useEffect, useRef } from 'react'
import { guardLeaving } from './router.ts'

/** Asks the user whether to leave; then one of the two functions is called. */
type Ask = (leave: () => void, stay: () => void) => void

/**
 * While there are unsaved changes, every way off a screen asks first: links, the back button, closing the tab or window.
 * @param ask undefined: nothing would be lost. Must be the same function as long as it asks the same.
 * @returns a function that leaves without asking, after the changes were saved; it does nothing once the user has left the screen,
 * because another screen may have its own guard.
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
    // The browser asks with its own text; the desktop window asks with ours.
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
