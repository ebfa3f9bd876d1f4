import { smp as facts, SmpOptions } from '#shared/targets/smp.ts'
import { unknownIdentity } from '../../flasher.ts'
import type { Family } from '../family.ts'
import { flashBySmp } from './flash.ts'
import { imageRefusals, smpImages } from './image-rules.ts'

/** MCUboot's serial recovery and Zephyr applications by SMP, the protocol of mcumgr (Zephyr, "SMP Protocol Specification"). */
export const smp: Family<'serial'> = {
  facts,
  transport: 'serial',
  settings: (options) => ({ baudRate: SmpOptions.parse(options).baudRate }),
  images: smpImages,
  refusals: [...imageRefusals, 'SMP_TOO_LARGE'],
  flasher: { identify: async () => unknownIdentity, flash: flashBySmp },
}
