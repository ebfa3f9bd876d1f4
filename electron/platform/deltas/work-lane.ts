/** Works off what waits, one after the other. */
export interface Lane<W> {
  /** What it is at. */
  readonly work: W | undefined
  /** Looks whether anything waits; what comes while it works is found by itself. */
  look(): void
  /** Resolves when it works on nothing. */
  idle(): Promise<void>
}

export interface LaneOptions<W> {
  /** The next piece of work, if there is any for this lane. */
  readonly take: () => Promise<W | undefined>
  readonly carryOut: (work: W) => Promise<void>
  /** Something threw that should not; the lane goes on when it is told to look again. */
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
