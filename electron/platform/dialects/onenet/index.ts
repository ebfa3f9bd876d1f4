import type { DialectModule } from '../dialect-module.ts'
import { onenetHttp } from './http.ts'
import { onenetMqtt } from './mqtt.ts'

/** OneNET: upgrades over HTTP; MQTT carries a notice that calls the device to query. */
export const onenet: DialectModule = { protocol: 'onenet', mqtt: onenetMqtt, http: onenetHttp }
