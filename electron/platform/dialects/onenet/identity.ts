import { DEVICE_NAME_PATTERN, PRODUCT_KEY_PATTERN } from '#shared/limits.ts'
import type { RejectionReason } from '#shared/schema.ts'
import type { DeviceHttp, HttpDevice, HttpProduct, HttpRequest } from '../http-dialect.ts'
import { readAuthorization } from './authorization.ts'

/** An authenticated device with its product. */
export interface Caller {
  readonly product: HttpProduct
  readonly device: HttpDevice
}

/** The caller, or why it is refused: a short English phrase for the log. */
export type Identified = Caller | { readonly refused: string }

/**
 * Identifies the caller (docs/protocols/onenet.md §2.4, docs/protocols/onenet.md §2.5). The call names the device, which is authenticated by
 * - a token over `products/{pid}`, or over the account, signed with the product's key, or
 * - a token over `products/{pid}/devices/{name}` signed with its own key. Firmware whose `dev_id` is not its device name is
 *   identified by its key, unless the name belongs to another device.
 * @param named the device that the call names, and in the newer APIs its product.
 */
export const identify = async (
  request: HttpRequest,
  named: { readonly deviceName: string | undefined; readonly productKey?: string },
  deviceHttp: DeviceHttp,
): Promise<Identified> => {
  const authorization = readAuthorization(request.headers.get('authorization'))
  if (!authorization) return { refused: 'no Authorization, or not of OneNET’s form' }
  const { resource, expiresAt, signedWith } = authorization
  const productKey = resource.kind === 'user' ? named.productKey : resource.productKey
  if (productKey === undefined || (named.productKey !== undefined && named.productKey !== productKey))
    return { refused: 'Authorization is for another resource' }
  const { deviceName = '' } = named
  const product = deviceHttp.product(productKey)
  const nameable = DEVICE_NAME_PATTERN.test(deviceName) && PRODUCT_KEY_PATTERN.test(productKey)
  const device = product && nameable ? deviceHttp.device(product, deviceName) : undefined
  /** Refuses the caller, and lists it with the reason among the rejected logins. */
  const refuse = (refused: string, reason: RejectionReason, secretless = false): Identified => {
    if (nameable)
      deviceHttp.rejected?.({
        productKey,
        deviceName,
        productId: product?.id,
        deviceId: device?.id,
        reason,
        secretless,
      })
    return { refused }
  }
  if (expiresAt < deviceHttp.now())
    return refuse(
      'Authorization has expired, or the clocks differ',
      device ? 'token-expired' : product ? 'unknown-device' : 'unknown-product',
    )
  if (!product || !nameable) return refuse('no such product or device', 'unknown-product')

  if (resource.kind === 'device') {
    const isAnothers =
      resource.deviceName !== deviceName && deviceHttp.device(product, resource.deviceName) !== undefined
    if (isAnothers) return { refused: 'Authorization is another device’s' }
    if (!device) return refuse('no such product or device', 'unknown-device')
    if (!signedWith(device.secret)) return refuse('Authorization is not signed with the device’s key', 'wrong-secret')
    return { product, device }
  }
  if (!signedWith(product.secret))
    return refuse('Authorization is not signed with the product’s key', device ? 'wrong-secret' : 'unknown-device')
  const known = device ?? (product.autoRegister ? await deviceHttp.register(product, deviceName) : undefined)
  if (known) return { product, device: known }
  return product.autoRegister
    ? refuse('the product takes no more devices by itself', 'register-limit', true)
    : refuse('no such product or device', 'unknown-device', true)
}
