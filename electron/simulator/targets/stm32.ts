import type { Fault } from './faults.ts'
import { FaultyLine } from './faulty-line.ts'
import { Stm32Board, type Stm32BoardOptions } from './stm32-board.ts'
import { type Conversation, type Stm32Chip, Stm32Loader, type Stm32Step } from './stm32-loader.ts'
import type { Stm32Memory } from './stm32-memory.ts'
import type { LineSettings, Target, TargetClock, TargetLine } from './target.ts'

export interface Stm32TargetOptions extends Stm32BoardOptions {
  readonly clock: TargetClock
  /** The chip, when it is plugged in again; left out: a new one by the other options. */
  readonly board?: Stm32Board
  /** Time to erase one page. */
  readonly pageEraseMs?: number
  readonly faults?: readonly Fault<Stm32Step>[]
  /** Its program runs first: RTS and DTR control BOOT0 and reset. */
  readonly startsInProgram?: boolean
  /** BOOT0 is a button that nobody holds any more: a reset that the chip makes itself starts the program. */
  readonly leavesAtReset?: boolean
  /** A chip that resets itself does so before its last reply has left. */
  readonly swallowsLastReply?: boolean
  /** Called for every valid command, with a description: `write 0x08000000 256`. */
  readonly onCommand?: (words: string) => void
}

const ack = 0x79
const nack = 0x1f

/**
 * Whether a byte without a parity bit has the wrong one: the stop bit, which is 1, takes its place. 0x7F has the right one, so that a chip is
 * greeted and refuses what follows (users of WL5M and F412).
 */
const lacksParity = (byte: number): boolean => {
  let ones = 0
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1
  return ones % 2 === 0
}

/** An STM32 in its UART bootloader: waits for 0x7F, then executes commands, on a line with parity, reset and BOOT0. */
export class Stm32Target implements Target {
  readonly board: Stm32Board
  readonly #line: FaultyLine<Stm32Step>
  readonly #options: Stm32TargetOptions
  readonly #loader: Stm32Loader
  #conversation: Conversation
  #wanted = 0
  #bytes: number[] = []
  #runsProgram: boolean
  /** Counts down to the byte from the host that is lost. */
  #losesIn = 0
  #parity: LineSettings['parity']
  #inReset = false
  #erasing: (() => void) | undefined

  constructor(line: TargetLine, options: Stm32TargetOptions) {
    this.#line = new FaultyLine(line, options.faults)
    this.#options = options
    this.board = options.board ?? new Stm32Board(options)
    this.#loader = new Stm32Loader(this.#chip())
    this.#conversation = this.#loader.boot()
    this.#runsProgram = options.startsInProgram ?? false
    this.#greet()
  }

  get memory(): Stm32Memory {
    return this.board.memory
  }

  /** Whether the program in flash was started. */
  get isRunning(): boolean {
    return this.#runsProgram
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#runsProgram || this.#line.isDead || this.#erasing) return
      if (this.#parity === 'none' && lacksParity(byte)) {
        this.#bytes = []
        this.#line.send(nack)
        continue
      }
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

  /** The cable was the supply as well: an erase is cut off, and the chip forgets what it was told. */
  losePower(): void {
    if (this.#erasing) this.board.loseErase()
    this.closed()
    this.#line.die()
  }

  /** A reset by the chip itself; BOOT0 is sampled. */
  #reset(): void {
    this.#runsProgram = this.#options.leavesAtReset ?? false
    this.#greet()
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

  #chip(): Stm32Chip {
    const { board } = this
    return {
      memory: board.memory,
      model: board.model,
      get isProtected() {
        return board.isProtected
      },
      get writeProtection() {
        return board.writeProtection
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
      protect: (change) => {
        board.protect(change)
        if (!this.#options.swallowsLastReply) this.#line.send(ack)
        this.#reset()
      },
      startProgram: () => {
        this.#runsProgram = true
      },
      applyOptions: () => {
        board.loadOptions()
        this.#reset()
      },
    }
  }
}

/** An STM32 bootloader that can be plugged into a line. */
export const stm32Target =
  (options: Stm32TargetOptions) =>
  (line: TargetLine): Stm32Target =>
    new Stm32Target(line, options)
