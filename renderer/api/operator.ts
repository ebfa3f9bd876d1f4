import { create } from 'zustand'

const KEY = 'ota-bench.operator'

interface OperatorStore {
  /** The name that stands in the log of actions; empty: none. */
  name: string
  rename: (name: string) => void
}

/** Who works at this screen, kept in this browser. */
export const useOperatorStore = create<OperatorStore>((set) => ({
  name: window.localStorage.getItem(KEY) ?? '',
  rename: (given) => {
    const name = given.trim()
    if (name === '') window.localStorage.removeItem(KEY)
    else window.localStorage.setItem(KEY, name)
    set({ name })
  },
}))

/** The header that every call carries, percent-encoded as headers take ASCII alone; none where no name was given. */
export const operatorHeaders = (): Record<string, string> => {
  const { name } = useOperatorStore.getState()
  return name === '' ? {} : { 'x-operator': encodeURIComponent(name) }
}
