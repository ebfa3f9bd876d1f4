import { API_JSON_DEPTH, isJsonDeeper } from '#shared/json-depth.ts'
import { FILE_NAME_PATTERN } from '#shared/limits.ts'
import { type Protocol, protocolFacts } from '#shared/protocols/index.ts'
import type { Settings } from '#shared/schema.ts'

export type FileFault =
  | { readonly code: 'FILE_FORMAT'; readonly formats: string }
  | { readonly code: 'FILE_NAME' | 'FILE_EMPTY' }
  | { readonly code: 'FILE_SIZE' | 'FILE_LIMIT'; readonly bytes: number; readonly limitBytes: number }

/** Whether the name ends in one of the formats, ignoring case. */
export const hasFormat = (name: string, formats: readonly string[]): boolean =>
  formats.some((format) => name.toLowerCase().endsWith(format))

/**
 * The fault of a file, checked before it is sent. The station checks again.
 * @param protocol of the product, once one is selected; its limit may be lower than the station's
 */
export const fileFault = (
  file: { readonly name: string; readonly size: number },
  settings: Pick<Settings, 'packageFormats' | 'maxPackageBytes'>,
  protocol?: Protocol,
): FileFault | undefined => {
  const { name, size } = file
  if (!hasFormat(name, settings.packageFormats))
    return { code: 'FILE_FORMAT', formats: settings.packageFormats.join(' ') }
  if (!FILE_NAME_PATTERN.test(name)) return { code: 'FILE_NAME' }
  if (size === 0) return { code: 'FILE_EMPTY' }
  if (size > settings.maxPackageBytes) return { code: 'FILE_SIZE', bytes: size, limitBytes: settings.maxPackageBytes }
  const limit = protocol === undefined ? undefined : protocolFacts[protocol].packageLimits.fileBytes
  if (limit !== undefined && size > limit) return { code: 'FILE_LIMIT', bytes: size, limitBytes: limit }
  return undefined
}

/** The version in a file name like `gateway-2.4.1.bin` or `app_v1.0.12.tar.gz`; undefined where there is none. */
export const versionIn = (fileName: string): string | undefined =>
  /(?:^|[^0-9A-Za-z])[vV]?(\d+\.\d+(?:\.\d+)*)(?=[^0-9]|$)/.exec(fileName)?.[1]

/** Maximum nesting of custom information: it lies one level deep in the call that carries it. */
export const CUSTOM_INFO_DEPTH = API_JSON_DEPTH - 1

/** The JSON object in a text; null for a blank text, undefined for anything else, also for one nested deeper than a call may be. */
export const objectIn = (text: string): Record<string, unknown> | null | undefined => {
  if (text.trim() === '') return null
  if (isJsonDeeper(text, CUSTOM_INFO_DEPTH)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
