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

/** Identifies units when they are plugged in. Nothing is erased, and a run that starts meanwhile takes precedence. */
export const createIdentify = ({ clock, logger }: BenchContext, options: BenchOptions, slotStates: SlotStates) => {
  const ask = async (slotState: SlotState, recipe: RecipeRow, path: string, signal: AbortSignal): Promise<void> => {
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
      slotState.unit = unitOf(identity, slotState.port, slotState.scanned, recipe.content.expect)
      slotState.trouble = undefined
      slotStates.apply(slotState, {
        kind: 'identified',
        known: identity.unit !== undefined || identity.chip !== undefined,
      })
    } finally {
      await link?.close().catch(() => undefined)
    }
  }

  return {
    /** Resolves when the unit is identified, or when the slot has the reason why it is not. */
    identify(slotState: SlotState, recipe: RecipeRow): Promise<void> {
      const { port } = slotState
      if (!port || slotState.run || slotState.identification) return Promise.resolve()
      const controller = new AbortController()
      slotStates.apply(slotState, { kind: 'identifying' })
      const work = ask(slotState, recipe, port.path, controller.signal)
        .catch((error: unknown) => {
          if (controller.signal.aborted) return
          const { errorCode, errorData } = endOf(error, 'identifying')
          slotState.trouble = { code: errorCode ?? 'FLASHING_FAILED', data: errorData }
          logger.info(
            { slot: slotState.slot.label, port: port.path, code: errorCode },
            'a unit could not be identified',
          )
        })
        .finally(() => {
          slotState.identification = undefined
          if (slotState.lamp === 'identifying') slotStates.apply(slotState, { kind: 'identified', known: false })
        })
      slotState.identification = { controller, done: work }
      return work
    },

    /** Stops the identification; the port is free when this resolves. */
    async stop(slotState: SlotState): Promise<void> {
      const { identification } = slotState
      if (!identification) return
      identification.controller.abort(new Error('a run begins'))
      await identification.done
    },
  }
}

export type Identify = ReturnType<typeof createIdentify>
