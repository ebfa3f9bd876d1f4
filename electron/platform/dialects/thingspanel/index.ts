import type { DialectModule } from '../dialect-module.ts'
import { thingspanelMqtt } from './mqtt.ts'

/** ThingsPanel, over MQTT only. */
export const thingspanel: DialectModule = { protocol: 'thingspanel', mqtt: thingspanelMqtt }
