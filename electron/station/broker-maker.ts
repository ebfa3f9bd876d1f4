import type { Logger } from 'pino'
import { MQTT_PACKET_BYTES } from '#shared/limits.ts'
import type { StationOptions } from '../options.ts'
import type { Broker, BrokerHost } from '../platform/broker/broker.ts'
import { createEmbeddedBroker } from '../platform/broker/embedded-broker.ts'
import type { EmbeddedBrokerOptions } from '../platform/broker/embedded-options.ts'
import { servedDialects } from '../platform/dialects/index.ts'
import type { Counts } from '../platform/metrics/counts.ts'
import { meteredBrokerHost } from '../platform/metrics/metered-hosts.ts'

/** Failed logins a minute (docs/protocols/README.md §4.7). */
export const FAILED_LOGINS = 10

/** The broker that the options name: the embedded one, or an external one. */
export const brokerMaker = async (
  options: StationOptions,
  counts: Counts,
  {
    clock,
    logger,
    refusals,
    failures,
    gate,
  }: Pick<EmbeddedBrokerOptions, 'clock' | 'refusals' | 'failures' | 'gate'> & { readonly logger: Logger },
): Promise<(host: BrokerHost) => Broker> => {
  const { broker: externalUrl } = options
  if (externalUrl !== undefined) {
    // Most stations never need the MQTT client, so it is loaded on demand.
    const { createExternalBroker } = await import('../platform/broker/external-broker.ts')
    return (host) =>
      createExternalBroker({
        ...{
          host: meteredBrokerHost(host, counts),
          url: externalUrl,
          group: options.brokerGroup,
          dialects: servedDialects,
        },
        ...{ clock, logger, refusals, failures },
      })
  }
  const listen = {
    host: options.host,
    mqttPort: options.mqttPort,
    // Opens once there is a certificate.
    ...(options.tls ? { tls: { port: options.mqttsPort } } : {}),
  }
  const limits = { packetBytes: MQTT_PACKET_BYTES, failedLogins: FAILED_LOGINS }
  return (host) =>
    createEmbeddedBroker({
      host: meteredBrokerHost(host, counts),
      listen,
      limits,
      clock,
      logger,
      refusals,
      failures,
      gate,
    })
}
