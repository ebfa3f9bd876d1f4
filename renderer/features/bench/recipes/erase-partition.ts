import type { BenchTrouble } from '#shared/schema.ts'
import type { RecipeDraft } from './recipe-draft.ts'

/** Reasons that end when a partition is erased. */
const endedByErasing = ['ESP_OTADATA_KEPT', 'ESP_UNIT_DATA_SHORT']

/** The partition whose erasing ends this trouble; undefined where none does. */
export const erasableOf = ({ code, data }: BenchTrouble): string | undefined =>
  endedByErasing.includes(code) && typeof data.label === 'string' ? data.label : undefined

/** The draft that erases this partition as well. */
export const withErased = (draft: RecipeDraft, label: string): RecipeDraft => {
  const before = String(draft.options.erasePartitions ?? '')
  const labels = [...before.split(/[\s,;]+/).filter(Boolean), label]
  return { ...draft, options: { ...draft.options, erasePartitions: [...new Set(labels)].join(', ') } }
}
