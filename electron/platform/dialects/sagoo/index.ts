import type { DialectModule } from '../dialect-module.ts'
import { sagooHttp } from './http.ts'
import { sagooMqtt } from './mqtt.ts'

/** SagooIOT: devices are notified over MQTT, or query over HTTP. */
export const sagoo: DialectModule = { protocol: 'sagoo', mqtt: sagooMqtt, http: sagooHttp }
