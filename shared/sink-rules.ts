import type { RuleCode } from './phrase.ts'
import { urlIn } from './sink-url.ts'

/** Where outgoing records go. */
export const sinkKinds = ['postgres', 'webhook', 'mqtt'] as const
export type SinkKind = (typeof sinkKinds)[number]

/** Facts of each kind: its URL schemes and what stands in an example. */
export const sinkFacts: Readonly<
  Record<SinkKind, { readonly schemes: readonly string[]; readonly rule: RuleCode; readonly example: string }>
> = {
  postgres: {
    schemes: ['postgres:', 'postgresql:'],
    rule: 'sinkPostgres',
    example: 'postgres://ota:password@10.0.0.5/factory?sslmode=verify-full',
  },
  webhook: { schemes: ['http:', 'https:'], rule: 'sinkWebhook', example: 'https://mes.example/ota-bench' },
  mqtt: { schemes: ['mqtt:', 'mqtts:', 'ws:', 'wss:'], rule: 'sinkMqtt', example: 'mqtt://user:password@10.0.0.6' },
}

/** The topic of an MQTT sink that names none. */
export const SINK_TOPIC = 'ota-bench/{station}/{kind}'

/** The fields of a sink that depend on its kind. */
export interface SinkFields {
  readonly kind: SinkKind
  readonly url: string
  readonly topic?: string | null | undefined
  readonly ca?: string | null | undefined
}

/** The topic of an event: `{station}` and `{kind}` are filled in. */
export const topicOf = (topic: string, station: string, kind: string): string =>
  topic.replaceAll('{station}', station).replaceAll('{kind}', kind)

const isTopic = (topic: string): boolean =>
  topic.length <= 256 && !topic.startsWith('$') && /^[^+#\p{Cc}{}]+$/u.test(topicOf(topic, 's', 'k'))

/** What is wrong with the fields of a sink, by field. */
export const sinkFaults = ({
  kind,
  url,
  topic,
  ca,
}: SinkFields): { field: 'url' | 'topic' | 'ca'; rule: RuleCode }[] => {
  const { schemes, rule } = sinkFacts[kind]
  const address = urlIn(url)
  const faults: ReturnType<typeof sinkFaults> = []
  if (address === undefined || !schemes.includes(address.protocol)) faults.push({ field: 'url', rule })
  else if (kind === 'postgres' && address.pathname.length < 2) faults.push({ field: 'url', rule })
  else if (kind !== 'postgres' && address.hostname === '') faults.push({ field: 'url', rule })
  if (topic != null && kind !== 'mqtt') faults.push({ field: 'topic', rule: 'sinkTopicOnly' })
  else if (topic != null && !isTopic(topic)) faults.push({ field: 'topic', rule: 'sinkTopic' })
  if (ca != null && !/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.test(ca))
    faults.push({ field: 'ca', rule: 'sinkCa' })
  return faults
}
