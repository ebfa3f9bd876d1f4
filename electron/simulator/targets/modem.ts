import type { Fault } from './faults.ts'
import { FaultyLine } from './faulty-line.ts'
import type { Target, TargetClock, TargetLine } from './target.ts'

/** `header` and `close` are YMODEM's block 0 for a file and for the end. */
export type ModemStep = 'request' | 'header' | 'block' | 'end' | 'close'

export interface ModemTargetOptions {
  readonly clock: TargetClock
  readonly protocol: 'xmodem' | 'ymodem'
  /** Requests the checksum (NAK) instead of CRC (`C`). */
  readonly checksum?: boolean
  /** Refuses blocks of 1024 bytes. */
  readonly smallBlocks?: boolean
  /** Sends nothing until this byte arrives, like a bootloader's menu; left out: requests at once. */
  readonly startByte?: number
  /** Starts the received program instead of sending the last answer. */
  readonly leavesAtClose?: boolean
  readonly faults?: readonly Fault<ModemStep>[]
}

interface ReceivedFile {
  readonly name: string
  /** The size that the sender announces; undefined with XMODEM, which pads the last block. */
  readonly size: number | undefined
  readonly bytes: Uint8Array
}

const soh = 0x01
const stx = 0x02
const eot = 0x04
const ack = 0x06
const nak = 0x15
const can = 0x18
const crcRequest = 0x43

/** Delay before another request, and the timeout within a block before it is refused (Forsberg 7.4). */
const askAgainMs = 3_000
const silentLineMs = 10_000
const insideBlockMs = 1_000

/** CRC with polynomial 0x1021, initial value 0, highest bit first (Forsberg 7.1). */
const crcOf = (bytes: Uint8Array): number => {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc
}

/** A unit that receives files by XMODEM or YMODEM (Forsberg, "XMODEM/YMODEM Protocol Reference", 1988), like a bootloader. */
export class ModemTarget implements Target {
  /** Completely received files. */
  readonly files: ReceivedFile[] = []
  readonly #line: FaultyLine<ModemStep>
  readonly #options: ModemTargetOptions
  readonly #request: number
  #state: 'menu' | 'receiving' | 'done' = 'menu'
  /** The block being received, from index 0, and how many bytes of it have arrived. */
  readonly #frame = new Uint8Array(3 + 1024 + 2)
  #filled = 0
  #cans = 0
  #data: Uint8Array[] = []
  #header: { readonly name: string; readonly size: number } | undefined
  /** The number of the next expected block. */
  #due = 0
  #eots = 0
  #forgetTimer: () => void = () => undefined
  #losesByte = false

  constructor(line: TargetLine, options: ModemTargetOptions) {
    this.#line = new FaultyLine(line, options.faults)
    this.#options = options
    this.#request = options.checksum ? nak : crcRequest
    this.#due = this.#firstBlock
    if (options.startByte === undefined) this.#begin()
  }

  /** Whether the whole transfer is complete. */
  get isDone(): boolean {
    return this.#state === 'done'
  }

  /** Received bytes of the current file. */
  get taken(): number {
    return this.#data.reduce((sum, { length }) => sum + length, 0)
  }

  get #firstBlock(): number {
    return this.#options.protocol === 'xmodem' ? 1 : 0
  }

  receive(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length && !this.#line.isDead) {
      if (this.#state === 'receiving') at += this.#take(bytes.subarray(at))
      else if (this.#state === 'menu' && bytes[at++] === this.#options.startByte) this.#begin()
      else if (this.#state === 'done') return
    }
    if (this.#filled > 0) this.#wait(insideBlockMs, () => this.#refuse())
  }

  closed(): void {
    this.#forgetTimer()
  }

  #begin(): void {
    this.#state = 'receiving'
    if (!this.#fails('request')) this.#ask()
  }

  #ask(): void {
    this.#line.send(this.#request)
    this.#wait(askAgainMs, () => this.#ask())
  }

  #wait(ms: number, then: () => void): void {
    this.#forgetTimer()
    if (!this.#line.isDead) this.#forgetTimer = this.#options.clock.after(ms, then)
  }

  /** @returns whether a fault has ended the step. */
  #fails(step: ModemStep): boolean {
    const kind = this.#line.at(step)
    if (kind === 'cancel') {
      this.#line.send(can, can, can)
      this.#line.die()
    }
    if (this.#line.isDead) this.#forgetTimer()
    if (kind === 'nack') this.#refuse()
    if (kind === 'lose-byte') this.#losesByte = true
    return kind !== undefined && kind !== 'lose-byte' && kind !== 'lose-answer'
  }

  #refuse(): void {
    this.#filled = 0
    this.#line.send(nak)
    this.#wait(silentLineMs, () => this.#refuse())
  }

  /** Consumes one block or one control character from the beginning. @returns the number of bytes. */
  #take(bytes: Uint8Array): number {
    if (this.#filled > 0) return this.#fill(bytes)
    const [first] = bytes
    this.#cans = first === can ? this.#cans + 1 : 0
    if (first === soh || first === stx) {
      this.#frame[0] = first
      this.#filled = 1
    } else if (first === eot) this.#end()
    else if (this.#cans === 2) this.#cancelled()
    return 1
  }

  #fill(bytes: Uint8Array): number {
    if (this.#losesByte) {
      this.#losesByte = false
      return 1
    }
    const size = this.#frame[0] === soh ? 128 : 1024
    const whole = 3 + size + (this.#options.checksum ? 1 : 2)
    const some = bytes.subarray(0, whole - this.#filled)
    this.#frame.set(some, this.#filled)
    this.#filled += some.length
    if (this.#filled === whole) this.#block(size, this.#frame.subarray(3 + size, whole))
    return some.length
  }

  /** Two CANs: the sender aborted; ready for another try. */
  #cancelled(): void {
    this.#cans = 0
    if (this.#due === 0 && !this.#header) return
    this.#due = this.#firstBlock
    this.#data = []
    this.#header = undefined
    this.#ask()
  }

  #block(size: number, check: Uint8Array): void {
    this.#filled = 0
    const [, number = 0, complement = 0] = this.#frame
    const data = this.#frame.slice(3, 3 + size)
    const right = this.#options.checksum
      ? data.reduce((sum, byte) => (sum + byte) & 0xff, 0) === check[0]
      : crcOf(data) === (((check[0] ?? 0) << 8) | (check[1] ?? 0))
    const refused = (number ^ complement) !== 0xff || !right || (size === 1024 && this.#options.smallBlocks)
    if (!refused) this.#eots = 0
    if (refused) this.#refuse()
    else if (this.#options.protocol === 'ymodem' && !this.#header && number === 0) this.#heading(data)
    // The previous block, sent again because our answer was lost.
    else if (number === ((this.#due - 1) & 0xff)) this.#acknowledge()
    else if (number !== (this.#due & 0xff)) this.#refuse()
    else if (!this.#fails('block')) {
      this.#data.push(data)
      this.#due += 1
      this.#acknowledge()
    }
  }

  #acknowledge(): void {
    this.#line.send(ack)
    this.#wait(silentLineMs, () => this.#refuse())
  }

  #heading(data: Uint8Array): void {
    const text = String.fromCharCode(...data)
    const [name = '', facts = ''] = text.split('\0')
    if (this.#fails(name === '' ? 'close' : 'header')) return
    if (name === '') {
      if (!this.#options.leavesAtClose) this.#line.send(ack)
      this.#finish()
      return
    }
    this.#header = { name, size: Number.parseInt(facts, 10) }
    this.#due = 1
    this.#line.send(ack)
    this.#ask()
  }

  #finish(): void {
    this.#state = 'done'
    this.#forgetTimer()
  }

  /** The first EOT is refused, because it may be noise (Forsberg 5). */
  #end(): void {
    this.#eots += 1
    if (this.#fails('end')) return
    if (this.#eots === 1) {
      this.#line.send(nak)
      return
    }
    this.#eots = 0
    const header = this.#header
    if (this.#due > 1 || header) {
      const bytes = new Uint8Array(Buffer.concat(this.#data).subarray(0, header?.size))
      this.files.push({ name: header?.name ?? '', size: header?.size, bytes })
    }
    this.#data = []
    this.#header = undefined
    this.#line.send(ack)
    if (this.#options.protocol === 'xmodem') {
      this.#finish()
      return
    }
    this.#due = 0
    this.#ask()
  }
}

/** An XMODEM or YMODEM receiver that can be plugged into a line. */
export const modemTarget =
  (options: ModemTargetOptions) =>
  (line: TargetLine): ModemTarget =>
    new ModemTarget(line, options)
