/** The percentages of one download, as the device tells them. */
export interface Percentages {
  /** One more is reached, and told, by now or later. */
  reached(percent: number): void
  /** What is still to be told when 100 % has been; undefined: nothing. */
  behind(): number | undefined
}

/** In order; or two by two the wrong way round, with one behind the 100 in any case. */
export const createPercentages = (isDisordered: boolean, tell: (percent: number) => void): Percentages => {
  let late: number | undefined
  let last: number | undefined

  return {
    reached: (percent) => {
      if (isDisordered && late === undefined) {
        late = percent
        return
      }
      tell(percent)
      last = percent
      if (late !== undefined) tell(late)
      late = undefined
    },
    behind: () => (isDisordered ? (late ?? last) : undefined),
  }
}
