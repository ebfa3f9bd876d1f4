import { FlashError } from '../../flasher.ts'
import { hex32 } from '../../hex.ts'
import { DfuRefusal, type DfuSession } from './session.ts'

/** Commands in block 0 (AN3156). */
const commands = { setAddress: 0x21, erase: 0x41, readUnprotect: 0x92 } as const
/** The block that goes to the address that was set; the next ones follow it. */
const firstBlock = 2

const ADDRESS_MS = 5000
const WRITE_MS = 10_000
/** A sector of 128 KB takes up to 4 s, external flash longer. */
const SECTOR_MS = 30_000
/** Mass erase of 2 MB takes up to 32 s, of external flash longer. */
const MASS_MS = 120_000

const withAddress = (command: number, address: number): Uint8Array => {
  const bytes = new Uint8Array(5)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, command)
  view.setUint32(1, address, true)
  return bytes
}

/** Under read protection every command that touches the flash answers errVENDOR (AN3156). */
const isProtection = (error: unknown): boolean => error instanceof DfuRefusal && error.status === 'errVENDOR'

/** @throws FlashError DFU_PROTECTED in place of what a protected device answers. */
const orProtected = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw isProtection(error) ? new FlashError('DFU_PROTECTED', {}, { cause: error }) : error
  }
}

/** ST's extension of DFU: addresses, erase, read protection (AN3156). Every call throws what the session throws, and DFU_PROTECTED. */
export class DfuSe {
  readonly #session: DfuSession
  readonly #transferSize: number

  constructor(session: DfuSession, transferSize: number) {
    this.#session = session
    this.#transferSize = transferSize
  }

  setAddress(address: number): Promise<void> {
    return orProtected(() =>
      this.#session.download(0, withAddress(commands.setAddress, address), {
        name: `set address ${hex32(address)}`,
        limitMs: ADDRESS_MS,
      }),
    )
  }

  eraseSector(address: number): Promise<void> {
    return orProtected(() =>
      this.#session.download(0, withAddress(commands.erase, address), {
        name: `erase ${hex32(address)}`,
        limitMs: SECTOR_MS,
      }),
    )
  }

  eraseAll(): Promise<void> {
    return orProtected(() =>
      this.#session.download(0, Uint8Array.of(commands.erase), { name: 'mass erase', limitMs: MASS_MS }),
    )
  }

  /** Removes the read protection, which erases the chip; the device then resets itself. */
  async readUnprotect(): Promise<void> {
    await this.#session.send(0, Uint8Array.of(commands.readUnprotect), 'read unprotect')
    // The work begins when the status is asked for; what follows is a device on its way off the bus.
    await this.#session.status('read unprotect')
  }

  /** Blocks of the largest size. Each has its address set before it, as dfu-util does, so that no device needs to count. */
  async write(address: number, bytes: Uint8Array, done: (bytes: number) => void): Promise<void> {
    for (let at = 0; at < bytes.length; at += this.#transferSize) {
      const block = bytes.subarray(at, at + this.#transferSize)
      await this.setAddress(address + at)
      await orProtected(() =>
        this.#session.download(firstBlock, block, { name: `write ${hex32(address + at)}`, limitMs: WRITE_MS }),
      )
      done(block.length)
    }
  }

  /**
   * Reads memory, piece by piece. The address of a block is counted in the length asked for, so a shorter last piece needs its address set.
   * The device is in dfuIDLE afterwards.
   */
  async read(address: number, length: number, take: (at: number, bytes: Uint8Array) => void): Promise<void> {
    let block = 0
    for (let at = 0; at < length; ) {
      // AN3156: 2 bytes at least.
      const size = Math.max(2, Math.min(this.#transferSize, length - at))
      if (at === 0 || size < this.#transferSize) {
        if (at > 0) await this.#session.abort()
        await this.setAddress(address + at)
        await this.#session.abort()
        block = firstBlock
      }
      const name = `read ${hex32(address + at)}`
      const bytes = await orProtected(() => this.#session.upload(block, size, name))
      if (bytes.length < Math.min(size, length - at)) throw new DfuRefusal(name, `${bytes.length}/${size}`)
      take(at, bytes.subarray(0, length - at))
      block += 1
      at += size
    }
    await this.#session.abort()
  }

  /** Starts the firmware. The device may leave before it answers. */
  async leave(start: number): Promise<void> {
    await this.setAddress(start)
    await this.#session.send(firstBlock, new Uint8Array(0), 'leave')
    await this.#session.status('leave')
  }
}
