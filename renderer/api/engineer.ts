import type { ClientContext, ClientLink } from '@orpc/client'
import { ORPCError } from '@orpc/client'
import { create } from 'zustand'

interface EngineerStore {
  /** Whether a PIN is set on the station; unknown before its first answer. */
  pinSet: boolean | undefined
  /** The engineer's ticket of this screen; deliberately lost when the page closes. */
  ticket: string | undefined
  /** Until when the ticket is valid, ISO 8601; each use extends it. */
  until: string | undefined
  /** Calls that wait for the PIN: each is notified whether it was entered. */
  waiting: readonly ((unlocked: boolean) => void)[]
}

export const useEngineerStore = create<EngineerStore>(() => ({
  pinSet: undefined,
  ticket: undefined,
  until: undefined,
  waiting: [],
}))

/** The header of an engineer's ticket; none for an operator. */
export const engineerHeaders = (): Record<string, string> => {
  const { ticket } = useEngineerStore.getState()
  return ticket === undefined ? {} : { 'x-ota-bench-engineer': ticket }
}

/** Opens the PIN dialog; resolves with whether the PIN was entered. */
export const askForPin = (): Promise<boolean> =>
  new Promise((resolve) => useEngineerStore.setState(({ waiting }) => ({ waiting: [...waiting, resolve] })))

/** Closes the PIN dialog and continues the waiting calls. */
export const answerPin = (unlocked: boolean): void => {
  const { waiting } = useEngineerStore.getState()
  useEngineerStore.setState({ waiting: [] })
  for (const resolve of waiting) resolve(unlocked)
}

/** Stores a ticket: this screen belongs to an engineer. */
export const holdTicket = ({ ticket, engineerUntil }: { ticket: string; engineerUntil: string }): void =>
  useEngineerStore.setState({ pinSet: true, ticket, until: engineerUntil })

/** Drops the ticket: this screen belongs to an operator again. */
export const dropTicket = (): void => useEngineerStore.setState({ ticket: undefined, until: undefined })

/**
 * Wraps a connection: a call that needs an engineer asks for the PIN and is repeated once the PIN was entered; otherwise it fails as
 * before.
 */
export const withPin = (
  link: ClientLink<ClientContext>,
  ask: () => Promise<boolean> = askForPin,
): ClientLink<ClientContext> => ({
  call: async (path, input, options) => {
    try {
      return await link.call(path, input, options)
    } catch (error) {
      if (!(error instanceof ORPCError) || error.code !== 'ENGINEER_ONLY') throw error
      dropTicket()
      if (!(await ask()) || options.signal?.aborted) throw error
      return await link.call(path, input, options)
    }
  },
})
