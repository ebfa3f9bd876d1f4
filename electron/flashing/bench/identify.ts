import type { RecipeExpect, Unit } from '#shared/schema.ts'
import { openFamilyLink } from '../families/family.ts'
import type { Identity } from '../flasher.ts'
import type { PortInfo } from '../ports/port-info.ts'
import type { Link } from '../transport.ts'
import type { BenchContext, BenchOptions } from './bench-context.ts'
import type { RecipeRow } from './recipe-store.ts'
import { endOf } from './run-end.ts'
import type { SlotState, SlotStates } from './slot-state.ts'
import { untilStopped } from './stop-run.ts'

/** Who stands in a slot: what the chip says goes before a USB serial number of its own, that before a barcode. */
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

/** Asks units who they are as they are plugged in; nothing is erased, and a run that begins meanwhile goes first. */
export const createIdentify = ({ clock, logger }: BenchContext, options: BenchOptions, slotStates: SlotStates) => {
  const ask = async (stand: SlotState, recipe: RecipeRow, path: string, signal: AbortSignal): Promise<void> => {
    const family = options.family(recipe.content.target)
    const chosen = family.facts.options.parse(recipe.content.options)
    let link: Link | undefined
    const work = async (): Promise<Identity> => {
      link = await openFamilyLink(options.transports, family, path, chosen)
      if (signal.aborted) {
        await link.close()
        throw signal.reason
      }
      return family.flasher.identify({ link, options: chosen, signal, clock, emit: () => {} })
    }
    try {
      const identity = await untilStopped(work(), signal, clock, () => link)
      signal.throwIfAborted()
      stand.unit = unitOf(identity, stand.port, stand.scanned, recipe.content.expect)
      stand.trouble = undefined
      slotStates.apply(stand, { kind: 'identified', known: identity.unit !== undefined || identity.chip !== undefined })
    } finally {
      await link?.close().catch(() => undefined)
    }
  }

  return {
    /** Resolves when it said so, or did not: then the slot tells why. */
    identify(stand: SlotState, recipe: RecipeRow): Promise<void> {
      const { port } = stand
      if (!port || stand.run || stand.asking) return Promise.resolve()
      const controller = new AbortController()
      slotStates.apply(stand, { kind: 'identifying' })
      const asked = ask(stand, recipe, port.path, controller.signal)
        .catch((error: unknown) => {
          if (controller.signal.aborted) return
          const { errorCode, errorData } = endOf(error, 'identifying')
          stand.trouble = { code: errorCode ?? 'FLASHING_FAILED', data: errorData }
          logger.info({ slot: stand.slot.label, port: port.path, code: errorCode }, 'a unit could not be identified')
        })
        .finally(() => {
          stand.asking = undefined
          if (stand.lamp === 'identifying') slotStates.apply(stand, { kind: 'identified', known: false })
        })
      stand.asking = { controller, done: asked }
      return asked
    },

    /** Stops asking; the port is free when it resolves. */
    async hush(stand: SlotState): Promise<void> {
      const { asking } = stand
      if (!asking) return
      asking.controller.abort(new Error('a run begins'))
      await asking.done
    },
  }
}

export type Identify = ReturnType<typeof createIdentify>
