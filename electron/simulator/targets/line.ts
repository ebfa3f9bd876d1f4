import type { FarLine } from '../../flashing/links/pair.ts'

const bitsPerByte = 10

/** A device's end of its line: work in order, and where it is paced, no faster than the baud rate carries both ways. */
export class Line {
  readonly #far: FarLine
  readonly #paced: boolean
  #baudRate = 115_200
  #chain: Promise<void> = Promise.resolve()
  #afterwards: (() => void)[] = []
  /** When the line has carried what was handed to it; milliseconds of the process's clock. */
  #busyUntil = 0
  #open = true

  constructor(far: FarLine, paced: boolean) {
    this.#far = far
    this.#paced = paced
  }

  get baudRate(): number {
    return this.#baudRate
  }

  setBaud(baudRate: number): void {
    this.#baudRate = baudRate
  }

  send(bytes: Uint8Array): void {
    if (!this.#open) return
    this.#occupy(bytes.length)
    this.#far.send(bytes)
  }

  unplug(): void {
    this.#open = false
    this.#far.unplug()
  }

  close(): void {
    this.#open = false
  }

  /** Does `work` once what came before is done and the line has carried `bytes`; what `afterwards` collected follows it. */
  after(bytes: number, work: () => Promise<void>): void {
    this.#occupy(bytes)
    const due = this.#busyUntil
    this.#chain = this.#chain.then(async () => {
      if (this.#paced) await this.#until(due)
      if (!this.#open) return
      await work()
      for (const then of this.#afterwards.splice(0)) then()
    })
  }

  /** To be done once the answer to what is being handled has been sent. */
  afterwards(then: () => void): void {
    this.#afterwards.push(then)
  }

  #occupy(bytes: number): void {
    if (!this.#paced) return
    this.#busyUntil = Math.max(this.#busyUntil, performance.now()) + (bytes * bitsPerByte * 1000) / this.#baudRate
  }

  #until(due: number): Promise<void> {
    const wait = due - performance.now()
    return wait > 0 ? new Promise((resolve) => setTimeout(resolve, wait)) : Promise.resolve()
  }
}
