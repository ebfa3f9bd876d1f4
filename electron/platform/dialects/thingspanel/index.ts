import type { DialectModule } from '../dialect-module.ts'
import { thingspanelMqtt } from './mqtt.ts'

/** ThingsPanel, over MQTT alone. */
export const thingspanel: DialectModule = { protocol: 'thingspanel', mqtt: thingspanelMqtt }
