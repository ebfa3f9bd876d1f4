/** Events that are kept for a sink that does not take them; about 350 MB. */
export const BACKLOG_MAX = 500_000

/** How far a sink has come in the outbox. */
export interface Place {
  readonly takenSeq: number
  /** The last event that is kept for it, once its backlog has reached the limit. */
  readonly fullSeq: number | null
}

/** Events that wait for a sink. `last`: the newest event of the outbox. */
export const backlogOf = ({ takenSeq, fullSeq }: Place, last: number): number =>
  Math.max(0, (fullSeq ?? last) - takenSeq)

/** The place with the limit applied: the oldest events are kept. */
export const limited = <P extends Place>(place: P, last: number, most: number): P =>
  place.fullSeq === null && last - place.takenSeq > most ? { ...place, fullSeq: place.takenSeq + most } : place

/**
 * The place after everything up to `takenSeq` was taken. A full sink that has caught up takes what is still there.
 * @param next the first event after `takenSeq` that is still in the outbox, else one after the newest.
 */
export const advanced = (
  { fullSeq }: Place,
  takenSeq: number,
  next: number,
): { readonly place: Place; readonly missed: number } => {
  if (fullSeq === null || takenSeq < fullSeq) return { place: { takenSeq, fullSeq }, missed: 0 }
  return { place: { takenSeq: next - 1, fullSeq: null }, missed: next - 1 - takenSeq }
}

/** The events, from-to, of which no sink needs one; in order. `last`: the newest event. */
export const disposable = (
  places: readonly Place[],
  last: number,
): { readonly from: number; readonly to: number }[] => {
  const needed = places
    .map(({ takenSeq, fullSeq }) => ({ from: takenSeq + 1, to: fullSeq ?? last }))
    .filter(({ from, to }) => from <= to)
    .sort((left, right) => left.from - right.from)
  const free: { from: number; to: number }[] = []
  let at = 1
  for (const { from, to } of needed) {
    if (from > at) free.push({ from: at, to: from - 1 })
    at = Math.max(at, to + 1)
  }
  if (at <= last) free.push({ from: at, to: last })
  return free
}
