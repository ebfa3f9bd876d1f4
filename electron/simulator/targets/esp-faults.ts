import type { EspStep } from './esp-wire.ts'

/** What goes wrong with a simulated chip, and when. */
export type EspFault =
  /** Answers with an error, so many times, or always. */
  | { readonly kind: 'refuse'; readonly at: EspStep; readonly times?: number }
  /** Bytes of a request get lost, so many times, or always. */
  | { readonly kind: 'lose'; readonly at: EspStep; readonly times?: number }
  /** Nothing is answered from there on. */
  | { readonly kind: 'silence'; readonly at: EspStep }
  /** The cable is pulled at the so-manieth request of that step, the first where left out. */
  | { readonly kind: 'unplug'; readonly at: EspStep; readonly after?: number }
  /** A bit of the flash stays as it is, whatever is written; the address is one of the flash. */
  | { readonly kind: 'stuck-bit'; readonly address: number }

/** What the fault does to one request. */
export type EspVerdict = 'fine' | 'refuse' | 'lose' | 'silence' | 'unplug'

/** Answers for each request what becomes of it. */
export const faultCourse = (fault: EspFault | undefined): ((step: EspStep) => EspVerdict) => {
  let struck = 0
  let silent = false
  return (step) => {
    if (silent) return 'silence'
    if (!fault || fault.kind === 'stuck-bit' || fault.at !== step) return 'fine'
    struck += 1
    switch (fault.kind) {
      case 'silence':
        silent = true
        return 'silence'
      case 'unplug':
        return struck > (fault.after ?? 0) ? 'unplug' : 'fine'
      default:
        return struck <= (fault.times ?? Number.POSITIVE_INFINITY) ? fault.kind : 'fine'
    }
  }
}
