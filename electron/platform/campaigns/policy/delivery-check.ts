import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { MQTT_DOWNLOAD_BYTES, type Protocol, protocolFacts } from '#shared/protocols/index.ts'
import type { DeliveryProtocol, UpgradePolicy } from '#shared/schema.ts'

/** What is to be brought to devices, and how. */
export interface Delivery {
  readonly protocol: Protocol
  readonly by: z.output<typeof DeliveryProtocol>
  /** Why the station does not serve HTTPS; undefined where it does. */
  readonly httpsRefusal: DomainError | undefined
  readonly files: readonly { readonly name: string; readonly size: number }[]
}

/**
 * Whether devices of a protocol hear of an upgrade that way: told or asking, at once or when they see fit.
 * @throws ASKING_UNKNOWN, POLICY_UNKNOWN.
 */
export const checkOffering = (
  protocol: Protocol,
  { push, policy }: { readonly push: boolean; readonly policy: z.output<typeof UpgradePolicy> },
): void => {
  if (!push && !protocolFacts[protocol].features.queries) throw new DomainError('ASKING_UNKNOWN', { protocol })
  if (policy !== 'standard' && !protocolFacts[protocol].features.policy)
    throw new DomainError('POLICY_UNKNOWN', { protocol })
}

/**
 * Whether devices of a protocol can fetch a package that way (docs/protocols/sagoo.md §8.1: over MQTT one file of at most 16 MB).
 * @throws TLS_OFF, CA_UNUSABLE, MQTT_DOWNLOAD_UNKNOWN, MQTT_DOWNLOAD_FILES, MQTT_DOWNLOAD_SIZE.
 */
export const checkDelivery = ({ protocol, by, files, httpsRefusal }: Delivery): void => {
  if (by === 'https' && httpsRefusal) throw httpsRefusal
  if (by !== 'mqtt') return
  if (!protocolFacts[protocol].features.mqttDownload) throw new DomainError('MQTT_DOWNLOAD_UNKNOWN', { protocol })
  if (files.length > 1) throw new DomainError('MQTT_DOWNLOAD_FILES', { files: files.length })
  const tooLarge = files.find((file) => file.size > MQTT_DOWNLOAD_BYTES)
  if (tooLarge)
    throw new DomainError('MQTT_DOWNLOAD_SIZE', { file: tooLarge.name, limit: `${MQTT_DOWNLOAD_BYTES / 1024 ** 2} MB` })
}
