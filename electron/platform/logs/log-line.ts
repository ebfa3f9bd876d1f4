import type { LogLevel, LogLine } from '#shared/schema.ts'
import { maskSecrets } from '../devices/masking.ts'

const MASK = '•••'

/** Pino's numbers of the levels. */
const levels: Readonly<Record<number, LogLevel>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' }

/** Characters of a line's values that are shown. */
const DETAIL_MAX = 2000

/** Masks user names and passwords in addresses, tokens and other secrets by their names, and the given texts wherever they stand. */
export const maskLine = (line: string, secrets: readonly string[]): string =>
  secrets.reduce(
    (masked, secret) => masked.replaceAll(secret, MASK),
    maskSecrets(line).replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/"@]+@/gi, `$1${MASK}@`),
  )

/** Reads a line of the log; undefined where it is none, e.g. the rest of one that was cut. Never throws. */
export const readLine = (line: string): LogLine | undefined => {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null) return undefined
    const { level, time, msg, ...rest } = value as Record<string, unknown>
    if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) return undefined
    const detail = Object.keys(rest).length === 0 ? '' : JSON.stringify(rest)
    return {
      at: new Date(time).toISOString(),
      level: levels[Number(level)] ?? 'info',
      message: typeof msg === 'string' ? msg : '',
      detail: detail.length > DETAIL_MAX ? `${detail.slice(0, DETAIL_MAX)}…` : detail,
    }
  } catch {
    return undefined
  }
}

const ranks: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'fatal']

/** Whether a line is at least that serious. */
export const isAtLeast = (line: Pick<LogLine, 'level'>, level: LogLevel): boolean =>
  ranks.indexOf(line.level) >= ranks.indexOf(level)
