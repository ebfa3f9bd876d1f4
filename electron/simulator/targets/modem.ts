import { type Fault, FaultPlan } from './faults.ts'
import type { Target, TargetClock, TargetLine } from './target.ts'

/** `header` and `close` are YMODEM's block 0, of a file and of the end. */
export type ModemStep = 'request' | 'header' | 'block' | 'end' | 'close'

export interface ModemTargetOptions {
  readonly clock: TargetClock
  readonly protocol: 'xmodem' | 'ymodem'
  /** Asks for the checksum (NAK) in place of CRC (`C`). */
  readonly checksum?: boolean
  /** Refuses blocks of 1024 bytes. */
  readonly smallBlocks?: boolean
  /** Says nothing until this byte comes, as a boot loader's menu does; left out: asks at once. */
  readonly startByte?: number
  /** Starts the received program in place of the last answer. */
  readonly leavesAtClose?: boolean
  readonly faults?: readonly Fault<ModemStep>[]
}

export interface ReceivedFile {
  readonly name: string
  /** As the sender says; undefined with XMODEM, which fills up the last block. */
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

/** How long to wait before asking again, and within a block before refusing it (Forsberg 7.4). */
const askAgainMs = 3_000
const silentLineMs = 10_000
const insideBlockMs = 1_000

const crcOf = (bytes: readonly number[]): number =>
  bytes.reduce((sum, byte) => {
    let crc = sum ^ (byte << 8)
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
    return crc
  }, 0)

/** A unit that receives files by XMODEM or YMODEM (Forsberg, "XMODEM/YMODEM Protocol Reference", 1988), as boot loaders do. */
export class ModemTarget implements Target {
  /** Files that are through. */
  readonly files: ReceivedFile[] = []
  readonly #line: TargetLine
  readonly #options: ModemTargetOptions
  readonly #faults: FaultPlan<ModemStep>
  readonly #request: number
  #state: 'menu' | 'receiving' | 'done' | 'dead' = 'menu'
  #buffer: number[] = []
  #data: number[] = []
  #header: { readonly name: string; readonly size: number } | undefined
  /** Number of the block that is due. */
  #due = 0
  #eots = 0
  #forgetTimer: () => void = () => undefined
  #losesByte = false
  #losesAnswer = false

  constructor(line: TargetLine, options: ModemTargetOptions) {
    this.#line = line
    this.#options = options
    this.#faults = new FaultPlan(options.faults ?? [])
    this.#request = options.checksum ? nak : crcRequest
    this.#due = options.protocol === 'xmodem' ? 1 : 0
    if (options.startByte === undefined) this.#begin()
  }

  /** The whole transfer is through. */
  get isDone(): boolean {
    return this.#state === 'done'
  }

  /** Bytes of a file that is under way. */
  get taken(): number {
    return this.#data.length
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#state === 'menu' && byte === this.#options.startByte) this.#begin()
      else if (this.#state === 'receiving') this.#take(byte)
    }
  }

  closed(): void {
    this.#forgetTimer()
  }

  #begin(): void {
    this.#state = 'receiving'
    if (!this.#fails('request')) this.#ask()
  }

  #ask(): void {
    this.#send(this.#request)
    this.#wait(askAgainMs, () => this.#ask())
  }

  #wait(ms: number, then: () => void): void {
    this.#forgetTimer()
    this.#forgetTimer = this.#options.clock.after(ms, then)
  }

  #send(...bytes: number[]): void {
    if (this.#state === 'dead') return
    if (this.#losesAnswer) {
      this.#losesAnswer = false
      return
    }
    this.#line.send(Uint8Array.from(bytes))
  }

  /** @returns whether the step is over for the fault's sake. */
  #fails(step: ModemStep): boolean {
    const kind = this.#faults.at(step)
    if (kind === 'unplug') this.#line.unplug()
    if (kind === 'unplug' || kind === 'silence' || kind === 'cancel') {
      if (kind === 'cancel') this.#send(can, can, can)
      this.#state = 'dead'
      this.#forgetTimer()
    }
    if (kind === 'nack') this.#refuse()
    if (kind === 'lose-byte') this.#losesByte = true
    if (kind === 'lose-answer') this.#losesAnswer = true
    return kind !== undefined && kind !== 'lose-byte' && kind !== 'lose-answer'
  }

  #refuse(): void {
    this.#buffer = []
    this.#send(nak)
    this.#wait(silentLineMs, () => this.#refuse())
  }

  #take(byte: number): void {
    if (this.#losesByte && this.#buffer.length > 3) {
      this.#losesByte = false
      return
    }
    this.#buffer.push(byte)
    const [first] = this.#buffer
    if (first === eot) this.#end()
    else if (first === can) {
      if (this.#buffer.length >= 2) this.#cancelled()
    } else if (first === soh || first === stx) this.#collect(first === soh ? 128 : 1024)
    else this.#buffer = []
  }

  #collect(size: number): void {
    if (this.#buffer.length === 3 + size + (this.#options.checksum ? 1 : 2)) this.#block(size)
    else this.#wait(insideBlockMs, () => this.#refuse())
  }

  /** Two CANs: the sender gave up; ready for another try. */
  #cancelled(): void {
    this.#buffer = []
    if (this.#due === 0 && !this.#header) return
    this.#due = this.#options.protocol === 'xmodem' ? 1 : 0
    this.#data = []
    this.#header = undefined
    this.#ask()
  }

  #block(size: number): void {
    const [, number = 0, complement = 0, ...rest] = this.#buffer
    this.#buffer = []
    const data = rest.slice(0, size)
    const check = rest.slice(size)
    const right = this.#options.checksum
      ? data.reduce((sum, byte) => (sum + byte) & 0xff, 0) === check[0]
      : crcOf(data) === (((check[0] ?? 0) << 8) | (check[1] ?? 0))
    const refused = (number ^ complement) !== 0xff || !right || (size === 1024 && this.#options.smallBlocks)
    if (!refused) this.#eots = 0
    if (refused) this.#refuse()
    else if (this.#options.protocol === 'ymodem' && !this.#header && number === 0) this.#heading(data)
    // The one before, sent anew as our answer was lost.
    else if (number === ((this.#due - 1) & 0xff)) this.#acknowledge()
    else if (number !== (this.#due & 0xff)) this.#refuse()
    else if (!this.#fails('block')) {
      this.#data.push(...data)
      this.#due += 1
      this.#acknowledge()
    }
  }

  #acknowledge(): void {
    this.#send(ack)
    this.#wait(silentLineMs, () => this.#refuse())
  }

  #heading(data: readonly number[]): void {
    const text = String.fromCharCode(...data)
    const [name = '', facts = ''] = text.split('\0')
    if (this.#fails(name === '' ? 'close' : 'header')) return
    if (name === '') {
      if (!this.#options.leavesAtClose) this.#send(ack)
      this.#state = 'done'
      this.#forgetTimer()
      return
    }
    this.#header = { name, size: Number.parseInt(facts, 10) }
    this.#due = 1
    this.#send(ack)
    this.#ask()
  }

  /** The first EOT is refused, as it may be noise (Forsberg 5). */
  #end(): void {
    this.#buffer = []
    this.#eots += 1
    if (this.#fails('end')) return
    if (this.#eots === 1) {
      this.#send(nak)
      return
    }
    this.#eots = 0
    const header = this.#header
    if (this.#due > 1 || header) {
      this.files.push({
        name: header?.name ?? '',
        size: header?.size,
        bytes: Uint8Array.from(this.#data).subarray(0, header?.size),
      })
    }
    this.#data = []
    this.#header = undefined
    this.#send(ack)
    if (this.#options.protocol === 'xmodem') {
      this.#state = 'done'
      this.#forgetTimer()
      return
    }
    this.#due = 0
    this.#ask()
  }
}

/** An XMODEM or YMODEM receiver to be plugged into a line. */
export const modemTarget =
  (options: ModemTargetOptions) =>
  (line: TargetLine): ModemTarget =>
    new ModemTarget(line, options)
