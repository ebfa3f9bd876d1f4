import { DfuMemory } from './dfu-memory.ts'
import { configurationOf, type DfuModel, describeDfu, dfuModels } from './dfu-models.ts'
import { type Fault, FaultPlan } from './faults.ts'
import type { TargetClock, UsbTarget, UsbTargetFactory, UsbTargetPort, UsbTargetSetup } from './target.ts'

/** Where a fault may occur; `status`: at any GETSTATUS. */
export type DfuStep = 'detach' | 'status' | 'address' | 'erase' | 'write' | 'manifest' | 'read' | 'leave'

export interface DfuTargetOptions {
  readonly clock: TargetClock
  readonly model?: DfuModel
  readonly serialNumber?: string
  readonly faults?: readonly Fault<DfuStep>[]
  /** Left out: in DFU mode. */
  readonly mode?: 'app' | 'dfu'
  readonly isProtected?: boolean
  /** Addresses of sectors that ignore erase and write, without an error. */
  readonly writeProtected?: readonly number[]
  /** What is said in place of the true waiting time. */
  readonly pollMs?: number
  /** The device is gone before it has answered the host's last question. */
  readonly leavesEarly?: boolean
  /** After its firmware was started it shows itself as this; left out: not at all. */
  readonly afterLeave?: 'app'
  /** The state that another host left it in, by its number. */
  readonly leftIn?: number
}

const [IDLE, SYNC, BUSY, LOADING, MANIFEST_SYNC, MANIFESTING, WAIT_RESET, READING, FAILED] = [
  2, 3, 4, 5, 6, 7, 8, 9, 10,
]
const [OK, BAD_TARGET, BAD_WRITE, BAD_ERASE, BAD_FIRMWARE, VENDOR, STALLED] = [0, 1, 3, 4, 10, 11, 15]
/** A device is off the bus for this long. */
const AWAY_MS = 300

/** A device at its place, with what it holds. */
export class DfuDevice implements UsbTarget {
  readonly memory: DfuMemory
  /** Bytes of a plain DFU device's firmware; undefined until the first one is taken. */
  firmware: Uint8Array | undefined
  /** How often the host asked before the time that it was told to wait. */
  impatient = 0
  isProtected: boolean
  mode: 'app' | 'dfu'
  readonly #options: DfuTargetOptions
  readonly #model: DfuModel
  readonly #port: UsbTargetPort
  readonly #plan: FaultPlan<DfuStep>
  #state: number
  #status = OK
  #address = 0
  #alternate = 0
  #isSilent = false
  #readyAt = 0
  #nextStatus = 0
  /** What the next GETSTATUS begins: how long it takes, and what it does. */
  #pending: { readonly ms: number; readonly work: () => void } | undefined
  #blocks: Uint8Array[] = []
  #expected = 0

  constructor(port: UsbTargetPort, options: DfuTargetOptions) {
    this.#port = port
    this.#options = options
    this.#model = options.model ?? dfuModels.f4
    this.#plan = new FaultPlan(options.faults ?? [])
    this.memory = new DfuMemory(this.#model.segments, options.writeProtected ?? [])
    this.isProtected = options.isProtected ?? false
    this.mode = options.mode ?? 'dfu'
    this.#state = options.leftIn ?? (this.mode === 'app' ? 0 : IDLE)
  }

  describe() {
    return describeDfu(this.#model, this.mode, this.#options.serialNumber)
  }

  select(_: number, alternate: number): void {
    this.#alternate = alternate
  }

  reset(): void {
    if (this.#state === 1) this.#comeBack('dfu')
    else if (this.mode === 'dfu') this.#start()
  }

  controlIn({ type, request, value }: UsbTargetSetup, length: number): Uint8Array | 'stall' | 'silence' {
    if (this.#isSilent) return 'silence'
    if (type === 'standard') return configurationOf(this.#model, this.describe()).subarray(0, length)
    if (request === 3) return this.#getStatus()
    if (request === 2) return this.#upload(value, length)
    return this.#refuse(STALLED)
  }

  controlOut({ request, value }: UsbTargetSetup, bytes: Uint8Array): 'done' | 'stall' | 'silence' {
    if (this.#isSilent) return 'silence'
    if (request === 0) return this.#detach()
    if (this.mode === 'app') return 'stall'
    if (request === 4) this.#state = this.#state === FAILED ? IDLE : this.#state
    else if (request === 6)
      this.#state = this.#state === LOADING || this.#state === READING || this.#state === IDLE ? IDLE : this.#state
    else if (request === 1) return this.#download(value, bytes)
    else return this.#refuse(STALLED)
    if (request === 4) this.#status = OK
    this.#restart()
    return 'done'
  }

  #restart(): void {
    this.#blocks = []
    this.#expected = 0
  }

  /** The fault of a step: `stall` and `silence` are answers, undefined is none. */
  #fault(step: DfuStep): 'nack' | 'silence' | undefined {
    const kind = this.#plan.at(step)
    if (kind === 'unplug') {
      this.#port.unplug()
      return undefined
    }
    if (kind === 'silence') this.#isSilent = true
    return kind === 'nack' || kind === 'silence' ? kind : undefined
  }

  #refuse(status: number): 'stall' {
    this.#state = FAILED
    this.#status = status
    return 'stall'
  }

  #detach(): 'done' | 'stall' | 'silence' {
    const fault = this.#fault('detach')
    if (fault) return fault === 'nack' ? 'stall' : 'silence'
    this.#state = 1
    if ((this.#model.attributes & 8) !== 0) this.#comeBack('dfu')
    return 'done'
  }

  #comeBack(mode: 'app' | 'dfu'): void {
    this.#port.leave()
    this.#options.clock.after(AWAY_MS, () => {
      this.mode = mode
      this.#state = mode === 'app' ? 0 : IDLE
      this.#pending = undefined
      this.#restart()
      this.#port.arrive()
    })
  }

  /** The firmware runs. */
  #start(): void {
    if (this.#options.afterLeave) this.#comeBack('app')
    else this.#port.leave()
  }

  #getStatus(): Uint8Array | 'stall' | 'silence' {
    const fault = this.#fault('status')
    if (fault) return fault === 'nack' ? 'stall' : 'silence'
    const now = this.#options.clock.now()
    if (now < this.#nextStatus && this.#options.pollMs === undefined) this.impatient += 1
    let wait = 0
    if (this.#pending && (this.#state === SYNC || this.#state === MANIFEST_SYNC)) {
      this.#state = this.#state === SYNC ? BUSY : MANIFESTING
      wait = this.#pending.ms
      this.#readyAt = now + wait
    } else if (this.#pending && now < this.#readyAt) wait = this.#readyAt - now
    else if (this.#pending) {
      const { work } = this.#pending
      this.#pending = undefined
      work()
    }
    const poll = this.#pending ? (this.#options.pollMs ?? wait) : 0
    this.#nextStatus = now + poll
    const answer = Uint8Array.of(this.#status, poll & 0xff, (poll >> 8) & 0xff, (poll >> 16) & 0xff, this.#state, 0)
    if (this.#state === MANIFESTING && this.#model.dialect === 'dfuse') {
      // The answer is out before the device leaves, unless it leaves early.
      if (this.#options.leavesEarly) this.#start()
      else this.#options.clock.after(1, () => this.#start())
    }
    return this.#isSilent ? 'silence' : answer
  }

  #download(block: number, bytes: Uint8Array): 'done' | 'stall' | 'silence' {
    if (this.#state !== IDLE && this.#state !== LOADING) return this.#refuse(STALLED)
    if (bytes.length > this.#model.transferSize) return this.#refuse(STALLED)
    return this.#model.dialect === 'dfuse' ? this.#downloadSe(block, bytes) : this.#downloadPlain(block, bytes)
  }

  /** Begins a step at the next GETSTATUS; it ends in dfuDNLOAD-IDLE, or with a status. */
  #begin(step: DfuStep, ms: number, bad: number, work: () => number | undefined): 'done' | 'stall' | 'silence' {
    const fault = this.#fault(step)
    if (fault === 'silence') return 'silence'
    this.#state = SYNC
    this.#pending = {
      ms,
      work: () => {
        const status = fault === 'nack' ? bad : work()
        this.#state = status === undefined ? LOADING : FAILED
        this.#status = status ?? OK
      },
    }
    return 'done'
  }

  #downloadSe(block: number, bytes: Uint8Array): 'done' | 'stall' | 'silence' {
    const { eraseMs, massMs, writeMs } = this.#model
    const guarded = (work: () => number | undefined) => (): number | undefined => (this.isProtected ? VENDOR : work())
    if (bytes.length === 0) {
      const fault = this.#fault('leave')
      if (fault) return fault === 'nack' ? this.#refuse(BAD_TARGET) : 'silence'
      this.#state = MANIFEST_SYNC
      this.#pending = { ms: 10, work: () => undefined }
      return 'done'
    }
    const address = bytes.length === 5 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(1, true) : 0
    if (block >= 2) {
      const start = this.#address + (block - 2) * this.#model.transferSize
      return this.#begin(
        'write',
        writeMs,
        BAD_WRITE,
        guarded(() => (this.memory.write(start, bytes) ? undefined : BAD_TARGET)),
      )
    }
    if (bytes[0] === 0x21 && bytes.length === 5)
      return this.#begin(
        'address',
        0,
        BAD_TARGET,
        guarded(() => {
          this.#address = address
          return this.memory.at(address) ? undefined : BAD_TARGET
        }),
      )
    if (bytes[0] === 0x41 && bytes.length === 5)
      return this.#begin(
        'erase',
        eraseMs,
        BAD_ERASE,
        guarded(() => {
          const sector = this.memory.at(address)
          if (!sector) return BAD_TARGET
          this.memory.erase(sector)
          return undefined
        }),
      )
    if (bytes[0] === 0x41)
      return this.#begin(
        'erase',
        massMs,
        BAD_ERASE,
        guarded(() => void this.memory.eraseAll()),
      )
    if (bytes[0] === 0x92) {
      this.#options.clock.after(massMs, () => {
        this.memory.eraseAll()
        this.isProtected = false
        this.#comeBack('dfu')
      })
      return this.#begin('erase', massMs, BAD_ERASE, () => undefined)
    }
    return this.#refuse(STALLED)
  }

  #downloadPlain(block: number, bytes: Uint8Array): 'done' | 'stall' | 'silence' {
    if (block !== (this.#expected & 0xffff)) return this.#refuse(BAD_TARGET)
    this.#expected += 1
    if (bytes.length > 0) {
      const copy = Uint8Array.from(bytes)
      return this.#begin('write', this.#model.writeMs, BAD_WRITE, () => {
        this.firmware ??= new Uint8Array(0)
        this.#blocks.push(copy)
        return undefined
      })
    }
    const fault = this.#fault('manifest')
    if (fault === 'silence') return 'silence'
    this.#state = MANIFEST_SYNC
    this.#pending = {
      ms: this.#model.massMs,
      work: () => {
        this.firmware = Buffer.concat(this.#blocks)
        this.#status = fault === 'nack' ? BAD_FIRMWARE : OK
        this.#state = fault === 'nack' ? FAILED : (this.#model.attributes & 4) !== 0 ? IDLE : WAIT_RESET
        this.#restart()
      },
    }
    return 'done'
  }

  #upload(block: number, length: number): Uint8Array | 'stall' | 'silence' {
    if (this.mode === 'app' || (this.#state !== IDLE && this.#state !== READING)) return this.#refuse(STALLED)
    const fault = this.#fault('read')
    if (fault) return fault === 'nack' ? this.#refuse(BAD_TARGET) : 'silence'
    if (this.#model.dialect === 'dfu') {
      const firmware = this.firmware ?? new Uint8Array(0)
      const piece = firmware.subarray(block * this.#model.transferSize, block * this.#model.transferSize + length)
      this.#state = piece.length < length ? IDLE : READING
      return Uint8Array.from(piece)
    }
    if (this.isProtected) return this.#refuse(VENDOR)
    if (block === 0) return Uint8Array.of(0, 0x21, 0x41, 0x92)
    const bytes = this.memory.read(this.#address + (block - 2) * length, length)
    if (!bytes) return this.#refuse(BAD_TARGET)
    this.#state = READING
    return bytes
  }

  /** The setting that the host selected. */
  get alternate(): number {
    return this.#alternate
  }
}

/** A simulated device with a DFU bootloader; `made` gets it. */
export const dfuTarget =
  (options: DfuTargetOptions, made: (device: DfuDevice) => void = () => undefined): UsbTargetFactory =>
  (port) => {
    const device = new DfuDevice(port, options)
    made(device)
    return device
  }
