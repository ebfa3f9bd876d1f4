/** Milliseconds between two looks at a product while a question about it is open: devices register by themselves. */
const LOOK_MS = 2000

/** Follows a product while a question about it is open, beginning with what it is now. */
export const followProduct =
  (subscribe: (changed: () => void) => () => void, reload: () => void) =>
  (changed: () => void): (() => void) => {
    reload()
    const looking = setInterval(reload, LOOK_MS)
    const end = subscribe(changed)
    return () => {
      clearInterval(looking)
      end()
    }
  }
