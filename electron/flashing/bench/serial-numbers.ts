import type { BenchReason } from '#shared/bench-reasons.ts'
import { DomainError } from '#shared/errors.ts'
import { counterLimit } from '#shared/schema.ts'
import { counterSerial, freeNumber, serialKey } from '#shared/serials.ts'
import type { ReasonData } from '../flasher.ts'
import { type LineView, troubleView } from './bench-views.ts'
import type { LineService } from './line-store.ts'
import type { RecipeRow, RecipeService } from './recipe-store.ts'
import { Refusal } from './run-end.ts'
import { type Counters, givesNumbers, sourceOf } from './serial-source.ts'
import { type SerialStore, scopeOf } from './serial-store.ts'
import type { SlotState, SlotStates } from './slot-state.ts'

/** Why a recipe has no serial number to give. */
export interface NoSerial {
  readonly code: Extract<BenchReason, 'SERIALS_UNSET' | 'SERIALS_EXHAUSTED'>
  readonly data: ReasonData
}

type Recipe = Pick<RecipeRow, 'id' | 'name' | 'productId' | 'content'>

/** A number that a slot's next or present run gives. */
interface Held {
  readonly recipeId: number
  readonly scope: number
  readonly key: string
  readonly serial: string
  /** A run has it; else the slot keeps it while its unit waits. */
  readonly inRun: boolean
}

export type SerialNumbers = ReturnType<typeof createSerialNumbers>

/** A run with its number as it is stored. */
interface BeforeRun {
  readonly id: number
  readonly serial: string | null
  readonly unit: string | null
}

interface Deps {
  readonly serials: SerialStore
  readonly counters: Counters
  readonly lines: LineService
  readonly recipes: RecipeService
  readonly slotStates: SlotStates
}

/** Which serial number a slot's unit gets, where the recipe gives them. A number is its unit's once writing begins (`serial-store.ts`). */
export const createSerialNumbers = ({ serials, counters, lines, recipes, slotStates }: Deps) => {
  const held = new Map<number, Held>()

  const recipeOf = ({ slot }: SlotState): RecipeRow | undefined => {
    const { recipeId } = lines.row(slot.lineId)
    return recipeId === null ? undefined : recipes.row(recipeId)
  }

  /** Whether a slot's unit waits for its run. */
  const waits = ({ port, run, lamp }: SlotState): boolean =>
    port !== undefined && !run && ['present', 'identifying', 'identified'].includes(lamp)

  /** Whether a number is still a slot's: that of a unit that left is free again. */
  const isKept = (slotId: number, { inRun }: Held): boolean => {
    const slotState = slotStates.get(slotId)
    return slotState !== undefined && (inRun || waits(slotState))
  }

  const keysOfOthers = (slotId: number | undefined, scope: number, onlyRuns: boolean): Set<string> => {
    const keys = new Set<string>()
    for (const [id, number] of held) {
      if (!isKept(id, number)) held.delete(id)
      else if (id !== slotId && number.scope === scope && (number.inRun || !onlyRuns)) keys.add(number.key)
    }
    return keys
  }

  const isTaken = (scope: number, serial: string): boolean => serials.owners(scope, serial).length > 0

  /** The first number that is neither taken nor held. */
  const first = (recipe: Recipe, others: ReadonlySet<string>): string | NoSerial => {
    const source = sourceOf(recipe)
    const scope = scopeOf(recipe)
    const unset: NoSerial = { code: 'SERIALS_UNSET', data: { recipe: recipe.name } }
    if (source.from === 'scan') return unset
    if (source.from === 'list') {
      if (source.list.length === 0) return unset
      const free = source.list.find((serial) => !others.has(serialKey(serial)) && !isTaken(scope, serial))
      return free ?? { code: 'SERIALS_EXHAUSTED', data: { recipe: recipe.name, last: source.list.at(-1) ?? '' } }
    }
    const from = counters.live(recipe)
    if (from === null) return unset
    const number = freeNumber(source, from, (serial) => others.has(serialKey(serial)) || isTaken(scope, serial))
    const last = counterSerial(source, counterLimit(source) - 1) ?? ''
    return counterSerial(source, number) ?? { code: 'SERIALS_EXHAUSTED', data: { recipe: recipe.name, last } }
  }

  /** The number of a slot's next run, which it keeps from now on. */
  const numberFor = (slotState: SlotState, recipe: Recipe, inRun: boolean, wish?: string | null): string | NoSerial => {
    const { id } = slotState.slot
    const scope = scopeOf(recipe)
    const others = keysOfOthers(id, scope, false)
    const before = held.get(id)
    const wishes = [wish, before?.recipeId === recipe.id && before.scope === scope ? before.serial : undefined]
    const free = (serial: string): boolean => !others.has(serialKey(serial)) && !isTaken(scope, serial)
    const serial = wishes.find((one) => one != null && isOf(recipe, one) && free(one)) ?? first(recipe, others)
    if (typeof serial !== 'string') {
      held.delete(id)
      return serial
    }
    held.set(id, { recipeId: recipe.id, scope, key: serialKey(serial), serial, inRun })
    return serial
  }

  const inRun = (slotState: SlotState, recipe: Recipe, wish?: string | null): string | null => {
    const serial = numberFor(slotState, recipe, true, wish)
    return typeof serial === 'string' ? serial : null
  }

  /** What a recipe gives next, and how many are left (null: no end is set). */
  const summary = (recipe: Recipe): { readonly next: string | NoSerial; readonly left: number | null } => {
    const source = sourceOf(recipe)
    const scope = scopeOf(recipe)
    const inRuns = keysOfOthers(undefined, scope, true)
    const next = first(recipe, inRuns)
    if (typeof next !== 'string') return { next, left: 0 }
    if (source.from === 'list') {
      const waiting = source.list.filter((serial) => inRuns.has(serialKey(serial)) && !isTaken(scope, serial)).length
      return { next, left: source.list.length - serials.takenOf(scope, source.list) - waiting }
    }
    if (source.from !== 'counter' || source.width === null) return { next, left: null }
    return { next, left: counterLimit(source) - (counters.live(recipe) ?? 0) }
  }

  return {
    /** The number that the unit waiting in a slot has or gets, and the slot keeps for it; undefined: none is given. */
    preview(slotState: SlotState): string | undefined {
      if (!waits(slotState)) return undefined
      const recipe = recipeOf(slotState)
      if (!recipe || !givesNumbers(recipe)) return undefined
      const unit = slotState.unit?.id
      const own = unit == null ? undefined : serials.current(scopeOf(recipe), unit)
      if (own) return own.serial
      const serial = numberFor(slotState, recipe, false)
      return typeof serial === 'string' ? serial : undefined
    },

    /** Keeps the next numbers for slots that are being asked, in their order: who answers first has no say in it. */
    reserve(slots: readonly SlotState[], recipe: Recipe): void {
      if (!givesNumbers(recipe)) return
      for (const slotState of slots) if (waits(slotState)) numberFor(slotState, recipe, false)
    },

    /** What the recipe of a line gives, as the line shows it; null: its numbers are scanned. */
    ofLine({ recipeId }: { readonly recipeId: number | null }): LineView['serials'] {
      const recipe = recipeId === null ? undefined : recipes.row(recipeId)
      if (!recipe || !givesNumbers(recipe)) return null
      const { next, left } = summary(recipe)
      return typeof next === 'string'
        ? { next, left, trouble: null }
        : { next: null, left, trouble: troubleView(next.code, next.data) }
    },

    /**
     * The number of a run that is stored now: as given or scanned, in the spelling that its unit has, or the recipe's. Null: there is none,
     * which is said when the unit is known, because it may have its own.
     * @throws SERIALS_FROM_RECIPE: a number was given for a recipe that gives them.
     */
    ofStart({
      slotState,
      recipe,
      serial,
    }: {
      slotState: SlotState
      recipe: Recipe
      serial: string | null
    }): string | null {
      if (!givesNumbers(recipe)) return serial === null ? null : serials.spelled(scopeOf(recipe), serial)
      // A barcode that was scanned before the line got this recipe does not count.
      if (serial !== null && serial !== slotState.scanned)
        throw new DomainError('SERIALS_FROM_RECIPE', { recipe: recipe.name })
      return inRun(slotState, recipe)
    },

    /** The number of the next attempt: that of the last one, where its unit has it or it is still free. */
    ofRetry(slotState: SlotState, recipe: Recipe, before: BeforeRun): string | null {
      const serial = slotState.scanned ?? before.serial
      if (!givesNumbers(recipe)) return serial === null ? null : serials.spelled(scopeOf(recipe), serial)
      const owners = before.serial === null ? [] : serials.owners(scopeOf(recipe), before.serial)
      const isOwn = owners.some(({ unit, runId }) => unit === before.unit || runId === before.id)
      return isOwn ? before.serial : inRun(slotState, recipe, before.serial)
    },

    /**
     * The number of a run whose unit is known now: its own, else the one that the run has, else the next one.
     * @throws Refusal SERIALS_UNSET, SERIALS_EXHAUSTED.
     */
    forUnit(slotState: SlotState, recipe: Recipe, run: Omit<BeforeRun, 'unit'>, unit: string | null): string {
      const scope = scopeOf(recipe)
      const own = unit === null ? undefined : serials.current(scope, unit)
      if (own) {
        held.delete(slotState.slot.id)
        return own.serial
      }
      const owner = run.serial === null ? undefined : serials.owners(scope, run.serial)[0]
      // Another attempt at a unit that its target cannot identify.
      if (run.serial !== null && owner?.runId === run.id && serials.isOnlyName(owner)) return run.serial
      const serial = numberFor(slotState, recipe, true, run.serial)
      if (typeof serial !== 'string') throw new Refusal(serial.code, serial.data)
      return serial
    },

    /** Whether a run that ended gave its number to no unit. */
    isUnused: (recipe: Recipe, run: BeforeRun): boolean =>
      givesNumbers(recipe) &&
      run.serial !== null &&
      !serials.owners(scopeOf(recipe), run.serial).some(({ unit, runId }) => unit === run.unit || runId === run.id),

    /** Lines whose recipe gives the numbers of a scope. */
    linesOf: (scope: number): number[] =>
      lines.rows().flatMap(({ id, recipeId }) => {
        const recipe = recipeId === null ? undefined : recipes.row(recipeId)
        return recipe && givesNumbers(recipe) && scopeOf(recipe) === scope ? id : []
      }),

    /** The number of a run that has ended is no longer kept for it. */
    release: (slotState: SlotState): void => void held.delete(slotState.slot.id),

    /** The line has another recipe: what its waiting slots kept is free again. */
    releaseLine(lineId: number): void {
      for (const { slot } of slotStates.ofLine(lineId)) if (held.get(slot.id)?.inRun === false) held.delete(slot.id)
    },
  }
}

/** Whether a number can be one of the recipe's: after a change its numbers may be others. */
const isOf = (recipe: Pick<RecipeRow, 'content'>, serial: string): boolean => {
  const source = sourceOf(recipe)
  if (source.from === 'list') return source.list.some((one) => serialKey(one) === serialKey(serial))
  if (source.from !== 'counter') return false
  const digits = serial.slice(source.prefix.length)
  const number = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN
  return serial.startsWith(source.prefix) && number >= (source.next ?? 0) && counterSerial(source, number) === serial
}
