import type { UsbTargetDescription } from './target.ts'

/** A simulated device: how it shows itself, and how it behaves. */
export interface DfuModel {
  readonly dialect: 'dfu' | 'dfuse'
  /** Of the bootloader. */
  readonly vendorId: string
  readonly productId: string
  readonly transferSize: number
  /** Bits of bmAttributes: 1 download, 2 upload, 4 tolerant, 8 will detach. */
  readonly attributes: number
  readonly version: number
  /** Names of its alternate settings. */
  readonly memories: readonly string[]
  readonly segments: readonly (readonly [start: number, count: number, size: number, kind: string])[]
  /** Milliseconds. */
  readonly eraseMs: number
  readonly massMs: number
  readonly writeMs: number
}

/** The ROM of an STM32F4 with 1 MB, less most of its large sectors. */
const f4: DfuModel = {
  dialect: 'dfuse',
  vendorId: '0483',
  productId: 'df11',
  transferSize: 2048,
  attributes: 0x0b,
  version: 0x011a,
  memories: [
    '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,02*128Kg',
    '@Option Bytes  /0x1FFFC000/01*016 e',
    '@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
  ],
  segments: [
    [0x0800_0000, 4, 16 * 1024, 'g'],
    [0x0801_0000, 1, 64 * 1024, 'g'],
    [0x0802_0000, 2, 128 * 1024, 'g'],
    [0x1fff_c000, 1, 16, 'e'],
    [0x1fff_7800, 1, 512, 'e'],
    [0x1fff_7a00, 1, 16, 'e'],
  ],
  eraseMs: 400,
  massMs: 8000,
  writeMs: 20,
}

/** A clone with pages of 1 KB, which asks for long waits. */
const gd32: DfuModel = {
  ...f4,
  vendorId: '28e9',
  productId: '0189',
  memories: ['@Internal Flash  /0x08000000/128*001Kg'],
  segments: [[0x0800_0000, 128, 1024, 'g']],
  eraseMs: 104,
  writeMs: 104,
}

/** A bootloader of USB DFU 1.1, as in many radios and probes. */
const dfu11: DfuModel = {
  dialect: 'dfu',
  vendorId: '1d50',
  productId: '60a2',
  transferSize: 256,
  attributes: 0x07,
  version: 0x0110,
  memories: ['Firmware'],
  segments: [],
  eraseMs: 0,
  massMs: 300,
  writeMs: 5,
}

/** One that leaves the bus after DETACH by itself, and does not talk after manifestation. */
const silentAtEnd: DfuModel = { ...dfu11, attributes: 0x09 }

export const dfuModels = { f4, gd32, dfu11, silentAtEnd } as const

/** How a device shows itself in one of its modes. */
export const describeDfu = (
  model: DfuModel,
  mode: 'app' | 'dfu',
  serialNumber: string | undefined,
): UsbTargetDescription => {
  const face = { interfaceNumber: mode === 'app' ? 1 : 0, interfaceClass: 0xfe, subclass: 1 }
  if (mode === 'dfu') {
    const alternates = model.memories.map((name, alternate) => ({ ...face, alternate, protocol: 2, name }))
    return { vendorId: model.vendorId, productId: model.productId, serialNumber, alternates }
  }
  const serial = { interfaceNumber: 0, alternate: 0, interfaceClass: 2, subclass: 2, protocol: 1, name: '' }
  return {
    vendorId: '1209',
    productId: '0001',
    serialNumber,
    alternates: [serial, { ...face, alternate: 0, protocol: 1, name: 'DFU' }],
  }
}

/** The configuration descriptor of a mode, with interfaces and functional descriptor (USB 2.0, 9.6.3 to 9.6.5; USB DFU 1.1, 4). */
export const configurationOf = (model: DfuModel, { alternates }: UsbTargetDescription): Uint8Array => {
  const faces = alternates.flatMap(({ interfaceNumber, alternate, interfaceClass, subclass, protocol }) => [
    [9, 4, interfaceNumber, alternate, 0, interfaceClass, subclass, protocol, 0],
  ])
  const size = model.transferSize
  const functional = [
    9,
    0x21,
    model.attributes,
    255,
    0,
    size & 0xff,
    size >> 8,
    model.version & 0xff,
    model.version >> 8,
  ]
  const total = 9 + faces.length * 9 + functional.length
  return Uint8Array.from([
    9,
    2,
    total,
    0,
    new Set(alternates.map((one) => one.interfaceNumber)).size,
    1,
    0,
    0xc0,
    50,
    ...faces.flat(),
    ...functional,
  ])
}
