/** What the guard needs from the desktop; handed in so that tests own it. */
export interface WorkGuardHost {
  /** Asks a person whether to end although so many slots are being flashed. */
  ask(slots: number): Promise<boolean>
  /** Ends the application, now that it may. */
  quit(): void
  /** Keeps the machine awake; the answer lets it sleep again. */
  keepAwake(): () => void
}

/** While a slot is being flashed the application neither quits nor lets the machine sleep without asking. */
export class WorkGuard {
  readonly #host: WorkGuardHost
  #slots = 0
  #letSleep: (() => void) | undefined
  #asking = false
  #agreed = false

  constructor(host: WorkGuardHost) {
    this.#host = host
  }

  /** So many slots are being flashed now. */
  busy(slots: number): void {
    this.#slots = slots
    if (slots > 0) this.#letSleep ??= this.#host.keepAwake()
    else {
      this.#letSleep?.()
      this.#letSleep = undefined
    }
  }

  /** The person stays after all: the next time they are asked anew. */
  stays(): void {
    this.#agreed = false
  }

  /** Whether the application may end now. Where not, a person is asked, once, and it ends if they agree. */
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
