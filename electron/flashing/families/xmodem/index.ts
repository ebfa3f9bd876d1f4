import { xmodem as facts, XmodemOptions } from '#shared/targets/xmodem.ts'
import { FlashError, unknownIdentity } from '../../flasher.ts'
import { anyImage } from '../../images/image-rules.ts'
import type { Family } from '../family.ts'
import { xmodemSession } from './session.ts'

/** XMODEM, XMODEM-CRC and XMODEM-1K (Forsberg, "XMODEM/YMODEM Protocol Reference", 1988): one file, its last block filled up. */
export const xmodem: Family<'serial'> = {
  facts,
  transport: 'serial',
  settings: (options) => ({ baudRate: XmodemOptions.parse(options).baudRate }),
  images: anyImage,
  refusals: [],
  flasher: {
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
