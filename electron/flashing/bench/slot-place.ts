import type { PlaceNames } from '../consoles/consoles.ts'
import type { Place } from '../transport.ts'
import type { SlotState } from './slot-state.ts'

/** The place of a slot for a family. */
export const placeOf = ({ slot, port }: SlotState): Place => ({
  slot: slot.label,
  usbPath: port?.location,
  usbSerial: port?.serialNumber,
})

/** A slot's place by all its names. */
export const namesOf = ({ slot, port }: SlotState): PlaceNames => ({
  location: slot.location ?? port?.location,
  path: slot.path ?? port?.path,
})
