import type { DialectModule } from '../dialect-module.ts'
import { iotEngineMqtt } from './mqtt.ts'

/** JD Cloud's IoT engine, over MQTT only. */
export const iotEngine: DialectModule = { protocol: 'iot-engine', mqtt: iotEngineMqtt }
