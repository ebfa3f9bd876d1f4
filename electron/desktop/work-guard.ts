/** What the guard needs from the desktop; injected so that tests control it. */
interface WorkGuardHost {
  /** Asks the operator whether to quit although this many slots are being flashed. */
  ask(slots: number): Promise<boolean>
  /** Quits the application after the confirmation. */
  quit(): void
  /** Keeps the computer awake; the returned function lets it sleep again. */
  keepAwake(): () => void
}

/** While a slot is being flashed, the application does not quit without confirmation and keeps the computer awake. */
export class WorkGuard {
  readonly #host: WorkGuardHost
  #slots = 0
  #letSleep: (() => void) | undefined
  #asking = false
  #agreed = false

  constructor(host: WorkGuardHost) {
    this.#host = host
  }

  /** This many slots are being flashed now. */
  busy(slots: number): void {
    this.#slots = slots
    if (slots > 0) this.#letSleep ??= this.#host.keepAwake()
    else {
      this.#letSleep?.()
      this.#letSleep = undefined
    }
  }

  /** The operator cancelled: the next attempt asks again. */
  stays(): void {
    this.#agreed = false
  }

  /** Whether the application may quit now. If not, the operator is asked once, and the application quits on agreement. */
  mayEnd(): boolean {
    if (this.#slots === 0 || this.#agreed) return true
    if (this.#asking) return false
    this.#asking = true
    void this.#host.ask(this.#slots).then((agreed) => {
      this.#asking = false
      this.#agreed = agreed
      if (agreed) this.#host.quit()
    })
    return false
  }
}
