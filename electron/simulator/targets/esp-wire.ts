// Espressif's serial protocol from the chip's side (esptool documentation, "Serial Protocol").

export const op = {
  flashBegin: 0x02,
  flashData: 0x03,
  flashEnd: 0x04,
  memBegin: 0x05,
  memEnd: 0x06,
  memData: 0x07,
  sync: 0x08,
  writeReg: 0x09,
  readReg: 0x0a,
  spiSetParams: 0x0b,
  spiAttach: 0x0d,
  readFlashSlow: 0x0e,
  changeBaud: 0x0f,
  deflBegin: 0x10,
  deflData: 0x11,
  deflEnd: 0x12,
  md5: 0x13,
  securityInfo: 0x14,
  eraseFlash: 0xd0,
  eraseRegion: 0xd1,
  readFlash: 0xd2,
  runUserCode: 0xd3,
} as const

/** The present operation of the loader: faults use it to select when they occur. */
export const espSteps = ['sync', 'read', 'stub', 'baud', 'erase', 'write', 'verify', 'end'] as const
export type EspStep = (typeof espSteps)[number]

const steps: Readonly<Record<number, EspStep>> = {
  [op.sync]: 'sync',
  [op.writeReg]: 'read',
  [op.readReg]: 'read',
  [op.spiSetParams]: 'read',
  [op.spiAttach]: 'read',
  [op.securityInfo]: 'read',
  [op.memBegin]: 'stub',
  [op.memData]: 'stub',
  [op.memEnd]: 'stub',
  [op.changeBaud]: 'baud',
  [op.eraseFlash]: 'erase',
  [op.eraseRegion]: 'erase',
  [op.flashBegin]: 'erase',
  [op.deflBegin]: 'erase',
  [op.flashData]: 'write',
  [op.deflData]: 'write',
  [op.md5]: 'verify',
  [op.readFlash]: 'verify',
  [op.readFlashSlow]: 'verify',
  [op.flashEnd]: 'end',
  [op.deflEnd]: 'end',
  [op.runUserCode]: 'end',
}

export interface EspRequest {
  readonly op: number
  readonly step: EspStep
  readonly checksum: number
  readonly data: Uint8Array
}

/** Error bytes of a ROM (esptool documentation, "ROM Loader Errors"). */
export const romFailed = { format: 0x05, result: 0x06, checksum: 0x07, inflate: 0x0b, ramAddress: 0x0f } as const
/** Error bytes of the stub (`stub_flasher.h`). */
export const stubFailed = {
  length: 0xc0,
  checksum: 0xc1,
  result: 0xc4,
  mode: 0xc6,
  inflate: 0xc7,
  short: 0xc8,
  unknown: 0xff,
} as const

/** A value, data before the status, an error code, a command that the loader does not have, or no answer at all. */
export type Answer =
  | { readonly value?: number; readonly data?: Uint8Array }
  | { readonly error: number }
  | 'unknown'
  | 'silent'

/** Little-endian 32-bit words at the beginning of a request's data; 0 where the data is shorter. */
export const wordAt = (data: Uint8Array, index: number): number => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return data.length >= index * 4 + 4 ? view.getUint32(index * 4, true) : 0
}

/** A frame's content as a request; undefined for invalid content. */
export const parseRequest = (frame: Uint8Array): EspRequest | undefined => {
  const [direction, code = 0] = frame
  if (frame.length < 8 || direction !== 0) return undefined
  const data = frame.subarray(8)
  const announced = (frame[2] ?? 0) | ((frame[3] ?? 0) << 8)
  if (data.length !== announced) return undefined
  return { op: code, step: steps[code] ?? 'read', checksum: wordAt(frame, 1), data }
}

/** The frame content of an answer: direction, operation, size, value, data, then status. */
export const response = (code: number, value: number, body: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(8 + body.length)
  const view = new DataView(frame.buffer)
  frame[0] = 1
  frame[1] = code
  view.setUint16(2, body.length, true)
  view.setUint32(4, value >>> 0, true)
  frame.set(body, 8)
  return frame
}

/** XOR of all bytes, with initial value 0xEF. */
export const checksumOf = (data: Uint8Array): number => {
  let sum = 0xef
  for (const byte of data) sum ^= byte
  return sum
}

/** SLIP framing (RFC 1055). */
export const frameOf = (content: Uint8Array): Uint8Array => {
  const out: number[] = [0xc0]
  for (const byte of content) {
    if (byte === 0xc0) out.push(0xdb, 0xdc)
    else if (byte === 0xdb) out.push(0xdb, 0xdd)
    else out.push(byte)
  }
  out.push(0xc0)
  return Uint8Array.from(out)
}

/** Assembles bytes into the contents of frames. */
export class FrameReader {
  #buffer = new Uint8Array(64 * 1024)
  #length = -1
  #escaped = false

  push(bytes: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = []
    for (const byte of bytes) {
      if (byte === 0xc0) {
        if (this.#length > 0) {
          frames.push(this.#buffer.slice(0, this.#length))
          this.#length = -1
        } else this.#length = 0
        this.#escaped = false
      } else if (this.#length < 0 || this.#length === this.#buffer.length) continue
      else if (this.#escaped) {
        this.#escaped = false
        this.#buffer[this.#length++] = byte === 0xdc ? 0xc0 : 0xdb
      } else if (byte === 0xdb) this.#escaped = true
      else this.#buffer[this.#length++] = byte
    }
    return frames
  }
}
