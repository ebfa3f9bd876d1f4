import { createHmac } from 'node:crypto'

/** The header of the signature (docs/sinks.md). */
export const SIGNATURE = 'X-OTA-Bench-Signature'

/**
 * `t=1796083200,v1=…`: HMAC-SHA256 in hex, keyed by the secret, over the time stamp, a dot and the body as sent. The time is signed along,
 * so that a recorded request cannot be repeated later.
 * @param at seconds since 1970.
 */
export const signatureOf = (secret: string, at: number, body: string): string =>
  `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
