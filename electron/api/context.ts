import type { Language } from '#shared/languages.ts'

/** The transport of a call. Only the desktop window may give a path on this machine. */
export type Transport = 'http' | 'websocket' | 'window'

/** What every procedure knows of its caller. */
export interface ApiContext {
  readonly transport: Transport
  readonly language: Language
  /** The source that the audit log records: a screen or a program. */
  readonly source: 'screen' | 'api'
  /** The operator's name as sent; null where none was sent. */
  readonly operator: string | null
  /** The engineer's ticket as sent, valid or not; null where none was sent. */
  readonly ticket: string | null
}
