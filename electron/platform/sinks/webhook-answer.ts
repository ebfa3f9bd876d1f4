import { ReceiverFault } from './receiver.ts'

/** The wait that a `Retry-After` header wishes: seconds or a date (RFC 9110, 10.2.3). @param now milliseconds since 1970. */
export const retryAfter = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** The fault in a webhook's answer; undefined: the events were taken, which any 2xx means. */
export const answerFault = (
  status: number,
  headers: { readonly location?: string | undefined; readonly 'retry-after'?: string | undefined },
  now: number,
): ReceiverFault | undefined => {
  if (status >= 200 && status < 300) return undefined
  const later = retryAfter(headers['retry-after'], now)
  if (status >= 300 && status < 400)
    return new ReceiverFault('REDIRECTED', { status, location: (headers.location ?? '').slice(0, 200) })
  if (status === 410) return new ReceiverFault('GONE')
  if (status === 413) return new ReceiverFault('TOO_LARGE')
  // It has too much to do, or waited too long for us: neither is a refusal.
  if (status === 429 || status === 408 || status === 425) return new ReceiverFault('RECEIVER_FAILED', { status }, later)
  if (status < 500) return new ReceiverFault('NOT_TAKEN', { status })
  return new ReceiverFault('RECEIVER_FAILED', { status }, later)
}
