import type { DialectModule } from '../dialect-module.ts'
import { sagooHttp } from './http.ts'
import { sagooMqtt } from './mqtt.ts'

/** SagooIOT: notified over MQTT, or asking over HTTP. */
export const sagoo: DialectModule = { protocol: 'sagoo', mqtt: sagooMqtt, http: sagooHttp }
