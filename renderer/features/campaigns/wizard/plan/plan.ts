import type { z } from 'zod'
import { type CampaignInput, definitionDefaults, RetryClass, TimeOfDay } from '#shared/schema.ts'

export interface GroupRow {
  /** Of the row on screen. */
  readonly id: number
  readonly name: string
  readonly percent: number | null
  readonly successPercent: number | null
  readonly proceed: 'auto' | 'person'
}

/** When, in which groups, how fast and how safely: every field as it stands on screen; null is an empty field. */
export interface Plan {
  /** As the field has it, `2026-11-21T22:00` of this machine's clock; null: at once. */
  readonly startAt: string | null
  readonly window: { readonly from: string; readonly to: string } | null
  readonly groups: readonly GroupRow[]
  /** Null: never halts. */
  readonly threshold: { readonly percent: number | null; readonly minimum: number | null } | null
  readonly strategy: 'static' | 'dynamic'
  readonly perMinute: number | null
  readonly concurrent: number | null
  readonly retry: { readonly times: number; readonly intervalMinutes: number; readonly on: readonly RetryClass[] }
  readonly pushTimeout: number | null
  readonly progressTimeout: number | null
  /** Of a step alone; null: no limit of its own. */
  readonly downloadingTimeout: number | null
  readonly installingTimeout: number | null
}

export const retryClasses = RetryClass.options

/** Stops a bad image before it has cost a fifth of the devices, and never because of a handful. */
export const defaultThreshold = { percent: 20, minimum: 10 } as const

export const emptyPlan: Plan = {
  startAt: null,
  window: null,
  groups: [],
  threshold: defaultThreshold,
  strategy: 'static',
  perMinute: null,
  concurrent: null,
  retry: { times: 0, intervalMinutes: 10, on: retryClasses },
  pushTimeout: null,
  progressTimeout: null,
  downloadingTimeout: null,
  installingTimeout: null,
}

export const groupPresets = ['all', 'canary', 'three', 'own'] as const
export type GroupPreset = (typeof groupPresets)[number]
const presetPercents: Readonly<Record<Exclude<GroupPreset, 'own'>, readonly number[]>> = {
  all: [],
  canary: [5],
  three: [1, 10],
}

/** The groups of a preset, named; `own` begins with one. */
export const presetGroups = (preset: GroupPreset, names: readonly string[]): readonly GroupRow[] =>
  (preset === 'own' ? [10] : presetPercents[preset]).map((percent, index) => ({
    id: index + 1,
    name: names[index] ?? '',
    percent,
    successPercent: 95,
    proceed: 'auto',
  }))

/** Which preset the groups are, as long as nobody edited their sizes. */
export const presetOf = (groups: readonly GroupRow[]): GroupPreset =>
  (['all', 'canary', 'three'] as const).find(
    (preset) => JSON.stringify(presetPercents[preset]) === JSON.stringify(groups.map((group) => group.percent)),
  ) ?? 'own'

/** Whether a text is hours and minutes of a day, `22:00`. */
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

/** What is wrong with the plan; empty: it can be asked for. @param now milliseconds since the epoch */
export const planFaults = (plan: Plan, now: number): readonly PlanFault[] => {
  const { startAt, window, groups, threshold, retry } = plan
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

type PlanInput = Pick<
  z.input<typeof CampaignInput>,
  | 'startAt'
  | 'window'
  | 'groups'
  | 'failureThreshold'
  | 'strategy'
  | 'rate'
  | 'retry'
  | 'timeoutMinutes'
  | 'pushTimeoutMinutes'
  | 'stepTimeoutMinutes'
>

/** The plan as the contract takes it; what is left at its default is left out. */
export const planInput = (plan: Plan): PlanInput => {
  const { startAt, window, groups, threshold, strategy, perMinute, concurrent, retry } = plan
  const { downloadingTimeout, installingTimeout } = plan
  return {
    startAt: startAt === null ? undefined : new Date(startAt).toISOString(),
    window: window ?? undefined,
    groups:
      groups.length === 0 || strategy === 'dynamic'
        ? undefined
        : groups.map(({ name, percent, successPercent, proceed }) => ({
            name: name.trim(),
            percent: percent ?? 1,
            successPercent: successPercent ?? 100,
            proceed,
          })),
    failureThreshold:
      threshold === null ? undefined : { percent: threshold.percent ?? 100, minimum: threshold.minimum ?? 1 },
    strategy,
    rate:
      perMinute === null && concurrent === null
        ? undefined
        : { perMinute: perMinute ?? undefined, concurrent: concurrent ?? undefined },
    retry:
      retry.times === 0
        ? undefined
        : {
            times: retry.times,
            intervalMinutes: retry.intervalMinutes,
            on: retry.on.length === retryClasses.length ? undefined : [...retry.on],
          },
    timeoutMinutes: plan.progressTimeout ?? undefined,
    pushTimeoutMinutes: plan.pushTimeout ?? undefined,
    stepTimeoutMinutes:
      downloadingTimeout === null && installingTimeout === null
        ? undefined
        : { downloading: downloadingTimeout ?? undefined, installing: installingTimeout ?? undefined },
  }
}

/** The limits that hold, those left empty at their defaults. */
export const timeoutsOf = (plan: Plan): { readonly push: number; readonly progress: number } => ({
  push: plan.pushTimeout ?? definitionDefaults.pushTimeoutMinutes,
  progress: plan.progressTimeout ?? definitionDefaults.timeoutMinutes,
})

/** A first choice for "at a time": 22:00 today, or tomorrow once that is past; as the field has it. */
export const nextEvening = (now: Date): string => {
  const at = new Date(now)
  at.setHours(22, 0, 0, 0)
  if (at.getTime() < now.getTime() + 5 * MINUTE) at.setDate(at.getDate() + 1)
  return localMinute(at)
}

/** `2026-11-21T22:00` of this machine's clock. */
export const localMinute = (at: Date): string =>
  new Date(at.getTime() - at.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16)

/** The days on which a campaign may start, today first, as the field has them: `2026-11-21`. */
export const startDays = (now: Date): readonly string[] =>
  Array.from({ length: 31 }, (_, ahead) =>
    localMinute(new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead, 12)).slice(0, 10),
  )
