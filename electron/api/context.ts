import type { Language } from '#shared/error-texts.ts'

/** By what a call came. A path of this machine is taken from the desktop window alone. */
export type Transport = 'http' | 'websocket' | 'window'

/** What every procedure knows of its caller. */
export interface ApiContext {
  readonly transport: Transport
  readonly language: Language
}
