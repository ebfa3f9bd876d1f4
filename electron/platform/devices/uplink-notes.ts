import type { MessageKind } from '#shared/schema.ts'
import type { Uplink } from '../dialects/dialect.ts'

const joined = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(' · ')

/** A report that names another module than the upgrade to which it was applied. */
export const takenFor = (module: string | undefined, taken: string): string => `${module ?? ''} → ${taken}`

/** How a message was interpreted, for the protocol log: the kind is translated on screen, the rest is the device's text. */
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
