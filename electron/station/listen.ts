import { asListenFailure, type ListenAddress } from './ready-line.ts'

/** Starts a listener; a system error becomes a failure that names the option of the port. */
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
