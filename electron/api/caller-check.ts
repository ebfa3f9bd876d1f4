import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Compares secrets in constant time, whatever their lengths are. */
export const sameSecret = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

/** The address on which the operator side listens. */
interface OperatorAddress {
  readonly host: string
  readonly port: number
}

/** Host name and port of a `Host` header (RFC 9110 7.2), an IPv6 address without its brackets; undefined when the header is invalid. */
const readHost = (header: string | undefined): { name: string; port: number } | undefined => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(header ?? '')
  const name = match?.[1] ?? match?.[2]
  return name === undefined
    ? undefined
    : { name: name.toLowerCase(), port: match?.[3] === undefined ? 80 : Number(match[3]) }
}

/**
 * Whether a request comes from our own page or from no page at all.
 * DNS rebinding needs a host name: only loopback names, the configured address and plain IP addresses are accepted as Host.
 * A page of another origin is recognised by `Origin`, which browsers send on every WebSocket and on every cross-origin call that could
 * change something, and by `Sec-Fetch-Site`.
 */
export const isTrustedCaller = (headers: IncomingHttpHeaders, listening: OperatorAddress): boolean => {
  const host = readHost(headers.host)
  if (!host || host.port !== listening.port) return false
  const loopback = host.name === 'localhost' || host.name === '127.0.0.1' || host.name === '::1'
  if (!loopback && host.name !== listening.host.toLowerCase() && isIP(host.name) === 0) return false
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) return false
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none'
}

/**
 * The token of a request: from the Authorization header, or from `?token=` where the client cannot set a header (a WebSocket, an
 * EventSource, a link). `query`: whether this call accepts the second form.
 */
export const presentedToken = (headers: IncomingHttpHeaders, url: URL, query: boolean): string | undefined => {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  return bearer ?? (query ? (url.searchParams.get('token') ?? undefined) : undefined)
}
