import type { Region } from '../../flasher.ts'

/** What the file of a region says besides its bytes. */
export interface DfuOrigin {
  /** `raw`: it has no address of its own; `addressed`: HEX, S19 or ELF; `dfuse`: address and alternate setting. */
  readonly kind: 'raw' | 'addressed' | 'dfuse'
  /** Of the suffix; '' for any device, or without one. */
  readonly vendorId: string
  readonly productId: string
  /** Whether the recipe or the file gives the address. */
  readonly hasAddress: boolean
  /** Of a DfuSe file, else -1. */
  readonly alternate: number
}

/** The origin of a region that this family parsed. */
export const originOf = ({ origin }: Pick<Region, 'origin'>): DfuOrigin => ({
  kind: origin?.kind === 'addressed' || origin?.kind === 'dfuse' ? origin.kind : 'raw',
  vendorId: String(origin?.vendorId ?? ''),
  productId: String(origin?.productId ?? ''),
  hasAddress: origin?.hasAddress === true,
  alternate: typeof origin?.alternate === 'number' ? origin.alternate : -1,
})
