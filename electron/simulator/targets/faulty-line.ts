import { type Fault, type FaultKind, FaultPlan } from './faults.ts'
import type { TargetLine } from './target.ts'

/** A target's end of its line, with the faults that are the line's own: what is pulled, silent or lost. */
export class FaultyLine<Step extends string> {
  readonly #line: TargetLine
  readonly #faults: FaultPlan<Step>
  #isDead = false
  #losesAnswer = false

  constructor(line: TargetLine, faults: readonly Fault<Step>[] = []) {
    this.#line = line
    this.#faults = new FaultPlan(faults)
  }

  /** Nothing more will be heard from this end. */
  get isDead(): boolean {
    return this.#isDead
  }

  send(...bytes: number[]): void {
    if (this.#isDead) return
    if (this.#losesAnswer) {
      this.#losesAnswer = false
      return
    }
    this.#line.send(Uint8Array.from(bytes))
  }

  /** From here on silent. */
  die(): void {
    this.#isDead = true
  }

  /** To be asked once whenever a step begins: does what is the line's part and tells the target, whose part is the rest. */
  at(step: Step): FaultKind | undefined {
    const kind = this.#faults.at(step)
    if (kind === 'unplug') this.#line.unplug()
    if (kind === 'unplug' || kind === 'silence') this.die()
    if (kind === 'lose-answer') this.#losesAnswer = true
    return kind
  }
}
