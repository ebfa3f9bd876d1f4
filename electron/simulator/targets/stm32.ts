import type { Fault } from './faults.ts'
import { FaultyLine } from './faulty-line.ts'
import { type Conversation, type Stm32Chip, Stm32Loader, type Stm32Step } from './stm32-loader.ts'
import { Stm32Memory } from './stm32-memory.ts'
import { type Stm32Model, stm32Models } from './stm32-models.ts'
import type { LineSettings, Target, TargetClock, TargetLine } from './target.ts'

export interface Stm32TargetOptions {
  readonly clock: TargetClock
  readonly model?: Stm32Model
  /** The unique id's twelve bytes. */
  readonly unit?: Uint8Array
  readonly isProtected?: boolean
  /** Level 2: Readout Unprotect does not help. */
  readonly isProtectedForEver?: boolean
  /** Time to erase one page. */
  readonly pageEraseMs?: number
  /** Flash offsets that read back wrong. */
  readonly worn?: readonly number[]
  readonly faults?: readonly Fault<Stm32Step>[]
  /** Its program runs first: RTS and DTR control BOOT0 and reset. */
  readonly startsInProgram?: boolean
  /** Called for every valid command, with a description: `write 0x08000000 256`. */
  readonly onCommand?: (words: string) => void
}

/** An STM32 in its UART bootloader: waits for 0x7F, then executes commands, on a line with parity, reset and BOOT0. */
export class Stm32Target implements Target {
  readonly memory: Stm32Memory
  readonly #line: FaultyLine<Stm32Step>
  readonly #options: Stm32TargetOptions
  readonly #loader: Stm32Loader
  #conversation: Conversation
  #wanted = 0
  #bytes: number[] = []
  #runsProgram: boolean
  #isProtected: boolean
  /** Counts down to the byte from the host that is lost. */
  #losesIn = 0
  #parity: LineSettings['parity']
  #inReset = false
  #erasing: (() => void) | undefined

  constructor(line: TargetLine, options: Stm32TargetOptions) {
    this.#line = new FaultyLine(line, options.faults)
    this.#options = options
    this.#isProtected = (options.isProtected ?? false) || (options.isProtectedForEver ?? false)
    const model = options.model ?? stm32Models.f4
    const unit = options.unit ?? Uint8Array.of(0x25, 0, 0x35, 0, 0x11, 0x47, 0x33, 0x31, 0x39, 0x36, 0x35, 0x34)
    this.memory = new Stm32Memory(model, unit, options.worn ?? [])
    this.#loader = new Stm32Loader(this.#chip(model))
    this.#conversation = this.#loader.boot()
    this.#runsProgram = options.startsInProgram ?? false
    this.#greet()
  }

  /** Whether the program in flash was started. */
  get isRunning(): boolean {
    return this.#runsProgram
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#runsProgram || this.#line.isDead || this.#erasing || this.#parity === 'none') return
      if (this.#losesIn > 0) {
        this.#losesIn -= 1
        if (this.#losesIn === 0) continue
      }
      this.#bytes.push(byte)
      if (this.#bytes.length === this.#wanted) this.#advance()
    }
  }

  configure(settings: LineSettings): void {
    this.#parity = settings.parity ?? 'none'
  }

  /** DTR holds the chip in reset, RTS raises BOOT0, which the chip samples at the end of the reset. */
  setLines({ dtr, rts }: { readonly dtr: boolean; readonly rts: boolean }): void {
    if (this.#inReset && !dtr) {
      this.closed()
      this.#runsProgram = !rts
      this.#greet()
    }
    this.#inReset = dtr
  }

  closed(): void {
    this.#erasing?.()
    this.#erasing = undefined
  }

  /** Restarts the bootloader's conversation. */
  #greet(): void {
    this.#conversation = this.#loader.boot()
    this.#wanted = this.#conversation.next().value ?? 0
    this.#bytes = []
  }

  #advance(): void {
    const taken = this.#bytes
    this.#bytes = []
    const conversation = this.#conversation
    const next = conversation.next(taken)
    // A command that resets the chip has begun another one.
    if (!next.done && conversation === this.#conversation) this.#wanted = next.value
  }

  #fails(step: Stm32Step): boolean {
    const kind = this.#line.at(step)
    if (kind === 'lose-byte') this.#losesIn = step === 'write' ? 40 : 1
    return kind === 'nack'
  }

  #chip(model: Stm32Model): Stm32Chip {
    const isProtected = (): boolean => this.#isProtected
    return {
      memory: this.memory,
      model,
      get isProtected() {
        return isProtected()
      },
      send: (...bytes) => this.#line.send(...bytes),
      fails: (step) => this.#fails(step),
      understood: (words) => this.#options.onCommand?.(words()),
      eraseSlowly: (pages, done) => {
        this.#erasing = this.#options.clock.after((this.#options.pageEraseMs ?? 15) * pages, () => {
          this.#erasing = undefined
          done()
        })
      },
      unprotect: () => {
        this.#isProtected = this.#options.isProtectedForEver ?? false
        // The chip resets itself; BOOT0 is still high.
        this.#greet()
      },
      startProgram: () => {
        this.#runsProgram = true
      },
      applyOptions: () => {
        const level = this.memory.options[model.options?.protectionAt ?? 0]
        this.#isProtected = level !== model.options?.unprotected
        this.#greet()
      },
    }
  }
}

/** An STM32 bootloader that can be plugged into a line. */
export const stm32Target =
  (options: Stm32TargetOptions) =>
  (line: TargetLine): Stm32Target =>
    new Stm32Target(line, options)
