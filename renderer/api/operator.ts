import { create } from 'zustand'

const KEY = 'ota-bench.operator'

interface OperatorStore {
  /** The name for the audit log; empty: none. */
  name: string
  rename: (name: string) => void
}

/** The operator of this screen, stored in this browser. */
export const useOperatorStore = create<OperatorStore>((set) => ({
  name: window.localStorage.getItem(KEY) ?? '',
  rename: (given) => {
    const name = given.trim()
    if (name === '') window.localStorage.removeItem(KEY)
    else window.localStorage.setItem(KEY, name)
    set({ name })
  },
}))

/** The header of every call, percent-encoded because headers carry only ASCII; none without a name. */
export const operatorHeaders = (): Record<string, string> => {
  const { name } = useOperatorStore.getState()
  return name === '' ? {} : { 'x-operator': encodeURIComponent(name) }
}
