import { asListenFailure, type ListenAddress } from './ready-line.ts'

/** Starts a listener; an error of the system comes out naming the option that chose the port. */
export const listening = async (
  start: () => Promise<void>,
  ...candidates: [ListenAddress, ...ListenAddress[]]
): Promise<void> => {
  try {
    await start()
  } catch (error) {
    const port = error instanceof Error && 'port' in error ? error.port : undefined
    throw asListenFailure(error, candidates.find((candidate) => candidate.port === port) ?? candidates[0])
  }
}
