import type { Slot, SlotInput } from '#shared/schema.ts'

/** A slot in the form. */
export interface DraftSlot {
  readonly id: number | undefined
  readonly label: string
  readonly location: string | null
  readonly path: string | null
}

export const draftOf = ({ id, label, location, path }: Slot): DraftSlot => ({ id, label, location, path })

export const inputOf = ({ id, label, location, path }: DraftSlot): SlotInput => ({
  ...(id !== undefined && { id }),
  label: label.trim(),
  ...(location === null ? { path } : { location }),
})

/** The faults of a line's slots, as far as known without the station. */
export const slotFault = (slots: readonly DraftSlot[]): 'label' | 'twice' | 'place' | undefined => {
  const labels = slots.map(({ label }) => label.trim())
  if (labels.some((label) => label === '')) return 'label'
  if (new Set(labels).size < labels.length) return 'twice'
  const places = slots.map(({ location, path }) => location ?? path ?? '')
  return new Set(places).size < places.length ? 'place' : undefined
}

/** The label after the last one: `A7` → `A8`; the first slot is `1`. */
export const nextLabel = (slots: readonly DraftSlot[]): string => {
  const last = slots.at(-1)?.label ?? '0'
  const [, stem = '', number] = /^(.*?)(\d+)$/.exec(last) ?? []
  let count = number === undefined ? slots.length + 1 : Number(number) + 1
  const taken = new Set(slots.map(({ label }) => label))
  while (taken.has(`${stem}${count}`)) count += 1
  return `${stem}${count}`
}
