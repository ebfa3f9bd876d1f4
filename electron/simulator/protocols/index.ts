import type { Protocol } from '#shared/protocols/index.ts'
import type { OpenLink } from '../device-link.ts'
import { mqttLink } from '../mqtt-link.ts'
import { oneNetLink } from '../onenet-link.ts'
import { iotEngine } from './iot-engine.ts'
import { sagoo } from './sagoo.ts'
import { thingspanel } from './thingspanel.ts'

/** How virtual devices of a protocol reach their platform. */
export interface DeviceProtocol {
  readonly open: OpenLink
  /** Milliseconds between two questions of devices that are never told and so must ask; undefined: they ask when they are to. */
  readonly asksEvery: number | undefined
}

/** The protocols virtual devices speak; a further one is a file beside this and a line here. */
export const deviceProtocols: Readonly<Record<Protocol, DeviceProtocol>> = {
  sagoo: { open: mqttLink(sagoo), asksEvery: undefined },
  thingspanel: { open: mqttLink(thingspanel), asksEvery: undefined },
  'iot-engine': { open: mqttLink(iotEngine), asksEvery: undefined },
  onenet: { open: oneNetLink, asksEvery: 10_000 },
}
