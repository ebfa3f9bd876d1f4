/** What stands where a secret stood. */
const MASK = '•••'

/**
 * Names whose value is a secret, in JSON members, queries, forms and headers alike; `-` and `_` and case do not matter. LinkSDK's
 * `fileToken` is a name of a download and opens nothing.
 */
const NAMES =
  '(?!file[-_]?token)(?:[a-z0-9]+[-_]?)?(?:password|passwd|secret|token|authorization|api[-_]?key|access[-_]?key)'

const rules: readonly (readonly [RegExp, string])[] = [
  // Our own download addresses: /ota/{40 characters}/ (download/download-url.ts), and OneNET's tokens (docs/protocols/onenet.md §6.4).
  [/(\/ota\/)[A-Za-z0-9_-]{40}(?![A-Za-z0-9_-])/g, `$1${MASK}`],
  [/\bota_[A-Za-z0-9]{20}\b/g, `ota_${MASK}`],
  // "password":"…"; a value that was cut off has no end.
  [new RegExp(`("${NAMES}"\\s*:\\s*")(?:\\\\.|[^"\\\\])*`, 'gis'), `$1${MASK}`],
  // The same inside a JSON string, where its quotes are escaped, however often.
  [new RegExp(`((?<!\\\\)(\\\\+)"${NAMES}\\2"\\s*:\\s*\\2")(?:(?!(?<!\\\\)\\2").)*`, 'gis'), `$1${MASK}`],
  [new RegExp(`("${NAMES}"\\s*:\\s*)-?[0-9][0-9.]*`, 'gi'), `$1${MASK}`],
  // Authorization: Bearer …, to the end of the line or of the quoted header.
  [/(\bauthorization\s*[:=]\s*)[^\r\n"']+/gi, `$1${MASK}`],
  // token=…, password=…, and the signature of a signed request; `sign` as a JSON member is a file's digest and stays.
  [new RegExp(`(^|[?&;,\\s"'])(${NAMES}|sign|signature|sk)=[^&;,\\s"']*`, 'gi'), `$1$2=${MASK}`],
]

/** Takes secrets and tokens out of a text: what a person may read, copy and send on. Never throws; the same text in, the same out. */
export const maskSecrets = (text: string): string =>
  rules.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text)
