import { type Sink, SinkInput } from '#shared/schema.ts'
import type { SinkKind } from '#shared/sink-rules.ts'

/** A receiver in the form: texts as typed. */
export interface SinkDraft {
  readonly kind: SinkKind
  readonly name: string
  readonly url: string
  /** Empty: as it is stored. */
  readonly secret: string
  readonly topic: string
  readonly ca: string
}

export const emptySink = (kind: SinkKind): SinkDraft => ({ kind, name: '', url: '', secret: '', topic: '', ca: '' })

export const sinkDraftOf = ({ kind, name, url, topic, ca }: Sink): SinkDraft => ({
  kind,
  name,
  url,
  secret: '',
  topic: topic ?? '',
  ca: ca ?? '',
})

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())

/** What the form says, as the station takes it; a secret that was left empty is not among it. */
export const sinkIn = ({ name, url, secret, topic, ca, kind }: SinkDraft) => ({
  name: name.trim(),
  url: url.trim(),
  ...(secret !== '' && { secret }),
  topic: kind === 'mqtt' ? orNull(topic) : null,
  ca: orNull(ca),
})

export type SinkField = Exclude<keyof SinkDraft, 'kind'>

/** The first fault of each field, as a schema names it; `taken`: names of the other receivers. */
export const sinkDraftFaults = (
  draft: SinkDraft,
  taken: readonly string[],
): Readonly<Partial<Record<SinkField, string>>> => {
  const read = SinkInput.safeParse({ kind: draft.kind, ...sinkIn(draft) })
  const faults: Partial<Record<SinkField, string>> = {}
  for (const { path, message } of read.success ? [] : read.error.issues) {
    const field = path[0]
    if (field === 'name' || field === 'url' || field === 'secret' || field === 'topic' || field === 'ca')
      faults[field] ??= message
  }
  if (faults.name === undefined && taken.includes(draft.name.trim())) faults.name = 'rules.unique'
  return faults
}

/** A new signing key: 32 random bytes as letters, digits, `-` and `_`. */
export const newKey = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
