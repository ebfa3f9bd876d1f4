import type { Connect, LoginClaim, MqttDialect } from '../dialects/dialect.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import type { ConnectedDevice, LoginLimits, LoginResult } from './connected-device.ts'
import type { DeviceService } from './device-service.ts'
import type { DeviceRow } from './device-views.ts'
import type { ProductRow, ProductService } from './product-service.ts'

/**
 * Identifies the device of a login or a topic: the dialects read the claim, this module knows the secrets. A device proves its own
 * secret; if its product allows self-registration, the product's secret registers it (docs/protocols/README.md §3.3).
 */
export const createLogin = (
  { events, clock }: PlatformContext,
  deps: {
    readonly products: ProductService
    readonly devices: DeviceService
    readonly dialects: readonly MqttDialect[]
  },
) => {
  const connected = (device: DeviceRow, product: ProductRow, dialect: MqttDialect): ConnectedDevice => ({
    id: device.id,
    identity: { productKey: product.key, deviceName: device.name, accessToken: device.accessToken },
    dialect,
  })

  const find = (who: LoginClaim['who']): { product: ProductRow | undefined; device: DeviceRow | undefined } => {
    if ('accessToken' in who) {
      const device = deps.devices.byAccessToken(who.accessToken)
      return { device, product: device && deps.products.row(device.productId) }
    }
    const product = deps.products.byKey(who.productKey)
    return { product, device: product && deps.devices.byName(product.id, who.deviceName) }
  }

  const proves = (claim: LoginClaim, product: ProductRow, secret: string): boolean => {
    const proof = claim.proves(secret)
    return proof === 'signed' || (proof === 'plain' && product.plainLogin)
  }

  /** How a login proves the device: by its own secret, by shared credentials (product secret, token only), or not at all. */
  const provesDevice = (
    claim: LoginClaim,
    product: ProductRow,
    device: DeviceRow,
    barred: boolean,
  ): 'own' | 'shared' | undefined => {
    if (claim.byProduct !== true && proves(claim, product, device.secret)) return 'own'
    if (barred) return undefined
    const shared =
      claim.byProduct === true
        ? proves(claim, product, product.secret)
        : (claim.tokenAlone === true && product.plainLogin) ||
          (product.autoRegister && proves(claim, product, product.secret))
    return shared ? 'shared' : undefined
  }

  /** The product for an unknown device: the one that it names; with an access token, the one whose secret it proves. */
  const newcomersProduct = (
    claim: LoginClaim,
    { protocol }: MqttDialect,
    named: ProductRow | undefined,
  ): ProductRow | undefined => {
    const open = 'accessToken' in claim.who ? deps.products.registering(protocol) : named ? [named] : []
    return open.find(
      (product) => product.protocol === protocol && product.autoRegister && proves(claim, product, product.secret),
    )
  }

  /**
   * Undefined when the name belongs to another device by now, or the product is at its limit. A device known only by its access token gets
   * the token as its name.
   */
  const register = async (product: ProductRow, who: LoginClaim['who']): Promise<DeviceRow | undefined> => {
    const wanted =
      'accessToken' in who ? { name: who.accessToken, accessToken: who.accessToken } : { name: who.deviceName }
    const made = await deps.devices.selfRegister(product.id, wanted)
    if (!made || ('accessToken' in who && made.device.accessToken !== who.accessToken)) return undefined
    if (made.isNew) events.emit('device', made.device.id)
    return made.device
  }

  return {
    /** @param barred only the own secret of a known device is accepted. */
    async login(connect: Connect, { barred }: Pick<LoginLimits, 'barred'> = { barred: false }): Promise<LoginResult> {
      let named: { readonly deviceId: number; readonly guessesShared: boolean } | undefined
      for (const dialect of deps.dialects) {
        const claim = dialect.claim(connect)
        if (!claim) continue
        const { product, device } = find(claim.who)
        const known = device && product?.protocol === dialect.protocol ? { device, product } : undefined
        if (known) {
          const guessesShared = known.product.autoRegister || claim.byProduct === true
          named = { deviceId: known.device.id, guessesShared: guessesShared || named?.guessesShared === true }
        }
        if (claim.expiresAt !== undefined && claim.expiresAt < clock.now()) continue
        const proof = known && provesDevice(claim, known.product, known.device, barred)
        if (proof)
          return { ok: true, device: connected(known.device, known.product, dialect), shared: proof === 'shared' }
        const home = device || barred ? undefined : newcomersProduct(claim, dialect, product)
        const made = home && (await register(home, claim.who))
        if (made) return { ok: true, device: connected(made, home, dialect), shared: true }
      }
      return { ok: false, refused: 'credentials', ...named }
    },

    /** The device that logged in so at an external broker, which checked its secret. */
    deviceOfClient(clientId: string, username: string): ConnectedDevice | undefined {
      for (const dialect of deps.dialects) {
        const claim = dialect.claim({ clientId, username, password: '' })
        const { product, device } = claim ? find(claim.who) : {}
        if (product?.protocol === dialect.protocol && device) return connected(device, product, dialect)
      }
      return undefined
    },

    /** The sender of a message (an external broker is trusted to authenticate it). */
    deviceOfTopic(topic: string, payload: Uint8Array): ConnectedDevice | undefined {
      for (const dialect of deps.dialects) {
        const who = dialect.senderOf(topic, payload)
        if (!who) continue
        const { product, device } = find(who)
        if (product?.protocol === dialect.protocol && device) return connected(device, product, dialect)
      }
      return undefined
    },
  }
}
