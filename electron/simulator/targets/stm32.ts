import { type Fault, FaultPlan } from './faults.ts'
import { Stm32Memory } from './stm32-memory.ts'
import { type Stm32Model, stm32Models } from './stm32-models.ts'
import type { LineSettings, Target, TargetClock, TargetLine } from './target.ts'

/** A command of AN3155 as far as faults go; `verify` is a read of flash after a write. */
export type Stm32Step = 'sync' | 'get' | 'version' | 'id' | 'read' | 'erase' | 'write' | 'verify' | 'go'

export interface Stm32TargetOptions {
  readonly clock: TargetClock
  readonly model?: Stm32Model
  /** The unique id's twelve bytes. */
  readonly unit?: Uint8Array
  readonly isProtected?: boolean
  /** Level 2: Readout Unprotect does not help. */
  readonly isProtectedForEver?: boolean
  /** How long one page takes to erase. */
  readonly pageEraseMs?: number
  /** Offsets in flash that read back wrong. */
  readonly worn?: readonly number[]
  readonly faults?: readonly Fault<Stm32Step>[]
  /** Its program runs at first: BOOT0 and reset hang on RTS and DTR. */
  readonly startsInProgram?: boolean
  /** Every command that is understood, in words: `write 0x08000000 256`. */
  readonly onCommand?: (words: string) => void
}

const ack = 0x79
const nack = 0x1f
const codes = {
  get: 0x00,
  version: 0x01,
  id: 0x02,
  read: 0x11,
  go: 0x21,
  write: 0x31,
  erase: 0x43,
  extendedErase: 0x44,
  readoutUnprotect: 0x92,
} as const
const loaderVersion = 0x31
/** Commands that answer under read-out protection (AN3155 table 2, note 2). */
const always: ReadonlySet<number> = new Set([codes.get, codes.version, codes.id, codes.readoutUnprotect])

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`
const xor = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum ^ byte, 0)

/** A conversation of the chip: asks for so many bytes of the host's by `yield`. */
type Conversation = Generator<number, void, number[]>

/** An STM32 in its UART boot loader (ST AN3155), written from the document: waits for 0x7F, then serves command after command. */
export class Stm32Target implements Target {
  readonly memory: Stm32Memory
  readonly #line: TargetLine
  readonly #options: Stm32TargetOptions
  readonly #model: Stm32Model
  readonly #faults: FaultPlan<Stm32Step>
  #conversation: Conversation
  #wanted = 0
  #bytes: number[] = []
  #state: 'program' | 'loader' | 'dead' = 'loader'
  #isProtected: boolean
  #wrote = false
  /** Counts down to the byte of the host's that is lost. */
  #losesIn = 0
  #losesAnswer = false
  #parity: LineSettings['parity']
  #inReset = false
  #erasing: (() => void) | undefined

  constructor(line: TargetLine, options: Stm32TargetOptions) {
    this.#line = line
    this.#options = options
    this.#model = options.model ?? stm32Models.f4
    this.#faults = new FaultPlan(options.faults ?? [])
    this.#isProtected = (options.isProtected ?? false) || (options.isProtectedForEver ?? false)
    const unit = options.unit ?? Uint8Array.of(0x25, 0, 0x35, 0, 0x11, 0x47, 0x33, 0x31, 0x39, 0x36, 0x35, 0x34)
    this.memory = new Stm32Memory(this.#model, unit, options.worn ?? [])
    this.#conversation = this.#boot()
    if (options.startsInProgram) this.#state = 'program'
    else this.#restart()
  }

  /** Whether the program in flash was started. */
  get isRunning(): boolean {
    return this.#state === 'program'
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#state !== 'loader' || this.#erasing || this.#parity === 'none') return
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

  /** DTR holds in reset, RTS raises BOOT0, which is looked at when the reset ends. */
  setLines({ dtr, rts }: { readonly dtr: boolean; readonly rts: boolean }): void {
    if (this.#inReset && !dtr && this.#state !== 'dead') {
      if (rts) this.#restart()
      else this.#state = 'program'
    }
    this.#inReset = dtr
  }

  closed(): void {
    this.#erasing?.()
    this.#erasing = undefined
  }

  #restart(): void {
    this.closed()
    this.#state = 'loader'
    this.#conversation = this.#boot()
    this.#wanted = this.#conversation.next().value ?? 0
    this.#bytes = []
  }

  #advance(): void {
    const taken = this.#bytes
    this.#bytes = []
    const next = this.#conversation.next(taken)
    if (!next.done) this.#wanted = next.value
  }

  #send(...bytes: number[]): void {
    if (this.#state === 'dead') return
    if (this.#losesAnswer) {
      this.#losesAnswer = false
      return
    }
    this.#line.send(Uint8Array.from(bytes))
  }

  /** @returns whether the command is refused for the fault's sake. */
  #fails(step: Stm32Step): boolean {
    const kind = this.#faults.at(step)
    if (kind === 'unplug') this.#line.unplug()
    if (kind === 'unplug' || kind === 'silence') this.#state = 'dead'
    if (kind === 'lose-byte') this.#losesIn = step === 'write' ? 40 : 1
    if (kind === 'lose-answer') this.#losesAnswer = true
    return kind === 'nack'
  }

  /** AN3155 1: nothing is heard but 0x7F; then commands for ever. */
  *#boot(): Conversation {
    while ((yield 1)[0] !== 0x7f);
    if (this.#fails('sync')) {
      for (;;) {
        this.#send(nack)
        yield 1
      }
    }
    this.#send(ack)
    for (;;) {
      const [code = 0, complement = 0] = yield 2
      if ((code ^ complement) !== 0xff) this.#send(nack)
      else yield* this.#command(code)
    }
  }

  *#command(code: number): Conversation {
    const { erase, extendedErase } = codes
    const known = code !== (this.#model.extendedErase ? erase : extendedErase)
    const step = this.#stepOf(code)
    if (step && this.#fails(step)) return this.#send(nack)
    if (!step || !known || (this.#isProtected && !always.has(code))) return this.#send(nack)
    switch (code) {
      case codes.get:
        return this.#get()
      case codes.version:
        this.#options.onCommand?.('get version')
        return this.#send(ack, loaderVersion, 0, 0, ack)
      case codes.id:
        this.#options.onCommand?.('get id')
        return this.#send(ack, 1, this.#model.productId >>> 8, this.#model.productId & 0xff, ack)
      case codes.read:
        return yield* this.#read()
      case codes.write:
        return yield* this.#write()
      case codes.go:
        return yield* this.#go()
      case codes.readoutUnprotect:
        return this.#unprotect()
      default:
        return yield* this.#erase(code === extendedErase)
    }
  }

  #stepOf(code: number): Stm32Step | undefined {
    if (code === codes.read) return this.#wrote ? 'verify' : 'read'
    if (code === codes.extendedErase || code === codes.readoutUnprotect) return 'erase'
    const entry = Object.entries(codes).find(([, value]) => value === code)
    return entry?.[0] as Stm32Step | undefined
  }

  #get(): void {
    this.#options.onCommand?.('get')
    const { erase, extendedErase, ...rest } = codes
    const known = [...Object.values(rest), this.#model.extendedErase ? extendedErase : erase].sort((a, b) => a - b)
    this.#send(ack, known.length, loaderVersion, ...known, ack)
  }

  /** Address and checksum (AN3155 3.4); undefined, and refused, when they do not fit. */
  *#address(fits: (address: number) => boolean): Generator<number, number | undefined, number[]> {
    this.#send(ack)
    const bytes = yield 5
    const [a = 0, b = 0, c = 0, d = 0] = bytes
    const address = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
    if (xor(bytes) === 0 && fits(address)) return address
    this.#send(nack)
    return undefined
  }

  *#read(): Conversation {
    const address = yield* this.#address((at) => this.memory.readable(at, 1))
    if (address === undefined) return
    this.#send(ack)
    const [count = 0, complement = 0] = yield 2
    if ((count ^ complement) !== 0xff) return this.#send(nack)
    this.#options.onCommand?.(`read ${hex(address)} ${count + 1}`)
    this.#send(ack, ...this.memory.read(address, count + 1))
  }

  *#write(): Conversation {
    const address = yield* this.#address((at) => this.memory.programmable(at, 1))
    if (address === undefined) return
    this.#send(ack)
    const [count = 0] = yield 1
    const rest = yield count + 2
    const data = Uint8Array.from(rest.slice(0, -1))
    const aligned = data.length % this.#model.granule === 0 && address % this.#model.granule === 0
    if (xor([count, ...rest]) !== 0 || !aligned || !this.memory.programmable(address, data.length)) {
      return this.#send(nack)
    }
    this.#options.onCommand?.(`write ${hex(address)} ${data.length}`)
    this.memory.program(address, data)
    this.#wrote = this.#wrote || this.memory.isFlash(address)
    this.#send(ack)
  }

  *#go(): Conversation {
    const address = yield* this.#address((at) => this.memory.programmable(at, 4))
    if (address === undefined) return
    this.#options.onCommand?.(`go ${hex(address)}`)
    this.#send(ack)
    this.#state = 'program'
  }

  *#erase(extended: boolean): Conversation {
    this.#send(ack)
    const head = yield extended ? 2 : 1
    const count = extended ? ((head[0] ?? 0) << 8) | (head[1] ?? 0) : (head[0] ?? 0)
    if (count >= (extended ? 0xfffd : 0xff)) {
      const tail = yield 1
      const sum = xor([...head, ...tail])
      if (extended ? sum !== 0 : tail[0] !== 0) return this.#send(nack)
      this.#options.onCommand?.('erase all')
      return this.#eraseSlowly(() => this.memory.eraseAll(), 4)
    }
    const body = yield (count + 1) * (extended ? 2 : 1) + 1
    if (xor([...head, ...body]) !== 0) return this.#send(nack)
    const numbers = body.slice(0, -1)
    const pages = extended
      ? Array.from({ length: count + 1 }, (_, at) => ((numbers[2 * at] ?? 0) << 8) | (numbers[2 * at + 1] ?? 0))
      : numbers
    this.#options.onCommand?.(`erase ${pages.join(',')}`)
    this.#eraseSlowly(() => void pages.every((page) => this.memory.erasePage(page)), pages.length)
  }

  #unprotect(): void {
    this.#options.onCommand?.('readout unprotect')
    this.#send(ack)
    this.#eraseSlowly(() => {
      this.memory.eraseAll()
      this.#isProtected = this.#options.isProtectedForEver ?? false
      // The chip resets itself; BOOT0 is still high.
      this.#conversation = this.#boot()
      this.#wanted = this.#conversation.next().value ?? 0
      this.#bytes = []
    }, 4)
  }

  /** Nothing is heard meanwhile; the answer comes at the end. */
  #eraseSlowly(erase: () => void, pages: number): void {
    this.#erasing = this.#options.clock.after((this.#options.pageEraseMs ?? 15) * pages, () => {
      this.#erasing = undefined
      erase()
      this.#send(ack)
    })
  }
}

/** An STM32 boot loader to be plugged into a line. */
export const stm32Target =
  (options: Stm32TargetOptions) =>
  (line: TargetLine): Stm32Target =>
    new Stm32Target(line, options)
