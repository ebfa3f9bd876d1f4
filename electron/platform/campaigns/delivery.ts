import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { MQTT_DOWNLOAD_BYTES, type Protocol, protocolFeatures } from '#shared/protocols.ts'
import type { DeliveryProtocol } from '#shared/schema.ts'

/** What is to be brought to devices, and how. */
export interface Delivery {
  readonly protocol: Protocol
  readonly by: z.output<typeof DeliveryProtocol>
  readonly files: readonly { readonly name: string; readonly size: number }[]
}

/**
 * Whether devices of a protocol can fetch a package that way (device-protocols.md 2.3: over MQTT one file of at most 16 MB).
 * @throws MQTT_DOWNLOAD_UNKNOWN, MQTT_DOWNLOAD_FILES, MQTT_DOWNLOAD_SIZE.
 */
export const checkDelivery = ({ protocol, by, files }: Delivery): void => {
  if (by !== 'mqtt') return
  if (!protocolFeatures[protocol].mqttDownload) throw new DomainError('MQTT_DOWNLOAD_UNKNOWN', { protocol })
  if (files.length > 1) throw new DomainError('MQTT_DOWNLOAD_FILES', { files: files.length })
  const tooLarge = files.find((file) => file.size > MQTT_DOWNLOAD_BYTES)
  if (tooLarge)
    throw new DomainError('MQTT_DOWNLOAD_SIZE', { file: tooLarge.name, limit: `${MQTT_DOWNLOAD_BYTES / 1024 ** 2} MB` })
}
