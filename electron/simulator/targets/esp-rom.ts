import { type EspChipModel, type EspChipName, espChipModels } from './esp-chips.ts'
import { EspLine } from './esp-line.ts'
import { EspLoader } from './esp-loader.ts'
import { type EspFuses, EspRegisters } from './esp-registers.ts'
import { EspStorage } from './esp-storage.ts'
import {
  type Answer,
  type EspRequest,
  type EspStep,
  FrameReader,
  frameOf,
  op,
  parseRequest,
  response,
  romFailed,
  stubFailed,
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
  /** Runs its firmware until DTR and RTS bring it into the loader; left out: waits in the loader, because BOOT was held at power-on. */
  readonly running?: boolean
  /** Only the reset line is connected: the loader needs BOOT held by hand. */
  readonly noBootPin?: boolean
  /** BOOT is held all the time: every reset leads into the loader. */
  readonly bootHeld?: boolean
  /** Leaves the bus whenever it goes from firmware to loader or back, as chips do whose own USB is the line. */
  readonly leavesBus?: boolean
  /** Called for every valid request, with its step. */
  readonly onStep?: (step: EspStep) => void
}

/** The state of a simulated chip, for tests and the demo. */
export interface EspRom {
  readonly attach: TargetFactory
  readonly flash: NorFlash
  /** Whether the firmware runs instead of the loader. */
  readonly running: boolean
  /** How often its lines, a watchdog or a command have reset it. */
  readonly resets: number
  readonly baudRate: number
  /** Whether a watchdog that nobody feeds still runs; it resets the chip while its flash is written. */
  readonly watchdogRuns: boolean
  /** Resets it as its RESET button does. */
  pressReset(): void
}

const bootText = 'ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n'
const loaderText =
  'ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\nwaiting for download\r\n'
/** Operations on flash that a watchdog lets pass before it resets the chip. */
const watchdogPatience = 4
const romSyncValue = 0x2012_0707
const repeats = 8

/** How a chip is reset: the pin, a watchdog and power sample BOOT; software does not. */
type ResetCause = 'pin' | 'watchdog' | 'software'

/** A chip in its ROM loader, which accepts a stub and then behaves like the stub. */
export const espRom = (options: EspRomOptions): EspRom => {
  const model: EspChipModel = espChipModels[options.chip]
  const flash = new NorFlash(options.flashSize ?? 4 * 1024 * 1024)
  const storage = new EspStorage(flash, options.worn ?? [])
  const faults = new FaultPlan(options.faults ?? [])
  const registers = new EspRegisters(model, options, flash.sizeCode, () => line?.baudRate ?? 115_200)
  let frames = new FrameReader()
  let running = options.running ?? false
  let bootPinLow = !running
  let resets = 0
  let line: EspLine | undefined
  let silent = false
  let patience = watchdogPatience
  registers.setBoot(bootPinLow, false)

  const restart = (isForced: boolean, startsFirmware: boolean) => {
    resets += 1
    loader.reset()
    registers.reset()
    registers.setBoot(bootPinLow, isForced)
    storage.forget()
    frames = new FrameReader()
    patience = watchdogPatience
    const isOther = running !== startsFirmware
    running = startsFirmware
    line?.setBaud()
    if (options.leavesBus && isOther) {
      line?.unplug()
      return
    }
    line?.send(new TextEncoder().encode(running ? bootText : loaderText))
  }

  /** @param pin whether BOOT is pulled from outside while the chip is reset. */
  const reset = (cause: ResetCause, pin = false) => {
    if (cause !== 'software') bootPinLow = (pin && !options.noBootPin) || options.bootHeld === true
    // Entering over its own USB forces download mode; an ESP32-S3 stays in it until a host takes that back (arduino-esp32 issue 6762).
    const isEntry = pin && options.usb !== undefined
    const isForced = isEntry || (registers.isDownloadForced && model.name === 'ESP32-S3')
    restart(isForced, !bootPinLow && !isForced)
  }

  const loader = new EspLoader(
    {
      model,
      registers,
      storage,
      secureBoot: options.secureBoot ?? false,
      flashEncryption: options.flashEncryption ?? false,
      secureDownload: options.secureDownload ?? false,
      overOtg: options.usb === 'otg',
    },
    {
      afterwards: (next) => line?.afterwards(next),
      sendFrame: (content) => line?.send(frameOf(content)),
      setBaud: (baudRate) => line?.setBaud(baudRate),
      leave: (how) => (how === 'user' ? restart(false, true) : reset('software')),
    },
  )
  registers.onWatchdog = () => line?.afterwards(() => reset('watchdog'))

  const reply = (request: EspRequest, answer: Answer) => {
    if (answer === 'silent') return
    const status = new Uint8Array(loader.stub ? 2 : model.statusBytes)
    if (answer === 'unknown') {
      status.set([1, loader.stub ? stubFailed.unknown : romFailed.format])
      // A ROM answers an unknown command with eight errors that name no operation.
      const [times, code] = loader.stub ? [1, request.op] : [repeats, 0]
      for (let left = times; left > 0; left--) line?.send(frameOf(response(code, 0, status)))
      return
    }
    if ('error' in answer) {
      status.set([1, answer.error])
      line?.send(frameOf(response(request.op, 0, status)))
      return
    }
    const data = answer.data ?? new Uint8Array(0)
    line?.send(frameOf(response(request.op, answer.value ?? 0, new Uint8Array([...data, ...status]))))
  }

  const sync = () => {
    const status = new Uint8Array(loader.stub ? 2 : model.statusBytes)
    const value = loader.stub ? 0 : romSyncValue
    for (let times = 0; times < repeats; times++) line?.send(frameOf(response(op.sync, value, status)))
  }

  /** Whether a watchdog that nobody feeds resets the chip now: erasing and writing take long. */
  const isBitten = (step: EspStep): boolean => {
    if (!registers.watchdogRuns || (step !== 'write' && step !== 'erase')) return false
    patience -= 1
    return patience <= 0
  }

  const handle = (frame: Uint8Array): void => {
    if (running || silent) return
    const request = parseRequest(frame)
    if (!request) {
      loader.acknowledge(frame)
      return
    }
    if (!loader.fits(request)) return
    options.onStep?.(request.step)
    storage.settle()
    if (isBitten(request.step)) {
      reset('watchdog')
      return
    }
    const fault = faults.at(request.step)
    if (fault === 'unplug') line?.unplug()
    else if (fault === 'silence') silent = true
    else if (fault === 'nack' || fault === 'cancel') reply(request, { error: stubFailed.length })
    else if (fault === 'lose-answer') loader.execute(request)
    // A frame without one byte has another length than it announces: the loader ignores it.
    else if (fault === undefined && request.op === op.sync) sync()
    else if (fault === undefined) reply(request, loader.execute(request))
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
        // A ROM's own USB has no reset line: the chip restarts by software, and its boot pin is not looked at.
        if (!rts && inReset) reset(options.usb === 'otg' ? 'software' : 'pin', dtr || bootPin)
        inReset = rts
      },
      closed: () => own.close(),
    }
  }

  return {
    attach,
    flash,
    pressReset: () => reset('pin'),
    get running() {
      return running
    },
    get resets() {
      return resets
    },
    get baudRate() {
      return line?.baudRate ?? 115_200
    },
    get watchdogRuns() {
      return registers.watchdogRuns
    },
  }
}
