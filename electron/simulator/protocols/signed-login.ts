import { createHmac } from 'node:crypto'
import type { DeviceCredentials, LoginForm } from '../device-link.ts'
import type { Login } from './mqtt-protocol.ts'

/** LinkSDK's own constant: its devices have no clock at login (docs/protocols/README.md §4.4). */
const LOGIN_TIMESTAMP = '2524608000000'

/** CONNECT of Alibaba-format devices, signed as LinkSDK does or with the secret itself (docs/protocols/README.md §4.2). */
export const signedLogin = (device: DeviceCredentials, form: LoginForm): Login => {
  const id = `${device.productKey}.${device.name}`
  const username = `${device.name}&${device.productKey}`
  if (form === 'plain') return { clientId: id, username, password: device.secret }
  // docs/protocols/README.md §4.3: name and value of clientId, deviceName, productKey, timestamp, sorted by name.
  const content = `clientId${id}deviceName${device.name}productKey${device.productKey}timestamp${LOGIN_TIMESTAMP}`
  return {
    // LinkSDK's clientId without `_ss=1`: these devices subscribe themselves.
    clientId: `${id}|timestamp=${LOGIN_TIMESTAMP},_v=sdk-c-4.1.0,securemode=3,signmethod=hmacsha256,ext=3,_conn=tcp_0|`,
    username,
    password: createHmac('sha256', device.secret).update(content).digest('hex').toUpperCase(),
  }
}
