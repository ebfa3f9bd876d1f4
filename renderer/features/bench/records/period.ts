export const spans = ['today', 'week', 'month', 'custom'] as const
export type Span = (typeof spans)[number]

/** The selected period: a span up to now, or days chosen by the user (`2026-11-21`, in this machine's calendar; '' is open). */
export interface Period {
  readonly span: Span
  readonly from: string
  readonly to: string
}

const days: Readonly<Record<Exclude<Span, 'custom'>, number>> = { today: 0, week: 6, month: 29 }

const midnight = (now: number, daysBack: number): Date => {
  const day = new Date(now)
  day.setHours(0, 0, 0, 0)
  // Calculated by calendar days, because a day may have 23 or 25 hours.
  day.setDate(day.getDate() - daysBack)
  return day
}

const dayOf = (text: string, later = 0): string | undefined => {
  const [year, month, day] = text.split('-').map(Number)
  if (!year || !month || !day) return undefined
  return new Date(year, month - 1, day + later).toISOString()
}

/** The start and end of a period; the last chosen day is included. */
export const rangeOf = ({ span, from, to }: Period, now: number): { from?: string; to?: string } => {
  if (span !== 'custom') return { from: midnight(now, days[span]).toISOString() }
  const [begin, end] = [dayOf(from), dayOf(to, 1)]
  return { ...(begin !== undefined && { from: begin }), ...(end !== undefined && { to: end }) }
}
