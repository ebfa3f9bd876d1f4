import type { ConnectedDevice, LoginResult } from '../broker/broker.ts'
import type { PlatformContext } from '../context.ts'
import type { Connect, Dialect, LoginClaim } from '../dialects/dialect.ts'
import type { DeviceRow, DeviceService } from './devices.ts'
import type { ProductRow, ProductService } from './products.ts'

/**
 * Who a login or a topic means: the dialects read the claim, this room knows the secrets. A device proves its own
 * secret; where its product registers by itself, knowing the product's secret makes it (device-protocols.md 6).
 */
export const createLogin = (
  { events }: PlatformContext,
  rooms: { readonly products: ProductService; readonly devices: DeviceService; readonly dialects: readonly Dialect[] },
) => {
  const connected = (device: DeviceRow, product: ProductRow, dialect: Dialect): ConnectedDevice => ({
    id: device.id,
    identity: { productKey: product.key, deviceName: device.name, accessToken: device.accessToken },
    dialect,
  })

  const find = (who: LoginClaim['who']): { product: ProductRow | undefined; device: DeviceRow | undefined } => {
    if ('accessToken' in who) {
      const device = rooms.devices.byAccessToken(who.accessToken)
      return { device, product: device && rooms.products.row(device.productId) }
    }
    const product = rooms.products.byKey(who.productKey)
    return { product, device: product && rooms.devices.byName(product.id, who.deviceName) }
  }

  return {
    async login(connect: Connect): Promise<LoginResult> {
      for (const dialect of rooms.dialects) {
        const claim = dialect.claim(connect)
        if (!claim) continue
        const { product, device } = find(claim.who)
        if (product?.protocol !== dialect.protocol) continue
        const proves = (secret: string): boolean => {
          const proof = claim.proves(secret)
          return proof === 'signed' || (proof === 'plain' && product.plainLogin)
        }
        if (device) {
          if (proves(device.secret) || (product.autoRegister && proves(product.secret))) {
            return { ok: true, device: connected(device, product, dialect) }
          }
          continue
        }
        if (!product.autoRegister || !('deviceName' in claim.who) || !proves(product.secret)) continue
        const { rows } = await rooms.devices.ensure(product.id, [{ name: claim.who.deviceName }])
        const [made] = rows
        if (!made) continue
        events.emit('device', made.id)
        return { ok: true, device: connected(made, product, dialect) }
      }
      return { ok: false, refused: 'credentials' }
    },

    /** The device whose topic this is (external broker: the broker vouches for it). */
    deviceOfTopic(topic: string): ConnectedDevice | undefined {
      for (const dialect of rooms.dialects) {
        const who = dialect.senderOf(topic)
        if (!who) continue
        const { product, device } = find(who)
        if (product?.protocol === dialect.protocol && device) return connected(device, product, dialect)
      }
      return undefined
    },
  }
}
