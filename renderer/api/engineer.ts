import type { ClientContext, ClientLink } from '@orpc/client'
import { ORPCError } from '@orpc/client'
import { create } from 'zustand'

interface EngineerStore {
  /** Whether a PIN is set at the station; unknown before it has answered. */
  pinSet: boolean | undefined
  /** What makes this screen an engineer's; gone with the page, on purpose. */
  ticket: string | undefined
  /** Until when, ISO 8601; a use puts it off. */
  until: string | undefined
  /** Calls that wait for the PIN: each is told whether it was given. */
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

/** Opens the PIN dialog; resolves with whether the PIN was given. */
export const askForPin = (): Promise<boolean> =>
  new Promise((resolve) => useEngineerStore.setState(({ waiting }) => ({ waiting: [...waiting, resolve] })))

/** Closes the PIN dialog and lets what waited for it go on. */
export const answerPin = (unlocked: boolean): void => {
  const { waiting } = useEngineerStore.getState()
  useEngineerStore.setState({ waiting: [] })
  for (const resolve of waiting) resolve(unlocked)
}

/** Takes a ticket: this screen is an engineer's. */
export const holdTicket = ({ ticket, engineerUntil }: { ticket: string; engineerUntil: string }): void =>
  useEngineerStore.setState({ pinSet: true, ticket, until: engineerUntil })

/** This screen is an operator's again. */
export const dropTicket = (): void => useEngineerStore.setState({ ticket: undefined, until: undefined })

/**
 * A line on which a call that only engineers may do asks for the PIN and is made again once that was given; otherwise it fails
 * as it did.
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
