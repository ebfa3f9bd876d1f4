import type { Language } from '#shared/languages.ts'

/** By what a call came. A path of this machine is taken from the desktop window alone. */
export type Transport = 'http' | 'websocket' | 'window'

/** What every procedure knows of its caller. */
export interface ApiContext {
  readonly transport: Transport
  readonly language: Language
  /** By what the log of actions says it came: a screen or a program. */
  readonly source: 'screen' | 'api'
  /** The operator's name as given; null where none was. */
  readonly operator: string | null
  /** The engineer's ticket as sent, good or not; null where none was. */
  readonly ticket: string | null
}
