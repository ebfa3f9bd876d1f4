import type { Line, LiveEvent, Run, Slot } from '#shared/schema.ts'

/** The lines as the screen has them. */
export interface BenchState {
  readonly loaded: boolean
  readonly lines: readonly Line[]
  /** Goes up when recipes changed: whoever shows them reads them again. */
  readonly recipesStamp: number
}

export const emptyBench: BenchState = { loaded: false, lines: [], recipesStamp: 0 }

const lineOf = ({ type: _, ...line }: Extract<LiveEvent, { type: 'line' }>): Line => line
const slotOf = ({ type: _, ...slot }: Extract<LiveEvent, { type: 'slot' }>): Slot => slot

const withLine = (lines: readonly Line[], line: Line): readonly Line[] =>
  lines.some(({ id }) => id === line.id)
    ? lines.map((known) => (known.id === line.id ? line : known))
    : [...lines, line]

const runOf = ({ type: _, ...run }: Extract<LiveEvent, { type: 'flash' }>): Run => run

/** Slots of one batch at once: a line whose slots stayed as they were keeps its identity, and is not drawn again. */
const withSlots = (lines: readonly Line[], slots: ReadonlyMap<number, Slot>): readonly Line[] =>
  slots.size === 0
    ? lines
    : lines.map((line) =>
        line.slots.some(({ id }) => slots.has(id))
          ? { ...line, slots: line.slots.map((slot) => slots.get(slot.id) ?? slot) }
          : line,
      )

/** What the lines are after a batch of events. */
export const applyBench = (state: BenchState, events: readonly LiveEvent[]): BenchState => {
  let { lines, recipesStamp } = state
  const slots = new Map<number, Slot>()
  const settle = (): void => {
    lines = withSlots(lines, slots)
    slots.clear()
  }
  const slotNow = (id: number): Slot | undefined => {
    const waiting = slots.get(id)
    if (waiting) return waiting
    for (const line of lines) {
      const found = line.slots.find((slot) => slot.id === id)
      if (found) return found
    }
    return undefined
  }
  for (const event of events) {
    if (event.type === 'flash' && event.slotId !== null) {
      // How far a run is comes without its slot; one that a slot does not hold any more is none of the picture's.
      const slot = slotNow(event.slotId)
      if (slot?.run?.id === event.id) slots.set(slot.id, { ...slot, run: runOf(event) })
    } else if (event.type === 'slot') slots.set(event.id, slotOf(event))
    else if (event.type === 'line') {
      settle()
      lines = withLine(lines, lineOf(event))
    } else if (event.type === 'removed' && event.what === 'line') {
      settle()
      lines = lines.filter(({ id }) => id !== event.id)
    } else if (event.type === 'recipe' || (event.type === 'removed' && event.what === 'recipe')) recipesStamp += 1
  }
  settle()
  return { ...state, lines, recipesStamp }
}
