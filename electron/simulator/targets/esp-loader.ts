import type { EspChipModel } from './esp-chips.ts'
import { EspReading } from './esp-reading.ts'
import type { EspRegisters } from './esp-registers.ts'
import type { EspStorage } from './esp-storage.ts'
import { type Answer, checksumOf, type EspRequest, op, romFailed, stubFailed, wordAt } from './esp-wire.ts'

/** What a ROM buffers of one frame, and what a stub does; over a ROM's own USB both are smaller (esptool, USB_RAM_BLOCK). */
const bufferSizes = { rom: 0x1800, stub: 0x4000, otg: 0x800 } as const
const blockHeader = 16
const slowRead = 64
const sector = 4096
const sectorsPerBlock = 16
/** Where an ESP32-S3's ROM keeps the address of its function that reads flash. */
const s3ReadFunction = 0x3fce_f688

const esp8266Commands: readonly number[] = [
  ...[op.flashBegin, op.flashData, op.flashEnd, op.memBegin, op.memEnd, op.memData, op.writeReg, op.readReg],
]
const romCommands: readonly number[] = [
  ...esp8266Commands,
  ...[op.spiSetParams, op.spiAttach, op.readFlashSlow, op.changeBaud, op.deflBegin, op.deflData, op.deflEnd, op.md5],
]
const secureDownloadCommands: readonly number[] = [
  ...[op.flashBegin, op.flashData, op.flashEnd, op.spiSetParams, op.spiAttach, op.changeBaud, op.securityInfo],
]
const stubOnly: readonly number[] = [op.eraseFlash, op.eraseRegion, op.readFlash, op.runUserCode]

export interface EspLoaderSettings {
  readonly model: EspChipModel
  readonly registers: EspRegisters
  readonly storage: EspStorage
  readonly secureBoot: boolean
  readonly flashEncryption: boolean
  readonly secureDownload: boolean
  readonly overOtg: boolean
}

/** What the loader asks of the chip, once its answer has been sent. */
export interface EspLoaderActions {
  afterwards(next: () => void): void
  sendFrame(content: Uint8Array): void
  setBaud(baudRate: number): void
  /** `user`: its firmware is started; `software`: it restarts without looking at its boot pin. */
  leave(how: 'user' | 'software'): void
}

/**
 * The ROM loader's commands, and after an upload the stub's: each loader has commands, lengths of commands, errors and buffers of its
 * own (esptool documentation, "Serial Protocol").
 */
export class EspLoader {
  readonly #chip: EspLoaderSettings
  readonly #actions: EspLoaderActions
  /** Whether an uploaded stub runs instead of the ROM. */
  stub = false
  #reading: EspReading | undefined
  #memory: { readonly address: number; readonly size: number } | undefined
  #loaded: (readonly [from: number, to: number])[] = []

  constructor(chip: EspLoaderSettings, actions: EspLoaderActions) {
    this.#chip = chip
    this.#actions = actions
  }

  reset(): void {
    this.stub = false
    this.#reading = undefined
    this.#memory = undefined
    this.#loaded = []
  }

  /** Takes a frame that is no request: the host's acknowledgement of what was read. */
  acknowledge(frame: Uint8Array): void {
    if (this.#reading && frame.length === 4 && !this.#reading.continue(wordAt(frame, 0))) this.#reading = undefined
  }

  /** Whether a request of this size is received at all. */
  fits(request: EspRequest): boolean {
    const { rom, stub, otg } = bufferSizes
    const most = this.#chip.overOtg ? otg : this.stub ? stub : rom
    return request.data.length <= most + blockHeader
  }

  #knows(code: number): boolean {
    const { model, secureDownload } = this.#chip
    if (this.stub) return romCommands.includes(code) || stubOnly.includes(code) || code === op.securityInfo
    if (secureDownload) return secureDownloadCommands.includes(code)
    if (code === op.securityInfo) return model.chipId !== undefined
    return (model.name === 'ESP8266' ? esp8266Commands : romCommands).includes(code)
  }

  execute(request: EspRequest): Answer {
    const { data } = request
    const { registers, storage } = this.#chip
    if (!this.#knows(request.op)) return 'unknown'
    switch (request.op) {
      case op.readReg:
        return { value: registers.read(wordAt(data, 0)) }
      case op.writeReg:
        // An operation may hold several writes, each with a mask and a delay.
        for (let at = 0; at < data.length; at += 16) {
          const part = data.subarray(at)
          registers.write(wordAt(part, 0), wordAt(part, 1), part.length >= 12 ? wordAt(part, 2) : undefined)
        }
        return {}
      case op.securityInfo:
        return this.#securityInfo()
      case op.spiAttach:
        if (data.length !== (this.stub ? 4 : 8)) return this.#badLength()
        registers.attached = true
        return {}
      case op.spiSetParams:
        return data.length === 24 ? {} : this.#badLength()
      case op.memBegin:
        return this.#beginMemory(data)
      case op.memData:
      case op.flashData:
      case op.deflData:
        return this.#block(request)
      case op.memEnd:
        return this.#endMemory(data)
      case op.changeBaud:
        this.#actions.afterwards(() => this.#actions.setBaud(wordAt(data, 0)))
        return {}
      case op.flashBegin:
      case op.deflBegin:
        return this.#beginFlash(request)
      case op.flashEnd:
      case op.deflEnd:
        return this.#endFlash(data)
      case op.md5:
        return { data: storage.md5(wordAt(data, 0), wordAt(data, 1), this.stub) }
      case op.eraseFlash:
        storage.flash.erase(0, storage.flash.bytes.length)
        return {}
      case op.eraseRegion:
        if (wordAt(data, 0) % sector !== 0 || wordAt(data, 1) % sector !== 0) return { error: stubFailed.length }
        storage.flash.erase(wordAt(data, 0), wordAt(data, 1))
        return {}
      case op.readFlash:
        return this.#read(data)
      case op.readFlashSlow:
        return this.#readSlowly(data)
      case op.runUserCode:
        // Only the ESP8266's stub starts the firmware; the others' ends, and its ROM goes on.
        this.#actions.afterwards(() => this.#actions.leave(this.#chip.model.name === 'ESP8266' ? 'user' : 'software'))
        return 'silent'
      default:
        return 'unknown'
    }
  }

  #badLength(): Answer {
    return { error: this.stub ? stubFailed.length : romFailed.format }
  }

  #securityInfo(): Answer {
    const { model, secureBoot, flashEncryption, secureDownload, registers } = this.#chip
    const hasChipId = typeof model.chipId === 'number'
    const data = new Uint8Array(hasChipId ? 20 : 12)
    const view = new DataView(data.buffer)
    view.setUint32(0, (secureBoot ? 1 : 0) | (secureDownload ? 4 : 0), true)
    data[4] = flashEncryption ? 1 : 0
    if (hasChipId) {
      view.setUint32(12, model.chipId ?? 0, true)
      view.setUint32(16, registers.revision, true)
    }
    return { data }
  }

  #beginMemory(data: Uint8Array): Answer {
    const [size, , , address] = [0, 1, 2, 3].map((index) => wordAt(data, index)) as [number, number, number, number]
    const isRam = this.#chip.model.ram.some(([from, to]) => address >= from && address + size <= to)
    if (!isRam) return { error: this.stub ? stubFailed.length : romFailed.ramAddress }
    this.#memory = { address, size }
    return {}
  }

  #block(request: EspRequest): Answer {
    const { storage, registers } = this.#chip
    const bytes = request.data.subarray(blockHeader)
    if (bytes.length !== wordAt(request.data, 0)) return this.#badLength()
    if (checksumOf(bytes) !== (request.checksum & 0xff)) {
      return { error: this.stub ? stubFailed.checksum : romFailed.checksum }
    }
    if (request.op === op.memData) {
      if (!this.#memory) return this.#badLength()
      const { address, size } = this.#memory
      if (wordAt(request.data, 1) === 0) this.#loaded.push([address, address + size])
      return {}
    }
    if (!registers.attached || !registers.isFlashPowered) return this.#flashFails()
    // A ROM answers after it has written the block; a stub writes it while the next one arrives.
    const refused = storage.take(wordAt(request.data, 1), bytes, !this.stub)
    if (refused === undefined) return {}
    if (!this.stub) return { error: romFailed.inflate }
    return { error: refused === 'mode' ? stubFailed.mode : stubFailed.inflate }
  }

  #flashFails(): Answer {
    return { error: this.stub ? stubFailed.result : romFailed.result }
  }

  #endMemory(data: Uint8Array): Answer {
    const entry = wordAt(data, 1)
    if (wordAt(data, 0) === 1 || entry === 0) return {}
    const { model, secureBoot } = this.#chip
    // These ROMs do not start a program from RAM once secure boot is on (esptool, run_stub).
    if (secureBoot && (model.name === 'ESP32-S3' || model.name === 'ESP32-C3')) return 'silent'
    // A jump to what was not loaded is never heard of again.
    if (!this.#loaded.some(([from, to]) => entry >= from && entry < to)) return 'silent'
    this.#startStub()
    return {}
  }

  #startStub(): void {
    this.#actions.afterwards(() => {
      this.stub = true
      this.#chip.registers.attached = true
      this.#actions.sendFrame(new TextEncoder().encode('OHAI'))
    })
  }

  #beginFlash({ op: code, data }: EspRequest): Answer {
    const { model, registers, storage } = this.#chip
    const [first, blocks, blockSize, address] = [0, 1, 2, 3].map((index) => wordAt(data, index)) as [
      number,
      number,
      number,
      number,
    ]
    const isOld = model.name === 'ESP8266' || model.name === 'ESP32'
    // ROMs since the ESP32-S2 take a fifth word: whether the data is encrypted. A stub takes both.
    const isLength = this.stub ? data.length === 16 || data.length === 20 : data.length === (isOld ? 16 : 20)
    if (!isLength) return this.#badLength()
    if (model.name === 'ESP8266') registers.attached = true
    if (first === 0) return {}
    if (!registers.attached || !registers.isFlashPowered) return this.#flashFails()
    const compressed = code === op.deflBegin
    const size = compressed || this.stub ? first : blocks * blockSize
    const erase = model.name === 'ESP8266' && !this.stub ? erasedByEsp8266(address, first) : first
    storage.begin({ address, erase, size, compressed })
    return {}
  }

  #endFlash(data: Uint8Array): Answer {
    const missing = this.#chip.storage.end()
    if (this.stub && missing > 0) return { error: stubFailed.short }
    const isReboot = wordAt(data, 0) === 0
    // A stub only reboots, which leads into the ROM loader again; 1 keeps it. A ROM's 1 starts the firmware.
    if (isReboot) this.#actions.afterwards(() => this.#actions.leave('software'))
    else if (!this.stub) this.#actions.afterwards(() => this.#actions.leave('user'))
    return {}
  }

  #read(data: Uint8Array): Answer {
    const [address, size, packet, most] = [0, 1, 2, 3].map((index) => wordAt(data, index)) as [
      number,
      number,
      number,
      number,
    ]
    const bytes = this.#chip.storage.read(address, size)
    const reading = new EspReading(bytes, packet, most, (content) => this.#actions.sendFrame(content))
    this.#actions.afterwards(() => {
      this.#reading = reading.continue(0) ? reading : undefined
    })
    return {}
  }

  #readSlowly(data: Uint8Array): Answer {
    const { model, registers, storage } = this.#chip
    if (this.stub) return 'unknown'
    if (model.name === 'ESP32-S3' && registers.read(s3ReadFunction) !== 0) {
      this.#startStub()
      return 'silent'
    }
    if (!registers.attached || !registers.isFlashPowered) return { error: romFailed.result }
    const bytes = new Uint8Array(slowRead)
    bytes.set(storage.read(wordAt(data, 0), Math.min(slowRead, wordAt(data, 1))))
    return { data: bytes }
  }
}

/**
 * How much an ESP8266's ROM erases when asked for `size`: it counts the sectors up to the next 64 KB twice (esptool, get_erase_size, which
 * asks for less).
 */
const erasedByEsp8266 = (address: number, size: number): number => {
  const asked = Math.ceil(size / sector)
  const head = sectorsPerBlock - (Math.floor(address / sector) % sectorsPerBlock)
  return (asked <= head ? asked * 2 : asked + head) * sector
}
