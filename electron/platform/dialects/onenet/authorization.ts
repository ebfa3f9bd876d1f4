import { createHmac, timingSafeEqual } from 'node:crypto'
import { percentDecode } from '../escapes.ts'

/** OneNET's token (docs/protocols/onenet.md §2): signer, resource and expiry. */

export type Resource =
  | { readonly kind: 'product'; readonly productKey: string }
  | { readonly kind: 'device'; readonly productKey: string; readonly deviceName: string }
  /** An account; only the newer APIs, whose path names the product. */
  | { readonly kind: 'user'; readonly userId: string }

export interface Authorization {
  readonly resource: Resource
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  /** Whether the signature was made with that access key (base64); constant time. */
  signedWith(accessKey: string): boolean
}

const methods: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256'])
const versions: ReadonlySet<string> = new Set(['2018-10-31', '2022-05-01'])
/** A longer text is not a token: a device name, a product id and a signature fit in a third of it. */
const LENGTH_MAX = 1024

/** Splits at each `&`, and each part at its first `=`, because base64 ends in `=`. The first value of a repeated name counts. */
const readPairs = (text: string): ReadonlyMap<string, string> => {
  const pairs = new Map<string, string>()
  for (const part of text.split('&')) {
    const equals = part.indexOf('=')
    if (equals <= 0) continue
    const name = part.slice(0, equals).trim()
    if (!pairs.has(name)) pairs.set(name, percentDecode(part.slice(equals + 1).trim()))
  }
  return pairs
}

const readResource = (res: string): Resource | undefined => {
  const [kind, first, ...more] = res.split('/')
  if (!first) return undefined
  if (kind === 'userid' && more.length === 0) return { kind: 'user', userId: first }
  if (kind !== 'products') return undefined
  if (more.length === 0) return { kind: 'product', productKey: first }
  const [devices, deviceName, ...rest] = more
  return devices === 'devices' && deviceName && rest.length === 0
    ? { kind: 'device', productKey: first, deviceName }
    : undefined
}

/**
 * Reads a token, from a header or an MQTT password: `version=…&res=…&et=…&method=…&sign=…` in any order, values raw or
 * percent-encoded. Undefined for any other form. Never throws.
 */
export const readAuthorization = (text: string | undefined): Authorization | undefined => {
  if (text === undefined || text.length > LENGTH_MAX) return undefined
  const pairs = readPairs(text)
  const { version = '', res = '', et = '', method = '', sign = '' } = Object.fromEntries(pairs)
  if (sign === '' || !versions.has(version) || !methods.has(method) || !/^\d{1,15}$/.test(et)) return undefined
  const resource = readResource(res)
  if (!resource) return undefined
  return {
    resource,
    expiresAt: Number(et) * 1000,
    signedWith: (accessKey) => {
      const key = Buffer.from(accessKey, 'base64')
      // Anybody can sign with an empty key.
      if (key.length === 0) return false
      // Values only, in the order of their names; `res` is not encoded.
      const expected = createHmac(method, key).update(`${et}\n${method}\n${res}\n${version}`).digest('base64')
      return sameBytes(Buffer.from(sign), Buffer.from(expected))
    },
  }
}

const sameBytes = (left: Buffer, right: Buffer): boolean => left.length === right.length && timingSafeEqual(left, right)
