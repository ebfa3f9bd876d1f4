import type { Stm32Memory } from './stm32-memory.ts'
import type { Stm32Model } from './stm32-models.ts'

/** A command of AN3155 as a step for faults; `verify` is a read of flash after a write. */
export type Stm32Step =
  | 'sync'
  | 'get'
  | 'version'
  | 'id'
  | 'read'
  | 'erase'
  | 'write'
  | 'verify'
  | 'go'
  | 'writeUnprotect'
  | 'readoutProtect'
  | 'readoutUnprotect'

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
  writeUnprotect: 0x73,
  readoutProtect: 0x82,
  readoutUnprotect: 0x92,
} as const
const loaderVersion = 0x31
/** Commands that are allowed under read-out protection (AN3155 table 2, note 2). */
const always: ReadonlySet<number> = new Set([codes.get, codes.version, codes.id, codes.readoutUnprotect])

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`
const xor = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum ^ byte, 0)

/** The chip's side of a conversation: each `yield` requests a number of bytes from the host. */
export type Conversation = Generator<number, void, number[]>

/** The chip on which the bootloader runs. */
export interface Stm32Chip {
  readonly memory: Stm32Memory
  readonly model: Stm32Model
  readonly isProtected: boolean
  send(...bytes: number[]): void
  /** @returns whether a fault refuses the command. */
  fails(step: Stm32Step): boolean
  /** Called for every valid command, with a description. */
  understood(words: () => string): void
  /** Ignores input until this many pages are erased; then `done` is called. */
  eraseSlowly(pages: number, done: () => void): void
  /** Erased pages and written blocks stay as they are: `silent` says nothing (AN3155 3.6, 3.7), `refused` answers NACK. */
  readonly writeProtection: 'silent' | 'refused' | undefined
  /** Sets or removes a protection, answers, and resets, in the order of the chip. */
  protect(change: 'readoutProtect' | 'readoutUnprotect' | 'writeUnprotect'): void
  startProgram(): void
  /** New option bytes count after a reset, which the bootloader makes at the end of the command (AN3155 3.6). */
  applyOptions(): void
}

/** The bootloader's commands (ST AN3155), written from the document. */
export class Stm32Loader {
  readonly #chip: Stm32Chip
  #wrote = false

  constructor(chip: Stm32Chip) {
    this.#chip = chip
  }

  /** AN3155 1: the chip accepts only 0x7F at first; then commands without end. */
  *boot(): Conversation {
    while ((yield 1)[0] !== 0x7f);
    if (this.#chip.fails('sync')) {
      for (;;) {
        this.#chip.send(nack)
        yield 1
      }
    }
    this.#chip.send(ack)
    for (;;) {
      const [code = 0, complement = 0] = yield 2
      if ((code ^ complement) !== 0xff) this.#chip.send(nack)
      else yield* this.#command(code)
    }
  }

  *#command(code: number): Conversation {
    const { erase, extendedErase } = codes
    const { model } = this.#chip
    const known = code !== (model.extendedErase ? erase : extendedErase) && !model.lacks?.includes(code)
    const step = this.#stepOf(code)
    if (step && this.#chip.fails(step)) return this.#chip.send(nack)
    if (!step || !known || (this.#chip.isProtected && !always.has(code))) return this.#chip.send(nack)
    switch (code) {
      case codes.get:
        return this.#get()
      case codes.version:
        this.#chip.understood(() => 'get version')
        return this.#chip.send(ack, loaderVersion, 0, 0, ack)
      case codes.id:
        this.#chip.understood(() => 'get id')
        return this.#chip.send(ack, 1, this.#chip.model.productId >>> 8, this.#chip.model.productId & 0xff, ack)
      case codes.read:
        return yield* this.#read()
      case codes.write:
        return yield* this.#write()
      case codes.go:
        return yield* this.#go()
      case codes.readoutUnprotect:
        return this.#unprotect()
      case codes.writeUnprotect:
        return this.#changeOptions('write unprotect', 'writeUnprotect')
      case codes.readoutProtect:
        return this.#changeOptions('readout protect', 'readoutProtect')
      default:
        return yield* this.#erase(code === extendedErase)
    }
  }

  #stepOf(code: number): Stm32Step | undefined {
    if (code === codes.read) return this.#wrote ? 'verify' : 'read'
    if (code === codes.extendedErase) return 'erase'
    const entry = Object.entries(codes).find(([, value]) => value === code)
    return entry?.[0] as Stm32Step | undefined
  }

  #get(): void {
    this.#chip.understood(() => 'get')
    const { erase, extendedErase, ...rest } = codes
    const { model } = this.#chip
    const known = [...Object.values(rest), model.extendedErase ? extendedErase : erase]
      .filter((code) => !model.lacks?.includes(code))
      .sort((a, b) => a - b)
    this.#chip.send(ack, known.length, loaderVersion, ...known, ack)
  }

  /** Address and checksum (AN3155 3.4); undefined, and refused, when either is invalid. */
  *#address(fits: (address: number) => boolean): Generator<number, number | undefined, number[]> {
    this.#chip.send(ack)
    const bytes = yield 5
    const [a = 0, b = 0, c = 0, d = 0] = bytes
    const address = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
    if (xor(bytes) === 0 && fits(address)) return address
    this.#chip.send(nack)
    return undefined
  }

  *#read(): Conversation {
    const address = yield* this.#address((at) => this.#chip.memory.readable(at, 1))
    if (address === undefined) return
    this.#chip.send(ack)
    const [count = 0, complement = 0] = yield 2
    if ((count ^ complement) !== 0xff) return this.#chip.send(nack)
    this.#chip.understood(() => `read ${hex(address)} ${count + 1}`)
    this.#chip.send(ack, ...this.#chip.memory.read(address, count + 1))
  }

  *#write(): Conversation {
    const address = yield* this.#address((at) => this.#chip.memory.programmable(at, 1))
    if (address === undefined) return
    this.#chip.send(ack)
    const [count = 0] = yield 1
    const rest = yield count + 2
    const data = Uint8Array.from(rest.slice(0, -1))
    const aligned = data.length % this.#chip.model.granule === 0 && address % this.#chip.model.granule === 0
    if (xor([count, ...rest]) !== 0 || !aligned || !this.#chip.memory.programmable(address, data.length)) {
      return this.#chip.send(nack)
    }
    this.#chip.understood(() => `write ${hex(address)} ${data.length}`)
    const isLocked = this.#chip.memory.isFlash(address) && this.#chip.writeProtection !== undefined
    if (isLocked && this.#chip.writeProtection === 'refused') return this.#chip.send(nack)
    if (!isLocked) this.#chip.memory.program(address, data)
    this.#wrote = this.#wrote || this.#chip.memory.isFlash(address)
    this.#chip.send(ack)
    if (this.#chip.memory.isOptions(address)) this.#chip.applyOptions()
  }

  *#go(): Conversation {
    const address = yield* this.#address((at) => this.#chip.memory.programmable(at, 4))
    if (address === undefined) return
    this.#chip.understood(() => `go ${hex(address)}`)
    this.#chip.send(ack)
    this.#chip.startProgram()
  }

  *#erase(extended: boolean): Conversation {
    this.#chip.send(ack)
    const head = yield extended ? 2 : 1
    const count = extended ? ((head[0] ?? 0) << 8) | (head[1] ?? 0) : (head[0] ?? 0)
    if (count >= (extended ? 0xfffd : 0xff)) {
      const tail = yield 1
      const sum = xor([...head, ...tail])
      if (extended ? sum !== 0 : tail[0] !== 0) return this.#chip.send(nack)
      if (this.#chip.model.massErase === false) return this.#chip.send(nack)
      this.#chip.understood(() => 'erase all')
      return this.#eraseSlowly(4, () => this.#chip.memory.eraseAll())
    }
    const body = yield (count + 1) * (extended ? 2 : 1) + 1
    if (xor([...head, ...body]) !== 0) return this.#chip.send(nack)
    const numbers = body.slice(0, -1)
    const pages = extended
      ? Array.from({ length: count + 1 }, (_, at) => ((numbers[2 * at] ?? 0) << 8) | (numbers[2 * at + 1] ?? 0))
      : numbers
    this.#chip.understood(() => `erase ${pages.join(',')}`)
    this.#eraseSlowly(pages.length, () => void pages.every((page) => this.#chip.memory.erasePage(page)))
  }

  #unprotect(): void {
    this.#chip.understood(() => 'readout unprotect')
    this.#chip.send(ack)
    this.#chip.eraseSlowly(4, () => {
      this.#chip.memory.eraseAll()
      this.#chip.protect('readoutUnprotect')
    })
  }

  /** Option bytes take as long as a page. */
  #changeOptions(words: string, change: 'readoutProtect' | 'writeUnprotect'): void {
    this.#chip.understood(() => words)
    this.#chip.send(ack)
    this.#chip.eraseSlowly(1, () => this.#chip.protect(change))
  }

  /** The answer is sent at the end. */
  #eraseSlowly(pages: number, erase: () => void): void {
    this.#chip.eraseSlowly(pages, () => {
      const { writeProtection } = this.#chip
      if (writeProtection === undefined) erase()
      this.#chip.send(writeProtection === 'refused' ? nack : ack)
    })
  }
}
