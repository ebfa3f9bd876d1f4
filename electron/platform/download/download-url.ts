import { basename } from 'node:path/posix'

/** Path prefix of downloads; HTTP dialects have their own prefixes. */
export const DOWNLOAD_PREFIX = '/ota/'

/** Device SDKs support at most this many characters of path (docs/protocols/README.md §10.1). */
const PATH_MAX = 255

const defaultPorts = { http: 80, https: 443 } as const

interface DownloadAddress {
  readonly scheme: 'http' | 'https'
  /** Host name, IPv4 or IPv6 address, without brackets or zone. */
  readonly host: string
  readonly port: number
  readonly token: string
  /** For display; some devices also use it as the local name. Only the token decides which file is sent. */
  readonly fileName: string
  /** Most characters of the whole address; left out: only the path is limited. */
  readonly urlMax?: number
}

/** RFC 3986 §2.3: everything except unreserved characters is escaped, because device parsers may not accept other characters. */
const encodeSegment = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** Removes leading characters until the name fits, so that the extension (`.bin`) stays. */
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

/** Puts token and file name behind a base; see `downloadUrl`. `prefix`: characters of path that the base has. */
const urlAt = (
  base: string,
  prefix: number,
  { token, fileName, urlMax }: Pick<DownloadAddress, 'token' | 'fileName' | 'urlMax'>,
): string => {
  const path = `${DOWNLOAD_PREFIX}${token}/`
  const before = `${base}${path}`
  const room = Math.min(PATH_MAX - prefix - path.length, (urlMax ?? Number.POSITIVE_INFINITY) - before.length)
  if (room < 1) throw new RangeError(`no address on this host fits into ${urlMax} characters`)
  return `${before}${encodeFileName(fileName, room)}`
}

/** A cache in front of the station, by the address that devices get. */
export interface DownloadBase {
  readonly scheme: 'http' | 'https'
  /** Without a slash at its end. */
  readonly url: string
}

/** @param url a base as `--download-url` takes it. */
export const downloadBaseOf = (url: string): DownloadBase => ({
  scheme: new URL(url).protocol === 'https:' ? 'https' : 'http',
  url: url.replace(/\/+$/, ''),
})

/** The URL for a device by way of a cache: `https://cdn.example/station-1/ota/{token}/app.bin`; the whole path has at most 255 characters. */
export const cachedDownloadUrl = ({ url }: DownloadBase, file: Pick<DownloadAddress, 'token' | 'fileName'>): string =>
  urlAt(url, new URL(url).pathname.replace(/\/+$/, '').length, file)

/**
 * The URL for a device: `http://192.168.1.5:8070/ota/{token}/app.bin`. Default ports are omitted because old SDKs cannot parse a
 * port; IPv6 addresses are in brackets (RFC 3986 §3.2.2); the path has at most 255 characters.
 */
export const downloadUrl = ({ scheme, host, port, ...file }: DownloadAddress): string => {
  const authority = `${host.includes(':') ? `[${host}]` : host}${port === defaultPorts[scheme] ? '' : `:${port}`}`
  return urlAt(`${scheme}://${authority}`, 0, file)
}

/** A valid file name: no separators, no control characters, not `.` or `..`. */
const isFileName = (name: string): boolean => !/[/\\\p{Cc}]/u.test(name) && !/^\.{0,2}$/.test(name)

/**
 * Extracts the token from `/ota/{token}/{file name}`. The name is only validated, so that a malformed address is refused.
 * Never throws; undefined for any other path.
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
