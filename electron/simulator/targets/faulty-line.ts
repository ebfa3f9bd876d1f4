import { type Fault, type FaultKind, FaultPlan } from './faults.ts'
import type { TargetLine } from './target.ts'

/** A target's end of its line, with the faults of the line: unplugged, silent or lost data. */
export class FaultyLine<Step extends string> {
  readonly #line: TargetLine
  readonly #faults: FaultPlan<Step>
  #isDead = false
  #losesAnswer = false

  constructor(line: TargetLine, faults: readonly Fault<Step>[] = []) {
    this.#line = line
    this.#faults = new FaultPlan(faults)
  }

  /** Nothing more is sent from this end. */
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

  /** Sends text that is no answer, so that no lost answer is made up for by it. */
  say(text: string): void {
    if (!this.#isDead) this.#line.send(Buffer.from(text, 'latin1'))
  }

  /** Stays silent from now on. */
  die(): void {
    this.#isDead = true
  }

  /** Must be called once at the beginning of each step: carries out faults of the line and returns the others to the target. */
  at(step: Step): FaultKind | undefined {
    const kind = this.#faults.at(step)
    if (kind === 'unplug') this.#line.unplug()
    if (kind === 'unplug' || kind === 'silence') this.die()
    if (kind === 'lose-answer') this.#losesAnswer = true
    return kind
  }
}
