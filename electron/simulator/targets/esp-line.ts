import type { TargetLine } from './target.ts'

const romBaud = 115_200

/** A chip's end of its line: answers one request after the other, at its own speed. */
export class EspLine {
  readonly #line: TargetLine
  /** The speed set by the host; undefined where the line does not report it. */
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

  /** Left out: the initial value of a ROM loader. */
  setBaud(baudRate = romBaud): void {
    this.#baudRate = baudRate
  }

  /** Whether both ends use the same speed; otherwise bytes are noise. */
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

  /** Handles one request; then the actions collected by `afterwards` run. */
  handle(work: () => void): void {
    if (!this.#open) return
    work()
    for (const next of this.#afterwards.splice(0)) next()
  }

  /** Runs an action once the answer to the current request has been sent. */
  afterwards(next: () => void): void {
    this.#afterwards.push(next)
  }
}
