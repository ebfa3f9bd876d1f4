import { XmodemOptions } from '#shared/schema/flash-options.ts'
import { FlashError } from '../../flasher.ts'
import { type Family, unknownIdentity } from '../family.ts'
import { xmodemSession } from './session.ts'

/** XMODEM, XMODEM-CRC and XMODEM-1K (Forsberg, "XMODEM/YMODEM Protocol Reference", 1988): one file, its last block filled up. */
export const xmodem: Family = {
  target: 'xmodem',
  options: XmodemOptions,
  line: (options) => ({ baudRate: XmodemOptions.parse(options).baudRate }),
  flasher: {
    target: 'xmodem',
    identify: async () => unknownIdentity,
    flash: async (job) => {
      const options = XmodemOptions.parse(job.options)
      const [region, ...more] = job.regions
      if (!region) throw new FlashError('NO_IMAGE')
      if (more.length > 0) throw new FlashError('ONE_IMAGE_ONLY', { count: job.regions.length })
      return xmodemSession(job, options, async ({ file }) => {
        await file(region.bytes, 0, Number.parseInt(options.padding, 16), false)
      })
    },
  },
}
