/** Replaces a secret. */
const MASK = '•••'

/**
 * Names whose value is a secret, in JSON members, queries, forms and headers; `-`, `_` and case are ignored. LinkSDK's
 * `fileToken` only names a download and grants no access.
 */
const NAMES =
  '(?!file[-_]?token)(?:[a-z0-9]+[-_]?)?(?:password|passwd|secret|token|authorization|api[-_]?key|access[-_]?key)'

type Rule = readonly [RegExp, string]

/** Secrets that are known by their own form. */
const forms: readonly Rule[] = [
  // The station's download URLs: /ota/{40 characters}/ (download/download-url.ts), and OneNET's tokens (docs/protocols/onenet.md §6.4).
  [/(\/ota\/)[A-Za-z0-9_-]{40}(?![A-Za-z0-9_-])/g, `$1${MASK}`],
  [/\bota_[A-Za-z0-9]{20}\b/g, `ota_${MASK}`],
]

/** One of these stands in every text in which a name announces a secret. Looking for them once costs less than the rules, at each report. */
const ANNOUNCED = /passw|secret|token|authorization|key|sign|sk=/i

const named: readonly Rule[] = [
  // "password":"…"; a truncated value has no closing quote.
  [new RegExp(`("${NAMES}"\\s*:\\s*")(?:\\\\.|[^"\\\\])*`, 'gis'), `$1${MASK}`],
  // The same inside a JSON string, with any level of escaped quotes.
  [new RegExp(`((?<!\\\\)(\\\\+)"${NAMES}\\2"\\s*:\\s*\\2")(?:(?!(?<!\\\\)\\2").)*`, 'gis'), `$1${MASK}`],
  [new RegExp(`("${NAMES}"\\s*:\\s*)-?[0-9][0-9.]*`, 'gi'), `$1${MASK}`],
  // Authorization: Bearer …, to the end of the line or of the quoted header.
  [/(\bauthorization\s*[:=]\s*)[^\r\n"']+/gi, `$1${MASK}`],
  // token=…, password=…, and the signature of a signed request; the JSON member `sign` is a file digest and is not masked.
  [new RegExp(`(^|[?&;,\\s"'])(${NAMES}|sign|signature|sk)=[^&;,\\s"']*`, 'gi'), `$1$2=${MASK}`],
]

/** Masks secrets and tokens in a text, so that it is safe to display and share. Never throws; deterministic. */
export const maskSecrets = (text: string): string => {
  const masked = applied(forms, text)
  return ANNOUNCED.test(masked) ? applied(named, masked) : masked
}

const applied = (rules: readonly Rule[], text: string): string =>
  rules.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text)
