import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { DEVICE_NAME_PATTERN, PRODUCT_KEY_PATTERN } from '#shared/limits.ts'
import type { Connect, LoginClaim } from './dialect.ts'

/** Alibaba's MQTT login (docs/protocols/README.md §4.3), shared by the dialects that follow its form. */

const hmacs: ReadonlyMap<string, string> = new Map([
  ['hmacmd5', 'md5'],
  ['hmacsha1', 'sha1'],
  ['hmacsha256', 'sha256'],
])

/** Compares in constant time, for any lengths. */
export const sameText = (left: string, right: string): boolean =>
  timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest())

/** The client id itself and the `key=value` parameters after its first `|`, in any order. */
const clientIdParts = (clientId: string): { id: string; parameters: ReadonlyMap<string, string> } => {
  const [id = '', listed = ''] = clientId.split('|', 2)
  const parameters = new Map<string, string>()
  for (const pair of listed.split(',')) {
    const equals = pair.indexOf('=')
    if (equals > 0) parameters.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim())
  }
  return { id, parameters }
}

/** Whether the client requests a subscription by the server (`_ss=1`): LinkSDK then never sends a SUBSCRIBE for its notices. */
export const asksForSubscription = (connect: Connect): boolean =>
  clientIdParts(connect.clientId).parameters.get('_ss') === '1'

/** Whether the client logs in with Alibaba's signed form, as SDKs for Alibaba Cloud do. */
export const isSignedForm = (connect: Connect): boolean => clientIdParts(connect.clientId).parameters.has('signmethod')

const provesSigned = (connect: Connect, deviceName: string, productKey: string, secret: string): boolean => {
  const { id, parameters } = clientIdParts(connect.clientId)
  const algorithm = hmacs.get((parameters.get('signmethod') ?? '').toLowerCase())
  if (algorithm === undefined) return false
  const timestamp = parameters.get('timestamp')
  const content =
    `clientId${id}deviceName${deviceName}productKey${productKey}` +
    (timestamp === undefined ? '' : `timestamp${timestamp}`)
  return sameText(connect.password.toLowerCase(), createHmac(algorithm, secret).update(content).digest('hex'))
}

/**
 * Reads user name `{deviceName}&{productKey}` with, as password, either the signed form or the secret itself; any client id.
 * Undefined when the user name has another form.
 */
export const claimSigned = (connect: Connect): LoginClaim | undefined => {
  const [deviceName = '', productKey = '', ...more] = connect.username.split('&')
  if (more.length > 0 || !DEVICE_NAME_PATTERN.test(deviceName) || !PRODUCT_KEY_PATTERN.test(productKey))
    return undefined
  return {
    who: { productKey, deviceName },
    form: isSignedForm(connect) ? 'signed' : 'plain',
    proves: (secret) => {
      if (secret === '') return undefined
      const plain = sameText(connect.password, secret)
      const signed = provesSigned(connect, deviceName, productKey, secret)
      return signed ? 'signed' : plain ? 'plain' : undefined
    },
  }
}
