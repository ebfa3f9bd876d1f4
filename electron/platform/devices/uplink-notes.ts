import type { MessageKind } from '#shared/schema.ts'
import type { Uplink } from '../dialects/dialect.ts'

const joined = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(' · ')

/** A report that named another module than the upgrade it was taken for. */
export const takenFor = (module: string | undefined, taken: string): string => `${module ?? ''} → ${taken}`

/** What a message was understood as, for the protocol log: the kind for a person's language, the rest as the device said it. */
export const uplinkNote = (uplink: Uplink): { readonly kind: MessageKind; readonly detail: string } => {
  const { kind } = uplink
  switch (kind) {
    case 'version':
      return { kind, detail: joined(uplink.module, uplink.version) }
    case 'progress':
      return { kind, detail: joined(uplink.module, `${uplink.percent}%`, uplink.text) }
    case 'installing':
      return { kind, detail: joined(uplink.module, uplink.text) }
    case 'failure':
      return { kind, detail: joined(uplink.module, uplink.reason, uplink.text) }
    case 'query':
      return { kind: 'ask', detail: joined(uplink.module, uplink.version) }
    case 'block':
      return { kind, detail: `${uplink.streamId}/${uplink.fileId} · ${uplink.offset} + ${uplink.size}` }
    case 'meaningless':
      return { kind, detail: uplink.why }
    case 'acknowledged':
      return { kind, detail: '' }
  }
}
