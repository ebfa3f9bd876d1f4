import { type Protocol, protocols } from '#shared/protocols.ts'
import type { Dialect } from './dialect.ts'
import type { HttpDialect } from './http-dialect.ts'
import { iotEngine } from './iot-engine.ts'
import { onenetHttp } from './onenet/http.ts'
import { onenetMqtt } from './onenet/mqtt.ts'
import { sagooHttp } from './sagoo/http.ts'
import { sagoo } from './sagoo.ts'
import { thingspanel } from './thingspanel.ts'

/** The dialects this build speaks, by protocol: one line each. */
export const dialects: Readonly<Partial<Record<Protocol, Dialect>>> = {
  sagoo,
  onenet: onenetMqtt,
  thingspanel,
  'iot-engine': iotEngine,
}

/** The protocols this build serves, in the order of the contract. */
export const servedProtocols: readonly Protocol[] = protocols.filter((protocol) => dialects[protocol] !== undefined)

/** The same dialects to walk through: a login or a topic is offered to each in turn. */
export const servedDialects: readonly Dialect[] = Object.values(dialects)

/** What devices speak over HTTP, beside or instead of MQTT. */
export const httpDialects: readonly HttpDialect[] = [onenetHttp, sagooHttp]
