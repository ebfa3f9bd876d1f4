import type { Protocol } from '#shared/protocols/index.ts'
import type { OpenLink } from '../device-link.ts'
import { mqttLink } from '../mqtt-link.ts'
import { iotEngine } from './iot-engine/mqtt.ts'
import { oneNetLink } from './onenet/link.ts'
import { sagoo } from './sagoo/mqtt.ts'
import { thingspanel } from './thingspanel/mqtt.ts'

/** How virtual devices of a protocol reach their platform. */
interface DeviceProtocol {
  readonly open: OpenLink
  /** Milliseconds between two queries of devices that are never notified; undefined: they query only if the settings ask for it. */
  readonly queriesEvery: number | undefined
}

/** The protocols of virtual devices; a new one is a folder next to this file and a line here. */
export const deviceProtocols: Readonly<Partial<Record<Protocol, DeviceProtocol>>> = {
  sagoo: { open: mqttLink(sagoo), queriesEvery: undefined },
  thingspanel: { open: mqttLink(thingspanel), queriesEvery: undefined },
  'iot-engine': { open: mqttLink(iotEngine), queriesEvery: undefined },
  onenet: { open: oneNetLink, queriesEvery: 10_000 },
}
