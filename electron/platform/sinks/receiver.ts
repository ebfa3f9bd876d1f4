import type { OutgoingEvent } from '#shared/schema.ts'
import type { SinkFaultCode, SinkFaultData } from '#shared/sink-faults.ts'
import type { DeliverySignal } from './delivery.ts'

/** Where a sink sends, with all its secrets. */
export interface ReceiverSettings {
  /** With its password. */
  readonly url: string
  readonly secret: string | null
  readonly topic: string | null
  /** PEM; null: the authorities that the system trusts. */
  readonly ca: string | null
}

/** The other end of a sink. Connections are opened when they are needed and kept. */
export interface Receiver {
  /**
   * Hands events over, in order; resolves when the receiver has taken all of them for good. Handing them over again changes nothing or is
   * recognised by their keys.
   * @param signal ends the attempt. @throws ReceiverFault; the signal's reason.
   */
  send(events: readonly OutgoingEvent[], signal: AbortSignal): Promise<void>
  /** Connects and checks what can be checked without an event. @throws as `send`. */
  probe(signal: AbortSignal): Promise<void>
  /** Closes the connection at once; never rejects. */
  close(): Promise<void>
}

/** How an attempt failed. */
export class ReceiverFault extends Error {
  override readonly name = 'ReceiverFault'
  readonly code: SinkFaultCode
  readonly data: SinkFaultData
  readonly retryAfterMs: number | undefined

  constructor(code: SinkFaultCode, data: SinkFaultData = {}, retryAfterMs?: number) {
    super(code)
    this.code = code
    this.data = data
    this.retryAfterMs = retryAfterMs
  }
}

type Pace = Extract<DeliverySignal, { kind: 'fault' }>['how']

/** Whether time alone may mend it. */
export const paceOfFault: Readonly<Record<SinkFaultCode, Pace>> = {
  UNREACHABLE: 'later',
  TIMEOUT: 'later',
  TLS_UNTRUSTED: 'refused',
  LOGIN_REFUSED: 'refused',
  NO_RIGHT: 'refused',
  DATABASE_MISSING: 'refused',
  SCHEMA_NEWER: 'refused',
  CERTIFICATE_UNREADABLE: 'refused',
  REDIRECTED: 'refused',
  GONE: 'refused',
  NOT_TAKEN: 'refused',
  TOO_LARGE: 'smaller',
  RECEIVER_FAILED: 'later',
  DISCONNECTED: 'later',
  FAILED: 'later',
}

const unreachable = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  // A Unix socket whose server does not run.
  'ENOENT',
])
const disconnected = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'])
/** OpenSSL's verification errors as Node names them, and a host name that is not in the certificate. */
const untrusted = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|CRL_)/

/** One short line of another side's message. */
export const detailOf = (text: string): string => {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}

export const codeOf = (error: unknown): string | number | undefined => {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' || typeof error.code === 'number' ? error.code : undefined
}

/** The fault in an error of a socket, of TLS or of this program. */
export const faultOf = (error: unknown): ReceiverFault => {
  if (error instanceof ReceiverFault) return error
  const code = String(codeOf(error) ?? '')
  const message = detailOf(error instanceof Error ? error.message : String(error))
  if (unreachable.has(code)) return new ReceiverFault('UNREACHABLE', { detail: code })
  if (untrusted.test(code)) return new ReceiverFault('TLS_UNTRUSTED', { detail: code })
  if (code.startsWith('ERR_OSSL') && /PEM|ASN1/.test(code))
    return new ReceiverFault('CERTIFICATE_UNREADABLE', { detail: code })
  if (disconnected.has(code) || message === 'socket hang up')
    return new ReceiverFault('DISCONNECTED', { detail: code || message })
  return new ReceiverFault('FAILED', { detail: message || code })
}

/** Rejects with the signal's reason once it fires; `stop` ends the listening. */
export const aborted = (signal: AbortSignal): { readonly promise: Promise<never>; stop(): void } => {
  const { promise, reject } = Promise.withResolvers<never>()
  const fire = (): void => reject(signal.reason)
  promise.catch(() => undefined)
  if (signal.aborted) fire()
  else signal.addEventListener('abort', fire, { once: true })
  return { promise, stop: () => signal.removeEventListener('abort', fire) }
}
