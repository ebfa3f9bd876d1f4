/** Processes waiting work items one after the other. */
interface Lane<W> {
  /** The item in progress. */
  readonly work: W | undefined
  /** Checks for waiting items; items that arrive while it works are found automatically. */
  look(): void
  /** Resolves when no item is in progress. */
  idle(): Promise<void>
}

interface LaneOptions<W> {
  /** The next item for this lane, if there is any. */
  readonly take: () => Promise<W | undefined>
  readonly carryOut: (work: W) => Promise<void>
  /** Called for an unexpected exception; the lane continues when it is asked to check again. */
  readonly onFault: (error: unknown) => void
}

export const createLane = <W>({ take, carryOut, onFault }: LaneOptions<W>): Lane<W> => {
  let work: W | undefined
  let round: Promise<void> = Promise.resolve()

  const workOff = async (): Promise<void> => {
    for (;;) {
      work = await take()
      if (work === undefined) return
      await carryOut(work)
      work = undefined
    }
  }

  return {
    get work() {
      return work
    },
    look() {
      round = round.then(workOff).catch((error: unknown) => {
        work = undefined
        onFault(error)
      })
    },
    idle: () => round,
  }
}
