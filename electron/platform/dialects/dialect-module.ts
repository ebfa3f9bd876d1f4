import type { Protocol } from '#shared/protocols/index.ts'
import type { MqttDialect } from './dialect.ts'
import type { HttpDialect } from './http-dialect.ts'

/** The station's implementation of one protocol: at least one of MQTT and HTTP. */
export interface DialectModule {
  readonly protocol: Protocol
  readonly mqtt?: MqttDialect
  readonly http?: HttpDialect
}
