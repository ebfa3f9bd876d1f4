import { basename } from 'node:path/posix'

/** Where downloads live; dialects of HTTP have prefixes of their own beside it. */
export const DOWNLOAD_PREFIX = '/ota/'

/** Device SDKs hold at most this many characters of path (docs/protocols/README.md §10.1). */
const PATH_MAX = 255

const defaultPorts = { http: 80, https: 443 } as const

export interface DownloadAddress {
  readonly scheme: 'http' | 'https'
  /** Host name, IPv4 or IPv6 address, without brackets or zone. */
  readonly host: string
  readonly port: number
  readonly token: string
  /** Shown to people and taken by some devices as the local name; the token alone decides what is sent. */
  readonly fileName: string
}

/** RFC 3986 §2.3: everything but unreserved characters is escaped, for parsers in devices that know no better. */
const encodeSegment = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** Takes leading characters off until it fits, so that the ending (`.bin`) stays. */
const encodeFileName = (fileName: string, max: number): string => {
  const characters = [...basename(fileName)]
  const encode = () => encodeSegment(characters.join(''))
  let encoded = encode()
  while (encoded.length > max) {
    characters.shift()
    encoded = encode()
  }
  return encoded
}

/**
 * The URL handed to a device: `http://192.168.1.5:8070/ota/{token}/app.bin`. Default ports are left out, as old SDKs cannot take a
 * port; IPv6 addresses stand in brackets (RFC 3986 §3.2.2); the path has at most 255 characters.
 */
export const downloadUrl = ({ scheme, host, port, token, fileName }: DownloadAddress): string => {
  const authority = `${host.includes(':') ? `[${host}]` : host}${port === defaultPorts[scheme] ? '' : `:${port}`}`
  const path = `${DOWNLOAD_PREFIX}${token}/`
  return `${scheme}://${authority}${path}${encodeFileName(fileName, PATH_MAX - path.length)}`
}

/** A file name that is one: no separators, no control characters, not `.` or `..`. */
const isFileName = (name: string): boolean => !/[/\\\p{Cc}]/u.test(name) && !/^\.{0,2}$/.test(name)

/**
 * Takes `/ota/{token}/{file name}` apart. The name is checked, so that a crooked address is refused and not served, and then
 * forgotten. Never throws; undefined: not such a path.
 */
export const tokenOf = (path: string): string | undefined => {
  const [token, name, ...more] = path.startsWith(DOWNLOAD_PREFIX) ? path.slice(DOWNLOAD_PREFIX.length).split('/') : []
  if (!token || name === undefined || more.length > 0) return undefined
  try {
    return isFileName(decodeURIComponent(name)) ? token : undefined
  } catch {
    return undefined
  }
}
