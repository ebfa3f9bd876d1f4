import { createHash } from 'node:crypto'
import { type EspChipModel, type EspChipName, espChipModels } from './esp-chips.ts'
import { EspLine } from './esp-line.ts'
import { type EspFuses, EspRegisters } from './esp-registers.ts'
import { EspStorage } from './esp-storage.ts'
import {
  type Answer,
  checksumOf,
  type EspRequest,
  type EspStep,
  FrameReader,
  failed,
  frameOf,
  op,
  parseRequest,
  response,
  wordAt,
} from './esp-wire.ts'
import { type Fault, FaultPlan } from './faults.ts'
import { NorFlash } from './nor-flash.ts'
import type { TargetFactory } from './target.ts'

export interface EspRomOptions extends EspFuses {
  readonly chip: EspChipName
  /** Bytes, a power of two; left out: 4 MB. */
  readonly flashSize?: number
  readonly faults?: readonly Fault<EspStep>[]
  /** Flash addresses that read back wrong. */
  readonly worn?: readonly number[]
  /** Runs its firmware until DTR and RTS bring it into the loader; left out: waits in the loader, as with BOOT held. */
  readonly running?: boolean
  /** Only the reset line is connected: the loader needs BOOT held by hand. */
  readonly noBootPin?: boolean
  /** Called for every valid request, with its step. */
  readonly onStep?: (step: EspStep) => void
}

/** The state of a simulated chip, for tests and the demo. */
export interface EspRom {
  readonly attach: TargetFactory
  readonly flash: NorFlash
  /** Whether the firmware runs instead of the loader. */
  readonly running: boolean
  /** How often its lines or a command have reset it. */
  readonly resets: number
  readonly baudRate: number
}

const bootText = 'ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n'
const loaderText =
  'ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\nwaiting for download\r\n'

/** A chip in its ROM loader, which accepts a stub and then behaves like the stub. */
export const espRom = (options: EspRomOptions): EspRom => {
  const model: EspChipModel = espChipModels[options.chip]
  const flash = new NorFlash(options.flashSize ?? 4 * 1024 * 1024)
  const storage = new EspStorage(flash, options.worn ?? [])
  const faults = new FaultPlan(options.faults ?? [])
  const registers = new EspRegisters(model, options, flash.sizeCode)
  let frames = new FrameReader()
  let stub = false
  let running = options.running ?? false
  let resets = 0
  let memoryAddress = 0
  let line: EspLine | undefined
  let silent = false

  const reset = (toLoader: boolean) => {
    resets += 1
    stub = false
    storage.forget()
    frames = new FrameReader()
    running = !toLoader
    line?.setBaud()
    line?.send(new TextEncoder().encode(toLoader ? loaderText : bootText))
  }

  const securityInfo = (): Answer => {
    if (model.chipId === undefined) return { error: failed.invalid }
    const data = new Uint8Array(model.chipId === null ? 12 : 20)
    const view = new DataView(data.buffer)
    view.setUint32(0, options.secureBoot ? 1 : 0, true)
    data[4] = options.flashEncryption ? 1 : 0
    if (model.chipId !== null) view.setUint32(12, model.chipId, true)
    return { data }
  }

  const block = (request: EspRequest): Answer => {
    const bytes = request.data.subarray(16)
    if (bytes.length !== wordAt(request.data, 0)) return { error: failed.length }
    if (checksumOf(bytes) !== (request.checksum & 0xff)) return { error: failed.checksum }
    // A ROM answers after it has written the block; a stub writes it while the next one arrives.
    return request.op === op.memData ? {} : storage.take(wordAt(request.data, 1), bytes, !stub)
  }

  const end = (data: Uint8Array): Answer => {
    const answer = storage.end()
    if (!('error' in answer) && wordAt(data, 0) === 0) line?.afterwards(() => reset(false))
    return answer
  }

  const readFlash = (data: Uint8Array): Answer => {
    const [address, size, packet] = [wordAt(data, 0), wordAt(data, 1), wordAt(data, 2)]
    const bytes = storage.read(address, size)
    line?.afterwards(() => {
      for (let from = 0; from < size; from += packet) line?.send(frameOf(bytes.subarray(from, from + packet)))
      line?.send(frameOf(createHash('md5').update(bytes).digest()))
    })
    return {}
  }

  const execute = (request: EspRequest): Answer => {
    const { data } = request
    switch (request.op) {
      case op.readReg:
        return { value: registers.read(wordAt(data, 0)) }
      case op.writeReg:
        registers.write(wordAt(data, 0), wordAt(data, 1))
        return {}
      case op.securityInfo:
        return securityInfo()
      case op.spiAttach:
        return model.name === 'ESP8266' && !stub ? { error: failed.invalid } : {}
      case op.spiSetParams:
        return {}
      case op.memBegin:
        memoryAddress = wordAt(data, 3)
        return memoryAddress === 0 ? { error: failed.invalid } : {}
      case op.memEnd:
        stub = true
        line?.afterwards(() => line?.send(frameOf(new TextEncoder().encode('OHAI'))))
        return {}
      case op.memData:
      case op.flashData:
      case op.deflData:
        return block(request)
      case op.changeBaud:
        line?.afterwards(() => line?.setBaud(wordAt(data, 0)))
        return {}
      case op.flashBegin:
        return storage.begin(wordAt(data, 3), wordAt(data, 0), false)
      case op.deflBegin:
        return storage.begin(wordAt(data, 3), wordAt(data, 0), true)
      case op.flashEnd:
      case op.deflEnd:
        return end(data)
      case op.md5:
        return { data: storage.md5(wordAt(data, 0), wordAt(data, 1), stub) }
      case op.eraseFlash:
        if (!stub) return { error: failed.invalid }
        flash.erase(0, flash.bytes.length)
        return {}
      case op.eraseRegion:
        if (!stub) return { error: failed.invalid }
        flash.erase(wordAt(data, 0), wordAt(data, 1))
        return {}
      case op.readFlash:
        return stub ? readFlash(data) : { error: failed.invalid }
      default:
        return { error: failed.invalid }
    }
  }

  const reply = (request: EspRequest, answer: Answer) => {
    const status = new Uint8Array(stub ? 2 : model.statusBytes)
    if ('error' in answer) {
      status.set([1, answer.error])
      // A ROM answers an unknown command with eight errors that name no operation.
      const unknown = !stub && answer.error === failed.invalid
      for (let times = unknown ? 8 : 1; times > 0; times--) {
        line?.send(frameOf(response(unknown ? 0 : request.op, 0, status)))
      }
      return
    }
    const data = answer.data ?? new Uint8Array(0)
    line?.send(frameOf(response(request.op, answer.value ?? 0, new Uint8Array([...data, ...status]))))
  }

  const sync = () => {
    const status = new Uint8Array(stub ? 2 : model.statusBytes)
    for (let times = 0; times < 8; times++) line?.send(frameOf(response(op.sync, stub ? 0 : 0x2012_0707, status)))
  }

  const handle = (frame: Uint8Array): void => {
    const request = parseRequest(frame)
    if (!request || running || silent) return
    options.onStep?.(request.step)
    storage.settle()
    const fault = faults.at(request.step)
    if (fault === 'unplug') line?.unplug()
    else if (fault === 'silence') silent = true
    else if (fault === 'nack' || fault === 'cancel') reply(request, { error: failed.length })
    else if (fault === 'lose-answer') execute(request)
    // A frame without one byte has another length than it announces: the loader ignores it.
    else if (fault === undefined && request.op === op.sync) sync()
    else if (fault === undefined) reply(request, execute(request))
  }

  const attach: TargetFactory = (far) => {
    const own = new EspLine(far)
    line = own
    let inReset = false
    let bootPin = false
    return {
      receive: (bytes) => {
        if (!own.inTune) return
        for (const frame of frames.push(bytes)) own.handle(() => handle(frame))
      },
      configure: ({ baudRate }) => {
        own.hostBaud = baudRate
      },
      setLines: ({ dtr, rts }) => {
        // RTS holds the chip in reset, DTR pulls its boot pin; chips with native USB latch the pin when reset begins.
        if (rts && !inReset) bootPin = dtr
        if (!rts && inReset) reset((dtr || bootPin) && !options.noBootPin)
        inReset = rts
      },
      closed: () => own.close(),
    }
  }

  return {
    attach,
    flash,
    get running() {
      return running
    },
    get resets() {
      return resets
    },
    get baudRate() {
      return line?.baudRate ?? 115_200
    },
  }
}
