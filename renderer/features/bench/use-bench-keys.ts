import { useEffect, useRef, useState } from 'react'
import { benchKey } from './bench-keys.ts'

interface Doings {
  start: () => void
  retry: () => void
  stop: () => void
  help: () => void
  scanned: (code: string) => void
}

/** A field with the focus or an open dialog gets the keys instead. */
const isTaken = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    document.querySelector('.ant-modal-wrap:not([style*="display: none"]), .ant-drawer-open') !== null)

/** Listens to keyboard and scanner; returns the characters of a barcode so far. */
export const useBenchKeys = (doings: Doings): string => {
  const [typed, setTyped] = useState('')
  const latest = useRef({ doings, typed })
  latest.current = { doings, typed }
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (isTaken(event.target)) return
      const { doings, typed } = latest.current
      const read = benchKey(event, typed)
      if (read === undefined) return
      // Otherwise the key also presses a focused button, or scrolls the page.
      event.preventDefault()
      // A scanner types faster than the screen renders.
      const type = (code: string): void => {
        latest.current = { ...latest.current, typed: code }
        setTyped(code)
      }
      type(read.do === 'typed' ? read.code : '')
      if (read.do === 'scanned') doings.scanned(read.code)
      else if (read.do !== 'typed' && read.do !== 'forget' && !event.repeat) doings[read.do]()
    }
    // The space bar presses a button on key-up.
    const released = (event: KeyboardEvent): void => {
      if (event.key === ' ' && !isTaken(event.target)) event.preventDefault()
    }
    window.addEventListener('keydown', pressed)
    window.addEventListener('keyup', released)
    return () => {
      window.removeEventListener('keydown', pressed)
      window.removeEventListener('keyup', released)
    }
  }, [])
  return typed
}
