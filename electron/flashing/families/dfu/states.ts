/** States of a device (USB DFU 1.1, 6.1.2), by their number. */
const names = [
  'appIDLE',
  'appDETACH',
  'dfuIDLE',
  'dfuDNLOAD-SYNC',
  'dfuDNBUSY',
  'dfuDNLOAD-IDLE',
  'dfuMANIFEST-SYNC',
  'dfuMANIFEST',
  'dfuMANIFEST-WAIT-RESET',
  'dfuUPLOAD-IDLE',
  'dfuERROR',
] as const

export type DfuState = (typeof names)[number] | 'unknown'

export const stateOf = (number: number): DfuState => names[number] ?? 'unknown'

/** What brings a device from a state to dfuIDLE; `ask`: the next GETSTATUS. */
export const wayToIdle: Readonly<Record<DfuState, 'there' | 'ask' | 'abort' | 'clear' | 'reset'>> = {
  appIDLE: 'reset',
  appDETACH: 'reset',
  dfuIDLE: 'there',
  'dfuDNLOAD-SYNC': 'ask',
  dfuDNBUSY: 'ask',
  'dfuDNLOAD-IDLE': 'abort',
  'dfuMANIFEST-SYNC': 'ask',
  dfuMANIFEST: 'ask',
  'dfuMANIFEST-WAIT-RESET': 'reset',
  'dfuUPLOAD-IDLE': 'abort',
  dfuERROR: 'clear',
  unknown: 'abort',
}

/** Status codes (USB DFU 1.1, 6.1.2), by their number. */
const statuses = [
  'OK',
  'errTARGET',
  'errFILE',
  'errWRITE',
  'errERASE',
  'errCHECK_ERASED',
  'errPROG',
  'errVERIFY',
  'errADDRESS',
  'errNOTDONE',
  'errFIRMWARE',
  'errVENDOR',
  'errUSBR',
  'errPOR',
  'errUNKNOWN',
  'errSTALLEDPKT',
] as const

export const statusName = (number: number): string => statuses[number] ?? `0x${number.toString(16)}`

/** The answer of GETSTATUS. */
export interface DfuStatus {
  /** As the specification names it; `OK` without a failure. */
  readonly status: string
  /** Time before the next GETSTATUS, milliseconds, as the device says. */
  readonly pollMs: number
  readonly state: DfuState
}

/** The six bytes of GETSTATUS; undefined for fewer. */
export const parseStatus = (bytes: Uint8Array): DfuStatus | undefined => {
  const [status, low, middle, high, state] = bytes
  if (status === undefined || low === undefined || middle === undefined || high === undefined || state === undefined)
    return undefined
  return { status: statusName(status), pollMs: low | (middle << 8) | (high << 16), state: stateOf(state) }
}
