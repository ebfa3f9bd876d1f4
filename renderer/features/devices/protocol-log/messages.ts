import type { DeviceMessage } from '#shared/schema.ts'

export type DirectionFilter = 'all' | DeviceMessage['direction']

/** The same number that the station keeps. */
const MAX = 100

/** Merges new and changed messages into the known ones, in order; the largest revision is the start of the next query. */
export const mergeMessages = (
  known: readonly DeviceMessage[],
  fresh: readonly DeviceMessage[],
): { readonly messages: readonly DeviceMessage[]; readonly revision: number } => {
  const byId = new Map([...known, ...fresh].map((message) => [message.id, message]))
  // A message kept only in its last occurrence replaces the previous one.
  for (const { id, kind, channel, refused, times } of fresh) {
    if (times === 1) continue
    for (const other of known)
      if (other.id < id && other.kind === kind && other.channel === channel && other.refused === refused)
        byId.delete(other.id)
  }
  const messages = [...byId.values()].sort((a, b) => a.id - b.id).slice(-MAX)
  return { messages, revision: messages.reduce((most, { revision }) => Math.max(most, revision), 0) }
}

/** Messages as text for sharing, oldest first, times in UTC. */
export const asText = (messages: readonly DeviceMessage[]): string =>
  messages
    .map(({ at, direction, kind, channel, detail, refused, text, hex, bytes, qos, acknowledged, times }) =>
      [
        `${at} ${direction === 'in' ? '>' : '<'} ${kind}${times > 1 ? ` x${times}` : ''} ${channel}${qos === null ? '' : ` qos=${qos}`}${acknowledged === null ? '' : acknowledged ? ' acknowledged' : ' not acknowledged'}`,
        detail ? `  ${detail}` : undefined,
        refused === null ? undefined : `  refused: ${refused}`,
        text === null ? undefined : text.replace(/^/gm, '  '),
        hex === null ? undefined : `  ${bytes} bytes ${hex}`,
      ]
        .filter((line) => line !== undefined)
        .join('\n'),
    )
    .join('\n')
