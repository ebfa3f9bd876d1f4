import type { Protocol } from '#shared/protocols/index.ts'
import type { MqttDialect } from './dialect.ts'
import type { HttpDialect } from './http-dialect.ts'

/** All that the station speaks of one protocol; at least one of the two. */
export interface DialectModule {
  readonly protocol: Protocol
  readonly mqtt?: MqttDialect
  readonly http?: HttpDialect
}
