import type { Target, TargetLine } from '../../../electron/simulator/targets/target.ts'

/** STK500 version 1 (Atmel AVR061): every command ends in this. */
const END = 0x20
const IN_SYNC = 0x14
const OK = 0x10
const NO_SYNC = 0x15
/** Of an ATmega328P. */
const SIGNATURE = [0x1e, 0x95, 0x0f]
const FLASH = 32_768

/** Bytes of a command with its end; undefined while its length is not known. */
const lengthOf = (bytes: Uint8Array): number | undefined => {
  const [command, second = 0, third = 0] = bytes
  if (command === 0x41) return 3
  if (command === 0x42) return 22
  if (command === 0x45) return bytes.length < 2 ? undefined : 2 + second
  if (command === 0x55) return 4
  if (command === 0x56) return 6
  if (command === 0x64) return bytes.length < 3 ? undefined : 5 + second * 256 + third
  if (command === 0x74) return 5
  return 2
}

/** A boot loader of an ATmega328P, as Debian's `avrdude -c arduino` talks to it. */
export class Stk500Target implements Target {
  readonly flash = new Uint8Array(FLASH).fill(0xff)
  /** Bits of written bytes that stay as they were, for a verification that must fail. */
  stuck = 0
  /** Commands that are answered; then it is silent. */
  answers = Number.POSITIVE_INFINITY
  readonly #line: TargetLine
  #buffer: Uint8Array = new Uint8Array(0)
  #address = 0

  constructor(line: TargetLine) {
    this.#line = line
  }

  receive(bytes: Uint8Array): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes])
    for (;;) {
      const length = this.#buffer.length === 0 ? undefined : lengthOf(this.#buffer)
      if (length === undefined || this.#buffer.length < length) return
      const command = this.#buffer.subarray(0, length)
      this.#buffer = this.#buffer.subarray(length)
      if (this.answers <= 0) continue
      this.answers -= 1
      if (command[length - 1] !== END) this.#line.send(Uint8Array.of(NO_SYNC))
      else this.#line.send(Uint8Array.of(IN_SYNC, ...this.#answer(command), OK))
    }
  }

  #answer(command: Uint8Array): readonly number[] {
    const [name, first = 0, second = 0, third = 0] = command
    if (name === 0x41) return [first === 0x81 ? 1 : first === 0x82 ? 16 : 3]
    if (name === 0x55) this.#address = 2 * (first + 256 * second)
    if (name === 0x75) return SIGNATURE
    if (name === 0x56) {
      // Chip erase, and the signature byte by byte.
      if (first === 0xac && second === 0x80) this.flash.fill(0xff)
      return [first === 0x30 ? (SIGNATURE[third === 0 ? (command[3] ?? 0) : third] ?? 0) : 0]
    }
    if (name === 0x64) {
      const data = command.subarray(4, -1)
      data.forEach((byte, at) => {
        this.flash[this.#address + at] = byte | this.stuck
      })
    }
    if (name === 0x74) return [...this.flash.subarray(this.#address, this.#address + first * 256 + second)]
    return []
  }
}
