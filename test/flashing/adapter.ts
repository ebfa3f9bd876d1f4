import type { LineSettings, Target, TargetFactory } from '../../electron/simulator/targets/target.ts'

/** A fixture's adapter: it stays plugged in, while the boards under it are changed. */
export class Adapter {
  #board: TargetFactory | undefined
  /** The board that the line has contact with. */
  #target: Target | undefined
  #change = true

  /** Puts a board under the adapter; left out: takes it away. */
  put(board?: TargetFactory): void {
    this.#board = board
    this.#change = true
  }

  readonly attach: TargetFactory = (line) => {
    let settings: LineSettings | undefined
    this.#change = true
    const touched = (): Target | undefined => {
      if (this.#change) {
        this.#change = false
        this.#target?.closed?.()
        this.#target = this.#board?.(line)
        if (settings) this.#target?.configure?.(settings)
      }
      return this.#target
    }
    return {
      receive: (bytes) => touched()?.receive(bytes),
      configure: (next) => {
        settings = next
        touched()?.configure?.(next)
      },
      setLines: (lines) => touched()?.setLines?.(lines),
      closed: () => {
        this.#target?.closed?.()
        this.#target = undefined
      },
    }
  }
}
