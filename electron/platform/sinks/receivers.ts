import { SINK_TOPIC, type SinkKind } from '#shared/sink-rules.ts'
import type { Clock } from '../basics/clock.ts'
import type { Receiver, ReceiverSettings } from './receiver.ts'
import { createWebhookReceiver } from './webhook-receiver.ts'

/** What a receiver is made of besides its settings. */
export interface ReceiverSurroundings {
  readonly clock: Pick<Clock, 'now'>
  readonly program: string
  /** A name for the connection that no other connection has. */
  readonly clientId: string
}

/** Makes the receiver of a sink. Its library is loaded then: most stations have no sink. */
export const openReceiver = async (
  kind: SinkKind,
  settings: ReceiverSettings,
  surroundings: ReceiverSurroundings,
): Promise<Receiver> => {
  switch (kind) {
    case 'postgres':
      return (await import('./postgres-receiver.ts')).createPostgresReceiver(settings)
    case 'webhook':
      return createWebhookReceiver(settings, surroundings)
    case 'mqtt': {
      const { createMqttReceiver } = await import('./mqtt-receiver.ts')
      return createMqttReceiver({ ...settings, topic: settings.topic ?? SINK_TOPIC }, surroundings.clientId)
    }
  }
}

export type OpenReceiver = typeof openReceiver
