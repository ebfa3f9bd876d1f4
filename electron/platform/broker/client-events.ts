import { z } from 'zod'

/** Where EMQX and brokers like it tell which clients come and go (docs/scaling.md §5). */
export const CLIENT_EVENTS = ['$SYS/brokers/+/clients/+/connected', '$SYS/brokers/+/clients/+/disconnected'] as const

const TOPIC = /^\$SYS\/brokers\/[^/]+\/clients\/.+\/(connected|disconnected)$/
const Payload = z.object({ clientid: z.string(), username: z.string().nullish() })

/** A client of the broker came or went. */
export interface ClientEvent {
  readonly kind: 'connected' | 'disconnected'
  readonly clientId: string
  readonly username: string
}

/** Reads a message of the broker about its clients; undefined for any other message, and where the client gave no user name. Never throws. */
export const clientEventOf = (topic: string, payload: Uint8Array): ClientEvent | undefined => {
  const [, kind] = TOPIC.exec(topic) ?? []
  if (kind !== 'connected' && kind !== 'disconnected') return undefined
  try {
    const { clientid, username } = Payload.parse(JSON.parse(Buffer.from(payload).toString()))
    return username ? { kind, clientId: clientid, username } : undefined
  } catch {
    return undefined
  }
}
