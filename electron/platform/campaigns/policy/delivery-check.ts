import type { CampaignDefinition } from '#shared/campaign/definition.ts'
import { DomainError } from '#shared/errors.ts'
import { MQTT_DOWNLOAD_BYTES, type Protocol, protocolFacts } from '#shared/protocols/index.ts'

/** The files of a campaign, and how devices download them. */
export interface Delivery {
  readonly protocol: Protocol
  readonly transport: CampaignDefinition['transport']
  /** Why the station does not serve HTTPS; undefined when it does. */
  readonly httpsRefusal: DomainError | undefined
  readonly files: readonly { readonly name: string; readonly size: number }[]
}

/**
 * Checks that devices of a protocol can download a package that way (docs/protocols/sagoo.md §8.1: over MQTT one file of at most
 * 16 MB).
 * @throws TLS_OFF, CA_UNUSABLE, MQTT_DOWNLOAD_UNKNOWN, MQTT_DOWNLOAD_FILES, MQTT_DOWNLOAD_SIZE.
 */
export const checkDelivery = ({ protocol, transport, files, httpsRefusal }: Delivery): void => {
  if (transport === 'https' && httpsRefusal) throw httpsRefusal
  if (transport !== 'mqtt') return
  if (!protocolFacts[protocol].features.mqttDownload) throw new DomainError('MQTT_DOWNLOAD_UNKNOWN', { protocol })
  if (files.length > 1) throw new DomainError('MQTT_DOWNLOAD_FILES', { files: files.length })
  const tooLarge = files.find((file) => file.size > MQTT_DOWNLOAD_BYTES)
  if (tooLarge)
    throw new DomainError('MQTT_DOWNLOAD_SIZE', { file: tooLarge.name, limit: `${MQTT_DOWNLOAD_BYTES / 1024 ** 2} MB` })
}
