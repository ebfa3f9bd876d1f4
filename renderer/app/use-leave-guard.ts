import { useEffect, useRef } from 'react'
import { guardLeaving } from './router.ts'

/** Asks a person whether to leave; one of the two is then called. */
type Ask = (leave: () => void, stay: () => void) => void

/**
 * While there is something to lose, nothing leads away from a screen unasked: no link, no back button, no closed tab or window.
 * @param ask undefined: nothing would be lost. The same function as long as it asks the same.
 */
export const useLeaveGuard = (ask: Ask | undefined): void => {
  const asking = useRef(false)
  useEffect(() => {
    if (ask === undefined) return
    const release = guardLeaving((leave) => {
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
      release()
      window.removeEventListener('beforeunload', unload)
    }
  }, [ask])
}
