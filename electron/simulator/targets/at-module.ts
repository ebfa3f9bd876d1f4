import type { AtDialect, AtStep, TalkingModule } from './at-dialect.ts'
import type { Fault } from './faults.ts'
import { FaultyLine } from './faulty-line.ts'
import type { Target, TargetClock, TargetLine } from './target.ts'

/** One request of a module for a piece of its package. */
export interface AtAnswer {
  readonly status: number
  readonly bytes: Uint8Array
  /** Bytes of the whole package. */
  readonly total: number
}
/** Fetches bytes `start` to `end`, exclusive. Rejects where there is no network. */
export type AtFetch = (url: string, start: number, end: number) => Promise<AtAnswer>

export interface AtModuleOptions {
  readonly clock: TargetClock
  readonly dialect: AtDialect
  readonly fetch: AtFetch
  readonly faults?: readonly Fault<AtStep>[]
  /** IMEI or MAC, as the module answers it. */
  readonly unit?: string
  readonly version?: string
  /** Bytes of one request. */
  readonly pieceBytes?: number
  readonly installMs?: number
  readonly restartMs?: number
  /** Starts with its old firmware after the installation, as after a failed self-test. */
  readonly restores?: boolean
  /** Its port leaves the bus while it restarts. */
  readonly leaves?: (comesBack: Promise<void>) => void
}

const header = /^FOTA ([\w.-]+)(?: from ([\w.-]+))?\n/

/** A made-up package: the version that it brings, and the one that a delta needs, stand at its beginning. */
export const atPackage = (version: string, size: number, from?: string): Buffer => {
  const head = Buffer.from(`FOTA ${version}${from === undefined ? '' : ` from ${from}`}\n`)
  const body = Buffer.alloc(Math.max(0, size - head.length))
  for (let at = 0; at < body.length; at++) body[at] = (at * 31 + (at >> 8)) & 0xff
  return Buffer.concat([head, body])
}

/**
 * A module that takes AT commands, fetches its package by ranges, installs it and restarts. It outlives its line: `attach` gives it one
 * each time its port is opened.
 */
export class AtModule implements TalkingModule {
  version: string
  /** Pieces that it was given so far. */
  received = 0
  readonly #options: AtModuleOptions
  #line: FaultyLine<AtStep> | undefined
  #raw: TargetLine | undefined
  #faults: readonly Fault<AtStep>[]
  #echo = true
  #isAway = false
  #text = ''
  /** Bytes that arrive now are a payload. */
  #payload:
    | { readonly bytes: number; readonly got: Uint8Array[]; filled: number; readonly then: (bytes: Buffer) => void }
    | undefined
  #forgetPayload: () => void = () => undefined
  #update = 0
  #isBooted = false

  constructor(options: AtModuleOptions) {
    this.#options = options
    this.#faults = options.faults ?? []
    this.version = options.version ?? '1.0.0'
  }

  readonly attach = (line: TargetLine): Target => {
    this.#raw = line
    this.#line = new FaultyLine(
      { send: (bytes) => this.#raw?.send(bytes), unplug: () => this.#raw?.unplug() },
      this.#faults,
    )
    // What a plan has used up is over for the next line as well.
    this.#faults = []
    return {
      receive: (bytes) => this.#receive(bytes),
      closed: () => {
        if (this.#raw === line) this.#raw = undefined
      },
    }
  }

  /** Whether it is in the middle of something. */
  get isBusy(): boolean {
    return this.#isAway || this.#update > 0
  }

  say(text: string): void {
    if (!this.#isAway) this.#line?.send(...Buffer.from(`\r\n${text}\r\n`, 'latin1'))
  }

  prompt(text: string): void {
    this.#line?.send(...Buffer.from(`\r\n${text}`, 'latin1'))
  }

  /** Takes the next bytes as they are. A sender that stops is waited for no longer than 5 s. */
  takeBytes(bytes: number, then: (bytes: Buffer) => void): void {
    this.#payload = { bytes, got: [], filled: 0, then }
    this.#waitForBytes()
  }

  /** A new update takes the place of one that goes on. */
  abandon(): void {
    this.#update += 1
  }

  /** Fetches the package piece by piece. */
  async download(url: string): Promise<void> {
    const { dialect, fetch, pieceBytes = 4096 } = this.#options
    const own = ++this.#update
    const isOver = () => own !== this.#update || this.#line?.isDead === true
    const pieces: Uint8Array[] = []
    let [got, total] = [0, Number.POSITIVE_INFINITY]
    try {
      while (got < total) {
        const kind = this.#line?.at('download')
        if (isOver()) return
        if (kind === 'nack') return this.#failed(dialect.downloadFailed(500))
        const answer = await fetch(url, got, got + pieceBytes)
        if (isOver()) return
        if (answer.status !== 200 && answer.status !== 206) return this.#failed(dialect.downloadFailed(answer.status))
        ;({ total } = answer)
        pieces.push(answer.bytes)
        got += answer.bytes.length
        this.received = got
        for (const line of dialect.downloading(Math.floor((got * 100) / total), got)) this.say(line)
      }
    } catch {
      if (!isOver()) this.#failed(dialect.downloadFailed(0))
      return
    }
    for (const line of dialect.downloaded) this.say(line)
    this.install(Buffer.concat(pieces))
  }

  /** Installs a package, which takes its time, and restarts into the version that it brings. */
  install(file: Buffer): void {
    const { clock, dialect, installMs = 2000, restartMs = 1500, restores = false } = this.#options
    const own = ++this.#update
    const [, version, from] = header.exec(file.subarray(0, 200).toString('latin1')) ?? []
    const kind = this.#line?.at('install')
    if (this.#line?.isDead) return
    const isOther = from !== undefined && from !== this.version
    if (version === undefined || isOther || kind === 'nack') {
      this.#failed(dialect.installFailed(isOther ? 'source' : 'package'))
      return
    }
    const percents = [0, 25, 50, 75, 100]
    const step = (at: number): void => {
      if (own !== this.#update || this.#line?.isDead) return
      const percent = percents[at]
      if (percent !== undefined) {
        for (const line of dialect.installing(percent)) this.say(line)
        clock.after(installMs / percents.length, () => step(at + 1))
        return
      }
      for (const line of dialect.installed) this.say(line)
      const keeps = restores || this.#line?.at('boot') === 'nack'
      if (this.#line?.isDead) return
      this.#restart(restartMs, keeps ? this.version : version)
    }
    step(0)
  }

  #restart(ms: number, version: string): void {
    const { clock, leaves, dialect } = this.#options
    this.#isAway = true
    const back = Promise.withResolvers<void>()
    clock.after(ms, () => {
      this.version = version
      this.#echo = true
      this.#isAway = false
      this.#isBooted = true
      this.#update = 0
      this.#text = ''
      back.resolve()
      for (const line of dialect.greeting) this.say(line)
    })
    leaves?.(back.promise)
    if (leaves) this.#raw?.unplug()
  }

  #failed(lines: readonly string[]): void {
    this.#update = 0
    for (const line of lines) this.say(line)
  }

  #waitForBytes(): void {
    this.#forgetPayload()
    this.#forgetPayload = this.#options.clock.after(5000, () => {
      this.#payload = undefined
      this.say('ERROR')
    })
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isAway || this.#line?.isDead) return
    let rest = bytes
    while (rest.length > 0) {
      const { payload } = { payload: this.#payload }
      if (payload) {
        const part = rest.subarray(0, payload.bytes - payload.filled)
        payload.got.push(Uint8Array.from(part))
        payload.filled += part.length
        rest = rest.subarray(part.length)
        if (payload.filled < payload.bytes) {
          this.#waitForBytes()
          return
        }
        this.#forgetPayload()
        this.#payload = undefined
        payload.then(Buffer.concat(payload.got))
        continue
      }
      const end = rest.indexOf(0x0d)
      const text = Buffer.from(end < 0 ? rest : rest.subarray(0, end)).toString('latin1')
      rest = end < 0 ? rest.subarray(rest.length) : rest.subarray(end + 1)
      this.#text += text
      if (end < 0) return
      const command = this.#text.replace(/[\n\0]/g, '').trim()
      this.#text = ''
      if (command !== '') this.#command(command)
    }
  }

  #command(command: string): void {
    const { dialect, unit = dialect.unit } = this.#options
    const kind = this.#line?.at(dialect.stepOf(command))
    if (this.#line?.isDead) return
    if (this.#echo) this.#line?.send(...Buffer.from(`${command}\r`, 'latin1'))
    if (kind === 'nack') this.say('ERROR')
    else if (command === 'AT' || command.startsWith('AT+CMEE')) this.say('OK')
    else if (/^ATE[01]$/.test(command)) {
      this.#echo = command === 'ATE1'
      this.say('OK')
    } else {
      const answer = dialect.answer(command, { version: this.version, unit, isBooted: this.#isBooted })
      if (answer) for (const line of [...answer, 'OK']) this.say(line)
      else if (!dialect.start(command, this)) this.say('ERROR')
    }
  }
}
