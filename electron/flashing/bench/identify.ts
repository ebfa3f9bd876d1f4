import type { RecipeExpect, Unit } from '#shared/schema.ts'
import { openFamilyLink } from '../families/family.ts'
import type { Identity, ReasonData } from '../flasher.ts'
import type { PortInfo } from '../ports/port-info.ts'
import { LinkLostError } from '../transport.ts'
import type { BenchContext, BenchOptions } from './bench-context.ts'
import { type HeardLink, hearing } from './heard-link.ts'
import type { RecipeRow } from './recipe-store.ts'
import { endOf } from './run-end.ts'
import type { SlotState, SlotStates } from './slot-state.ts'
import { untilStopped } from './stop-run.ts'

/** A probe takes at most this long, and `untilStopped` 1.5 s more: a start of a line answers within 5 s. */
const PROBE_MS = 3400

/** The unit in a slot. Its id is the chip's, else its own USB serial number, else the barcode. */
export const unitOf = (
  identity: Identity,
  port: PortInfo | undefined,
  serial: string | null,
  { usbSerialIsUnit }: RecipeExpect,
): Unit => {
  const usbSerial = port?.serialNumber ?? null
  return {
    id: identity.unit ?? (usbSerialIsUnit ? usbSerial : null) ?? serial,
    serial,
    chip: identity.chip ?? null,
    flashSize: identity.flashSize ?? null,
    usbSerial,
    facts: { ...identity.facts },
  }
}

/** What an identification found in a slot. */
export type Presence =
  | { readonly kind: 'identified'; readonly identity: Identity }
  /** Somebody is there, or the port cannot be used: a run says it in words. */
  | { readonly kind: 'unclear'; readonly code: string; readonly data: ReasonData }
  | { readonly kind: 'nobody'; readonly code: string; readonly data: ReasonData }
  /** The port left, a run began, or a person stopped it. */
  | { readonly kind: 'stopped' }

/** Why a probe ends that got no answer in time. */
class ProbeOver extends Error {
  override readonly name = 'ProbeOver'
}

/** Identifies units. Nothing is erased, and a run that starts meanwhile takes precedence. */
export const createIdentify = ({ clock, logger }: BenchContext, options: BenchOptions, slotStates: SlotStates) => {
  const ask = async (
    slotState: SlotState,
    { content }: RecipeRow,
    path: string,
    controller: AbortController,
    isProbe: boolean,
  ): Promise<Presence> => {
    const { signal } = controller
    const family = options.family(content.target)
    const { probe } = family.facts
    const chosen = family.facts.options.parse({ ...content.options, ...(isProbe && probe?.options) })
    let wire: HeardLink | undefined
    const work = async (): Promise<Identity> => {
      const link = await openFamilyLink(options.transports, family, path, chosen)
      wire = hearing(link)
      if (signal.aborted) {
        await link.close()
        throw signal.reason
      }
      return family.flasher.identify({ link: wire.link, options: chosen, signal, clock, emit: () => {} })
    }
    const inTime = isProbe ? clock.after(PROBE_MS, () => controller.abort(new ProbeOver())) : undefined
    // Where the USB serial number is the unit's, the port is the unit's own and proves that it is there.
    const mayBeEmpty = probe !== undefined && !(content.expect.usbSerialIsUnit && slotState.port?.serialNumber)
    try {
      const identity = await untilStopped(work(), signal, clock, () => wire?.link)
      signal.throwIfAborted()
      return { kind: 'identified', identity }
    } catch (error) {
      const { errorCode, errorData: data } = endOf(error, 'identifying')
      const code = errorCode ?? 'FLASHING_FAILED'
      if (signal.reason instanceof ProbeOver) {
        const [silence = code] = probe?.silence ?? []
        return wire?.heard || !mayBeEmpty
          ? { kind: 'unclear', code: silence, data: {} }
          : { kind: 'nobody', code: silence, data: {} }
      }
      if (signal.aborted || error instanceof LinkLostError) return { kind: 'stopped' }
      const isSilent = mayBeEmpty && probe?.silence.includes(code) === true && wire?.spoken !== true
      return { kind: isSilent ? 'nobody' : 'unclear', code, data }
    } finally {
      inTime?.()
      await wire?.link.close().catch(() => undefined)
    }
  }

  const begin = (slotState: SlotState, recipe: RecipeRow, path: string, isProbe: boolean): Promise<Presence> => {
    const controller = new AbortController()
    const work = ask(slotState, recipe, path, controller, isProbe).finally(() => {
      slotState.identification = undefined
    })
    slotState.identification = { controller, done: work }
    return work
  }

  const stop = async ({ identification }: SlotState): Promise<void> => {
    if (!identification) return
    identification.controller.abort(new Error('a run begins'))
    await identification.done
  }

  /** Notes in the slot what was found. */
  const settle = (slotState: SlotState, recipe: RecipeRow, presence: Presence): void => {
    if (presence.kind === 'identified') {
      const { identity } = presence
      slotState.unit = unitOf(identity, slotState.port, slotState.scanned, recipe.content.expect)
      slotState.trouble = undefined
      const known = identity.unit !== undefined || identity.chip !== undefined
      slotStates.apply(slotState, { kind: 'identified', known })
      return
    }
    if (presence.kind !== 'stopped') {
      const { code, data } = presence
      slotState.trouble = { code, data }
      logger.info({ slot: slotState.slot.label, port: slotState.port?.path, code }, 'a unit could not be identified')
    }
    if (slotState.lamp === 'identifying') slotStates.apply(slotState, { kind: 'identified', known: false })
  }

  return {
    /** Whether an empty slot can be told from one with a unit. */
    canProbe: (recipe: RecipeRow): boolean => options.family(recipe.content.target).facts.probe !== undefined,

    /** Resolves when the unit is identified, or when the slot has the reason why it is not. */
    async identify(slotState: SlotState, recipe: RecipeRow): Promise<void> {
      const { port } = slotState
      if (!port || slotState.run || slotState.identification) return
      slotStates.apply(slotState, { kind: 'identifying' })
      settle(slotState, recipe, await begin(slotState, recipe, port.path, false))
    },

    /** Asks within 5 s which unit is in the slot now, and notes nothing of it. */
    async probe(slotState: SlotState, recipe: RecipeRow): Promise<Presence> {
      await stop(slotState)
      const { port } = slotState
      if (!port || slotState.run) return { kind: 'stopped' }
      return begin(slotState, recipe, port.path, true)
    },

    /** As `probe`, and shows it: who was there before is forgotten, and a slot without an answer is empty. */
    async askAnew(slotState: SlotState, recipe: RecipeRow): Promise<Presence> {
      await stop(slotState)
      const { port } = slotState
      if (!port || slotState.run) return { kind: 'stopped' }
      slotState.unit = undefined
      slotState.trouble = undefined
      slotStates.apply(slotState, { kind: 'asked' })
      const presence = await begin(slotState, recipe, port.path, true)
      settle(slotState, recipe, presence)
      if (presence.kind === 'nobody') slotStates.apply(slotState, { kind: 'absent' })
      return presence
    },

    /** Notes in the slot what a probe found. */
    note(slotState: SlotState, recipe: RecipeRow, presence: Presence): void {
      slotStates.apply(slotState, { kind: 'asked' })
      settle(slotState, recipe, presence)
    },

    /** Stops the identification; the port is free when this resolves. */
    stop,
  }
}

export type Identify = ReturnType<typeof createIdentify>
