import { type Protocol, protocols } from '#shared/protocols/index.ts'
import type { MqttDialect } from './dialect.ts'
import type { DialectModule } from './dialect-module.ts'
import type { HttpDialect } from './http-dialect.ts'
import { iotEngine } from './iot-engine/index.ts'
import { onenet } from './onenet/index.ts'
import { sagoo } from './sagoo/index.ts'
import { thingspanel } from './thingspanel/index.ts'

/** The dialects of this build, one per line; logins and topics are tried in this order. */
const modules: readonly DialectModule[] = [sagoo, onenet, thingspanel, iotEngine]

/** The MQTT dialects: a login or a topic is tried with each in turn. */
export const servedDialects: readonly MqttDialect[] = modules.flatMap(({ mqtt }) => mqtt ?? [])

/** The same by protocol. */
export const dialects: Readonly<Partial<Record<Protocol, MqttDialect>>> = Object.fromEntries(
  servedDialects.map((dialect) => [dialect.protocol, dialect]),
)

/** The HTTP dialects, in addition to or instead of MQTT. */
export const httpDialects: readonly HttpDialect[] = modules.flatMap(({ http }) => http ?? [])

/** The protocols that this build serves, in the order of the contract. */
export const servedProtocols: readonly Protocol[] = protocols.filter((id) =>
  modules.some(({ protocol }) => protocol === id),
)
