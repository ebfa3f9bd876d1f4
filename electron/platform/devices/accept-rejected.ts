import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { DEVICE_NAME_PATTERN } from '#shared/limits.ts'
import type { Device, RejectedLoginAcceptance } from '#shared/schema.ts'
import type { DeviceService } from './device-service.ts'
import type { ProductRow, ProductService } from './product-service.ts'
import type { RejectedDevice, RejectedLogins } from './rejected-logins.ts'

/** Registers devices with rejected logins when an operator accepts them. */
export const createAcceptRejected = (deps: {
  readonly knocks: RejectedLogins
  readonly products: Pick<ProductService, 'row' | 'byKey'>
  readonly devices: Pick<DeviceService, 'byName' | 'byAccessToken' | 'create' | 'setSecret'>
  /** The broker: closes a device's connection, and clears the failed logins of an address. */
  readonly broker: () => { drop(deviceId: number): void; forgive(remoteAddress: string): void }
}) => {
  const { knocks, products, devices } = deps

  const knocker = (id: number): RejectedDevice => {
    const found = knocks.get(id)
    if (!found) throw new DomainError('NOT_FOUND', { what: 'knock', id })
    return found
  }

  /** The product that the login names, else the selected one. */
  const productOf = ({ productKey, protocols }: RejectedDevice, chosenId: number | undefined): ProductRow => {
    const chosen = chosenId === undefined ? undefined : products.row(chosenId)
    if (productKey !== undefined) {
      const named = products.byKey(productKey)
      if (!named || !protocols.includes(named.protocol) || (chosen && chosen.id !== named.id))
        throw new DomainError('KNOCK_NEEDS_PRODUCT', { key: productKey })
      return named
    }
    if (!chosen || !protocols.includes(chosen.protocol))
      throw new DomainError('INVALID_FIELD', { field: 'productId', rule: protocols.join(', ') })
    return chosen
  }

  return {
    /**
     * Registers the device with the data of its login. The secret of a known device changes only with `replaceSecret`.
     * @throws NOT_FOUND, KNOCK_UNREADABLE, KNOCK_NEEDS_PRODUCT, KNOCK_NEEDS_SECRET, KNOCK_KNOWN, PLAIN_REFUSED, INVALID_FIELD.
     */
    async accept(id: number, input: z.output<typeof RejectedLoginAcceptance>): Promise<Device> {
      const knock = knocker(id)
      const { accessToken } = knock
      const name = knock.deviceName ?? accessToken
      if (name === undefined || !DEVICE_NAME_PATTERN.test(name)) throw new DomainError('KNOCK_UNREADABLE')
      const product = productOf(knock, input.productId)
      if ((knock.tokenAlone || knock.plain) && !product.plainLogin)
        throw new DomainError('PLAIN_REFUSED', { device: name, product: product.name })
      const secret = input.secret ?? knock.password
      if (secret === undefined && !knock.tokenAlone && !knock.secretless)
        throw new DomainError('KNOCK_NEEDS_SECRET', { device: name })
      const there = accessToken === undefined ? devices.byName(product.id, name) : devices.byAccessToken(accessToken)
      if (there && !input.replaceSecret) throw new DomainError('KNOCK_KNOWN', { device: there.name })
      const device = there
        ? await devices.setSecret(there.id, secret ?? there.secret)
        : await devices.create({ productId: product.id, name, secret, accessToken })
      deps.broker().drop(device.id)
      // Earlier failures must not block the device for the rest of the minute.
      deps.broker().forgive(knock.address)
      knocks.forget(id)
      return device
    },

    /** @throws NOT_FOUND. */
    dismiss(id: number): void {
      knocks.forget(knocker(id).id)
    },
  }
}
