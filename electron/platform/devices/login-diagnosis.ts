import { SECRET_PATTERN } from '#shared/limits.ts'
import type { Protocol } from '#shared/protocols/index.ts'
import type { RejectionReason } from '#shared/schema.ts'
import type { Clock } from '../basics/clock.ts'
import type { Connect, LoginClaim, MqttDialect } from '../dialects/dialect.ts'
import type { ConnectedDevice } from './connected-device.ts'
import type { DeviceService } from './device-service.ts'
import type { ProductRow, ProductService } from './product-service.ts'
import type { ProtocolLog } from './protocol-log.ts'
import type { LoginRefusal, RejectedLogins } from './rejected-logins.ts'

interface Deps {
  readonly products: Pick<ProductService, 'row' | 'byKey' | 'registering'>
  readonly devices: Pick<DeviceService, 'byName' | 'byAccessToken'>
  readonly dialects: readonly MqttDialect[]
  readonly clock: Pick<Clock, 'now'>
  readonly knocks: RejectedLogins
  readonly log: ProtocolLog
}

/** Rejection reasons by how much they explain: the most specific one is shown. */
const telling: readonly RejectionReason[] = [
  'unknown-form',
  'unknown-product',
  'unknown-device',
  'plain-refused',
  'wrong-secret',
  'token-expired',
  'register-limit',
]

/** Texts for the protocol log. */
const phrases: Readonly<Record<RejectionReason, string>> = {
  'unknown-form': 'no form of a login',
  'unknown-product': 'unknown product',
  'unknown-device': 'unknown device',
  'plain-refused': 'the product takes signed logins only',
  'wrong-secret': 'wrong secret or signature',
  'token-expired': 'its token has expired, or its clock is wrong',
  'register-limit': 'the product takes no more devices by itself',
}

type Reading = Omit<LoginRefusal, 'protocols' | 'address'> & { readonly protocol: Protocol }

/** Records accepted MQTT logins, and diagnoses why others were rejected. */
export const createLoginDiagnosis = (deps: Deps) => {
  const read = (dialect: MqttDialect, claim: LoginClaim, connect: Connect): Reading => {
    const { protocol } = dialect
    const presents = claim.form === 'plain' && SECRET_PATTERN.test(connect.password)
    const shown = {
      protocol,
      tokenAlone: claim.tokenAlone,
      password: presents ? connect.password : undefined,
      // Using the sent password as the secret shows which form of proof the login has.
      plain: presents && claim.proves(connect.password) === 'plain',
    }
    const expired = claim.expiresAt !== undefined && claim.expiresAt < deps.clock.now()
    const known = (deviceId: number, productId: number, secret: string) => {
      const plain = claim.tokenAlone === true || claim.proves(secret) === 'plain'
      const reason = expired
        ? 'token-expired'
        : plain && !deps.products.row(productId).plainLogin
          ? 'plain-refused'
          : 'wrong-secret'
      return { deviceId, productId, reason } as const
    }
    /** An unknown device that proves the secret of a self-registering product exceeds the limit: otherwise it would be registered. */
    const stranger = (named: ProductRow | undefined) => {
      const open = named ? [named] : deps.products.registering(protocol)
      const home = expired
        ? undefined
        : open.find(({ autoRegister, plainLogin, secret }) => {
            const proof = claim.proves(secret)
            return autoRegister && (proof === 'signed' || (proof === 'plain' && plainLogin))
          })
      const productId = named?.id ?? home?.id
      return {
        ...(productId !== undefined && { productId }),
        reason: home ? 'register-limit' : 'unknown-device',
      } as const
    }
    if ('accessToken' in claim.who) {
      const device = deps.devices.byAccessToken(claim.who.accessToken)
      const ours = device && deps.products.row(device.productId).protocol === protocol
      return {
        ...shown,
        ...claim.who,
        ...(ours ? known(device.id, device.productId, device.secret) : stranger(undefined)),
      }
    }
    const product = deps.products.byKey(claim.who.productKey)
    if (product?.protocol !== protocol) return { ...shown, ...claim.who, reason: 'unknown-product' }
    const device = deps.devices.byName(product.id, claim.who.deviceName)
    return {
      ...shown,
      ...claim.who,
      ...(device
        ? known(device.id, product.id, device.secret)
        : {
            ...stranger(product),
            secretless: claim.byProduct === true && claim.proves(product.secret) === 'signed',
          }),
    }
  }

  /** The most specific reading; if several protocols agree on it, all of them are named. */
  const diagnose = (connect: Connect, address: string): LoginRefusal => {
    const readings = deps.dialects.flatMap((dialect) => {
      const claim = dialect.claim(connect)
      return claim ? [read(dialect, claim, connect)] : []
    })
    // A name in the form of a product's device is more specific than a bare token, which can be any text.
    const weight = ({ reason, accessToken }: Reading) =>
      telling.indexOf(reason) - (accessToken !== undefined && reason === 'unknown-device' ? telling.length : 0)
    const best = readings.toSorted((a, b) => weight(b) - weight(a))[0]
    if (!best) return { protocols: [], username: connect.username, address, reason: 'unknown-form' }
    const alike = readings.filter((reading) => weight(reading) === weight(best))
    const { protocol: _, ...knocking } = best
    return { ...knocking, protocols: alike.map(({ protocol }) => protocol), address }
  }

  const loginNote = (connect: Connect, tokens: readonly (string | undefined)[]) => {
    const lines = `clientId: ${connect.clientId}\nusername: ${connect.username}\npassword: •••`
    const payload = tokens.reduce<string>((text, token) => (token ? text.replaceAll(token, '•••') : text), lines)
    return { direction: 'in', channel: 'CONNECT', kind: 'login', payload } as const
  }

  return {
    admitted({ id, identity }: ConnectedDevice, connect: Connect, address: string): void {
      deps.knocks.settled({ id, ...identity })
      // The token may equal the name; then it is not a secret.
      const token = identity.accessToken === identity.deviceName ? undefined : identity.accessToken
      deps.log.note(id, { ...loginNote(connect, [token]), detail: address })
    },

    refused(connect: Connect, address: string): void {
      const knocking = diagnose(connect, address)
      deps.knocks.note(knocking)
      if (knocking.deviceId === undefined) return
      deps.log.note(knocking.deviceId, {
        ...loginNote(connect, [knocking.accessToken]),
        detail: address,
        refused: phrases[knocking.reason],
        onlyLast: true,
      })
    },
  }
}
