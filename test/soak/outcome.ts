/** What a phase of the soak has tried, and what was lost by it: nothing, when all is well. */
export interface Outcome {
  readonly tried: readonly string[]
  readonly lost: readonly string[]
}
