import { definitionDefaults, TimeOfDay } from '#shared/schema.ts'
import type { GroupRow, OptionForms } from '../draft-forms.ts'

/** The plan of a campaign: start, groups, rate and thresholds. */
type PlanForms = OptionForms & { readonly startAt: string | null }

export const groupPresets = ['all', 'canary', 'three', 'own'] as const
type GroupPreset = (typeof groupPresets)[number]
const presetPercents: Readonly<Record<Exclude<GroupPreset, 'own'>, readonly number[]>> = {
  all: [],
  canary: [5],
  three: [1, 10],
}

/** The groups of a preset, with names; `own` begins with one. */
export const presetGroups = (preset: GroupPreset, names: readonly string[]): readonly GroupRow[] =>
  (preset === 'own' ? [10] : presetPercents[preset]).map((percent, index) => ({
    id: index + 1,
    name: names[index] ?? '',
    percent,
    successPercent: 95,
    proceed: 'auto',
  }))

/** The preset of the groups, as long as nobody edited their sizes. */
export const presetOf = (groups: readonly GroupRow[]): GroupPreset =>
  (['all', 'canary', 'three'] as const).find(
    (preset) => JSON.stringify(presetPercents[preset]) === JSON.stringify(groups.map((group) => group.percent)),
  ) ?? 'own'

/** Whether a text is a time of day, `22:00`. */
export const isTimeOfDay = (text: string): boolean => TimeOfDay.safeParse(text).success

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

export type PlanFault =
  | 'startEmpty'
  | 'startPast'
  | 'startFar'
  | 'window'
  | 'groupName'
  | 'groupSum'
  | 'threshold'
  | 'classes'

const startFault = (startAt: string | null, now: number): PlanFault | undefined => {
  if (startAt === null) return undefined
  const at = Date.parse(startAt)
  if (Number.isNaN(at) || !isTimeOfDay(startAt.slice(11))) return 'startEmpty'
  if (at < now + MINUTE) return 'startPast'
  return at > now + 30 * DAY ? 'startFar' : undefined
}

/** The faults of start, window, groups, threshold and retries; empty: none. @param now milliseconds since the epoch */
export const planFaults = (
  { startAt, window, groups: rows, strategy, failureThreshold: threshold, retry }: PlanForms,
  now: number,
): readonly PlanFault[] => {
  // A dynamic campaign is sent without groups, and their fields are hidden: the user could not correct a fault in them.
  const groups = strategy === 'dynamic' ? [] : rows
  const faults: (PlanFault | undefined)[] = [
    startFault(startAt, now),
    window !== null && (!isTimeOfDay(window.from) || !isTimeOfDay(window.to) || window.from === window.to)
      ? 'window'
      : undefined,
    groups.some((group) => group.name.trim() === '') ? 'groupName' : undefined,
    groups.some((group) => group.percent === null) ||
    groups.reduce((sum, group) => sum + (group.percent ?? 0), 0) >= 100
      ? 'groupSum'
      : undefined,
    threshold !== null && (threshold.percent === null || threshold.minimum === null) ? 'threshold' : undefined,
    retry.times > 0 && retry.on.length === 0 ? 'classes' : undefined,
  ]
  return faults.filter((fault) => fault !== undefined)
}

/** The effective limits, with defaults for empty ones. */
export const timeoutsOf = ({
  pushTimeoutMinutes,
  timeoutMinutes,
}: OptionForms): { readonly push: number; readonly progress: number } => ({
  push: pushTimeoutMinutes ?? definitionDefaults.pushTimeoutMinutes,
  progress: timeoutMinutes ?? definitionDefaults.timeoutMinutes,
})

/** A first value for a scheduled start: 22:00 today, or tomorrow once that is past; in the field's format. */
export const nextEvening = (now: Date): string => {
  const at = new Date(now)
  at.setHours(22, 0, 0, 0)
  if (at.getTime() < now.getTime() + 5 * MINUTE) at.setDate(at.getDate() + 1)
  return localMinute(at)
}

/** `2026-11-21T22:00` by this machine's clock. */
export const localMinute = (at: Date): string =>
  new Date(at.getTime() - at.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16)

/** The days on which a campaign may start, today first, in the field's format: `2026-11-21`. */
export const startDays = (now: Date): readonly string[] =>
  Array.from({ length: 31 }, (_, ahead) =>
    localMinute(new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead, 12)).slice(0, 10),
  )
