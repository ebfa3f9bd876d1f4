import { FlashError } from '../../flasher.ts'
import { hex, hex32 } from '../../hex.ts'
import type { TimedLink } from '../timed-link.ts'
import {
  ackByte,
  type CommandName,
  checksummed,
  commandFrame,
  commands,
  dataFrame,
  eraseFrame,
  nackByte,
  syncByte,
} from './frames.ts'

const answerMs = 1_000
/** Programming 256 bytes: well below a second, plus the way at 1200 baud. */
const writeMs = 4_000
const massEraseMs = 60_000
/** Erasing and programming the option bytes: well below a second. */
const optionsMs = 4_000
/** The slowest sector (128 KiB, F2 and F4 at low voltage) takes about 4 s. */
const pageEraseMs = 6_000
/** Erase counts in one byte, 0xFF being everything. */
const pagesPerCommand = 255
/** Longer than the answer to a byte takes on its way, through an adapter that collects for 16 ms. */
const quietMs = 60
/** Longest wait for a silent line. */
const drainMs = 500

/** The commands of the STM32 bootloader, one method a command (AN3155 section 3). */
export class Stm32Bootloader {
  readonly #wire: TimedLink
  /** For the middle of a command, which the signal must not cut: the chip would wait for the rest. */
  readonly #whole: TimedLink

  constructor(wire: TimedLink, whole: TimedLink) {
    this.#wire = wire
    this.#whole = whole
  }

  /**
   * Starts the session (AN3155 1): 0x7F, from which the chip measures the speed. A chip with a session takes it for half a command and
   * refuses the next, which is a reply as well. A chip that was left in the middle of a write waits for bytes. A line that gives 0x7F back
   * echoes: no chip sends it.
   * @throws FlashError STM32_SILENT, STM32_NOT_A_BOOTLOADER, STM32_ECHO.
   */
  async sync(): Promise<void> {
    let strange: number | undefined
    let echoes = 0
    // A late reply to a former program would be taken for ours.
    await this.#drained()
    for (let attempt = 0; attempt < 8; attempt++) {
      await this.#wire.send(attempt === 4 ? new Uint8Array(262).fill(syncByte) : Uint8Array.of(syncByte))
      for (;;) {
        const byte = await this.#wire.byte(attempt === 4 ? 600 : 250)
        if (byte === undefined) break
        if (byte === ackByte || byte === nackByte) {
          if (echoes > 0) throw new FlashError('STM32_ECHO')
          if (attempt !== 4) return
          continue
        }
        strange = byte
        if (byte === syncByte) echoes++
      }
    }
    if (echoes > 1) throw new FlashError('STM32_ECHO')
    if (strange === undefined) throw new FlashError('STM32_SILENT')
    throw new FlashError('STM32_NOT_A_BOOTLOADER', { got: hex(strange, 2) })
  }

  /** Get: the commands that this version of the bootloader knows (AN3155 3.1). */
  async get(): Promise<ReadonlySet<number>> {
    await this.#command('get')
    const [count] = await this.#bytes(1, 'get')
    const [, ...codes] = await this.#bytes((count ?? 0) + 1, 'get')
    await this.#ack('get', answerMs)
    return new Set(codes)
  }

  /** Get Version: `3.1` for 0x31; its two option bytes are obsolete and always 0 (AN3155 3.2). */
  async version(): Promise<string> {
    await this.#command('version')
    const [version = 0] = await this.#bytes(3, 'version')
    await this.#ack('version', answerMs)
    return `${version >> 4}.${version & 15}`
  }

  /** Get ID: the product id (AN3155 3.3). */
  async id(): Promise<number> {
    await this.#command('id')
    const [count] = await this.#bytes(1, 'id')
    const bytes = await this.#bytes((count ?? 0) + 1, 'id')
    await this.#ack('id', answerMs)
    return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
  }

  /**
   * Read Memory: 1 to 256 bytes (AN3155 3.4).
   * @returns undefined if the command itself is refused, which means read-out protection. @throws FlashError STM32_NACK for a refused address.
   */
  async read(address: number, count: number): Promise<Uint8Array | undefined> {
    if (!(await this.#accepts('read', address))) return undefined
    await this.#send(checksummed(addressBytes(address)), 'read', address)
    await this.#whole.send(commandFrame(count - 1))
    await this.#ack('read', answerMs, address)
    return this.#bytes(count, 'read', address, writeMs)
  }

  /** Write Memory: 1 to 256 bytes, a multiple of four (AN3155 3.6). */
  async write(address: number, bytes: Uint8Array): Promise<void> {
    // Built beforehand, because the line is idle between a reply and the next frame.
    const frame = dataFrame(bytes)
    await this.#command('write', address)
    await this.#send(checksummed(addressBytes(address)), 'write', address)
    await this.#whole.send(frame)
    await this.#ack('write', writeMs, address)
  }

  /** Erases everything: Extended Erase 0xFFFF, or Erase 0xFF (AN3155 3.8, 3.7). The signal may end the wait; the chip continues alone. */
  async eraseAll(extended: boolean): Promise<void> {
    await this.#command(extended ? 'extendedErase' : 'erase')
    await this.#whole.send(extended ? Uint8Array.of(0xff, 0xff, 0x00) : Uint8Array.of(0xff, 0x00))
    await this.#ack('erase', massEraseMs, 0, this.#wire)
  }

  /** Erases the pages or sectors of these numbers (AN3155 3.8, 3.7); `erased` is called with the number of erased pages. */
  async erasePages(pages: readonly number[], extended: boolean, erased: (count: number) => void): Promise<void> {
    for (let from = 0; from < pages.length; from += pagesPerCommand) {
      const some = pages.slice(from, from + pagesPerCommand)
      await this.#command(extended ? 'extendedErase' : 'erase')
      await this.#whole.send(eraseFrame(some, extended))
      await this.#ack('erase', answerMs + some.length * pageEraseMs, 0, this.#wire)
      erased(from + some.length)
    }
  }

  /** Go: starts the program whose vector table is there (AN3155 3.5). */
  async go(address: number): Promise<void> {
    await this.#command('go', address)
    await this.#send(checksummed(addressBytes(address)), 'go', address)
  }

  /** Write Unprotect: frees all sectors and resets the chip (AN3155 3.10). @returns as `#resetting`. */
  writeUnprotect(): Promise<boolean> {
    return this.#resetting('writeUnprotect', optionsMs)
  }

  /** Readout Protect: level 1, and resets the chip (AN3155 3.11). @returns as `#resetting`. */
  readoutProtect(): Promise<boolean> {
    return this.#resetting('readoutProtect', optionsMs)
  }

  /** Readout Unprotect: erases all flash and resets the chip (AN3155 3.12). @returns as `#resetting`. */
  readoutUnprotect(): Promise<boolean> {
    return this.#resetting('readoutUnprotect', massEraseMs)
  }

  /**
   * Resynchronises after a missing reply: the chip may wait for the rest of a frame that lost a byte. 0xFF never begins a command and
   * completes any frame with a wrong checksum, until the chip refuses.
   */
  async recover(): Promise<void> {
    for (let filled = 0; filled < 264; filled += 8) {
      await this.#whole.send(new Uint8Array(8).fill(0xff))
      if (!(await this.#drained())) continue
      // An odd 0xFF may be left as half a command: one more completes it and is refused, or begins another that the next one completes.
      await this.#whole.send(Uint8Array.of(0xff))
      if (await this.#drained()) return
      await this.#whole.send(Uint8Array.of(0xff))
      await this.#drained()
      return
    }
  }

  /** Reads until the line is silent or the time is over; returns whether anything arrived. */
  async #drained(): Promise<boolean> {
    const deadline = this.#whole.now + drainMs
    let any = false
    while (this.#whole.now < deadline && (await this.#whole.byte(quietMs)) !== undefined) any = true
    this.#whole.flush()
    return any
  }

  /** Sends a command and its complement; false if it is refused (AN3155 3, "Communication safety"). */
  async #accepts(command: CommandName, address: number): Promise<boolean> {
    await this.#wire.send(commandFrame(commands[command].code))
    const answer = await this.#whole.byte(answerMs)
    if (answer === ackByte) return true
    if (answer === nackByte) return false
    throw this.#silent(command, address)
  }

  async #command(command: CommandName, address = 0): Promise<void> {
    if (!(await this.#accepts(command, address))) throw this.#refused(command, address)
  }

  async #send(frame: Uint8Array, command: CommandName, address: number): Promise<void> {
    await this.#whole.send(frame)
    await this.#ack(command, answerMs, address)
  }

  async #ack(command: CommandName, timeoutMs: number, address = 0, wire = this.#whole): Promise<void> {
    const deadline = wire.now + timeoutMs
    while (wire.now < deadline) {
      const byte = await wire.byte(deadline - wire.now)
      if (byte === ackByte) return
      if (byte === nackByte) throw this.#refused(command, address)
      // AN3155 3.8 (newer chips) send BUSY while they work; anything else is noise.
    }
    throw this.#silent(command, address)
  }

  /**
   * A command after which the chip resets: one reply when it begins, one when it is done. The reset may swallow the second one.
   * @returns whether the second reply came. @throws FlashError STM32_NACK, STM32_NO_ANSWER for the first one.
   */
  async #resetting(command: CommandName, timeoutMs: number): Promise<boolean> {
    await this.#command(command)
    try {
      await this.#ack(command, timeoutMs, 0, this.#wire)
      return true
    } catch (error) {
      if (error instanceof FlashError && error.code === 'STM32_NO_ANSWER') return false
      throw error
    }
  }

  async #bytes(count: number, command: CommandName, address = 0, timeoutMs = answerMs): Promise<Uint8Array> {
    const bytes = await this.#whole.bytes(count, timeoutMs)
    if (!bytes) throw this.#silent(command, address)
    return bytes
  }

  #refused(command: CommandName, address: number): FlashError {
    return new FlashError('STM32_NACK', { command: commands[command].name, address: hex32(address) })
  }

  #silent(command: CommandName, address: number): FlashError {
    return new FlashError('STM32_NO_ANSWER', { command: commands[command].name, address: hex32(address) })
  }
}

const addressBytes = (address: number): Uint8Array =>
  Uint8Array.of(address >>> 24, (address >>> 16) & 0xff, (address >>> 8) & 0xff, address & 0xff)
