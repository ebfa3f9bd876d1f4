import type { Line, LiveEvent, Run, Slot } from '#shared/schema.ts'

/** The state of the lines on the screen. */
export interface BenchState {
  readonly loaded: boolean
  readonly lines: readonly Line[]
  /** Increases when recipes have changed: components that show recipes read them again. */
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

/** Applies the slots of one batch: a line with unchanged slots keeps its identity and does not render again. */
const withSlots = (lines: readonly Line[], slots: ReadonlyMap<number, Slot>): readonly Line[] =>
  slots.size === 0
    ? lines
    : lines.map((line) =>
        line.slots.some(({ id }) => slots.has(id))
          ? { ...line, slots: line.slots.map((slot) => slots.get(slot.id) ?? slot) }
          : line,
      )

/** The state of the lines after a batch of events. */
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
      // A run's progress arrives without its slot; a run that no slot holds any more is ignored.
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
