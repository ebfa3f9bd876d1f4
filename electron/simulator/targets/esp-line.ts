import type { TargetLine } from './target.ts'

const romBaud = 115_200

/** A chip's end of its line: one request after the other, answers at its own speed. */
export class EspLine {
  readonly #line: TargetLine
  /** What the host has set; undefined where nobody tells. */
  hostBaud: number | undefined
  #baudRate = romBaud
  #afterwards: (() => void)[] = []
  #open = true

  constructor(line: TargetLine) {
    this.#line = line
  }

  get baudRate(): number {
    return this.#baudRate
  }

  /** Left out: what a ROM loader begins with. */
  setBaud(baudRate = romBaud): void {
    this.#baudRate = baudRate
  }

  /** Whether both ends run at the same speed; bytes are noise otherwise. */
  get inTune(): boolean {
    return this.hostBaud === undefined || this.hostBaud === this.#baudRate
  }

  send(bytes: Uint8Array): void {
    if (this.#open && this.inTune) this.#line.send(bytes)
  }

  unplug(): void {
    this.#open = false
    this.#line.unplug()
  }

  close(): void {
    this.#open = false
  }

  /** Handles one request; what `afterwards` collected follows it. */
  handle(work: () => void): void {
    if (!this.#open) return
    work()
    for (const next of this.#afterwards.splice(0)) next()
  }

  /** To be done once the answer to what is being handled has been sent. */
  afterwards(next: () => void): void {
    this.#afterwards.push(next)
  }
}
