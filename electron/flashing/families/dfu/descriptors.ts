/** The functional descriptor of a DFU interface (USB DFU 1.1, 4.1.3). */
export interface DfuFunctional {
  readonly canDownload: boolean
  readonly canUpload: boolean
  /** The device still talks after manifestation. */
  readonly isTolerant: boolean
  /** The device leaves the bus by itself after DETACH. */
  readonly willDetach: boolean
  readonly detachMs: number
  /** Largest block, in bytes. */
  readonly transferSize: number
  /** 0x0110 for DFU 1.1, 0x011a for DfuSe. */
  readonly version: number
}

const interfaceType = 4
const functionalType = 0x21
/** Interface class "application specific", subclass "firmware upgrade" (USB DFU 1.1, 4.2.3). */
export const dfuClass = { interfaceClass: 0xfe, subclass: 1 }
/** Some systems carry at most a page in a control transfer. */
const largestTransfer = 4096
const smallestTransfer = 8

const parseFunctional = (bytes: Uint8Array): DfuFunctional | undefined => {
  if (bytes.length < 7) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const attributes = view.getUint8(2)
  return {
    canDownload: (attributes & 1) !== 0,
    canUpload: (attributes & 2) !== 0,
    isTolerant: (attributes & 4) !== 0,
    willDetach: (attributes & 8) !== 0,
    detachMs: view.getUint16(3, true),
    transferSize: Math.min(largestTransfer, Math.max(smallestTransfer, view.getUint16(5, true))),
    // DFU 1.0 had no version.
    version: bytes.length >= 9 ? view.getUint16(7, true) : 0x0100,
  }
}

/**
 * The functional descriptor of an interface in a configuration descriptor; undefined: there is none. It follows one of the interface's
 * settings, in most devices the last, and counts for all of them.
 */
export const functionalOf = (configuration: Uint8Array, interfaceNumber: number): DfuFunctional | undefined => {
  let isOurs = false
  for (let at = 0; at + 2 <= configuration.length; ) {
    const length = configuration[at] ?? 0
    if (length < 2) return undefined
    const type = configuration[at + 1]
    const one = configuration.subarray(at, at + length)
    if (type === interfaceType)
      isOurs = one[2] === interfaceNumber && one[5] === dfuClass.interfaceClass && one[6] === dfuClass.subclass
    if (type === functionalType && isOurs) return parseFunctional(one)
    at += length
  }
  return undefined
}

/** Of a device whose descriptor cannot be read: what every device can do. */
export const unknownFunctional: DfuFunctional = {
  canDownload: true,
  canUpload: false,
  isTolerant: false,
  willDetach: false,
  detachMs: 1000,
  transferSize: 64,
  version: 0x0100,
}
