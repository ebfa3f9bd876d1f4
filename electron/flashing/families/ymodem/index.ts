import { ymodem as facts, YmodemOptions } from '#shared/targets/ymodem.ts'
import { FlashError, type FlashJob, unknownIdentity } from '../../flasher.ts'
import { anyImage } from '../../images/image-rules.ts'
import { LinkLostError } from '../../transport.ts'
import type { Family } from '../family.ts'
import { blockFrame, headerData } from '../xmodem/frames.ts'
import type { XmodemSender } from '../xmodem/sender.ts'
import { xmodemSession } from '../xmodem/session.ts'

/** How long a receiver may take for its next request, once it has answered. */
const nextMs = 10_000
/** Receivers that take one file and start it never request another; their next output is the program's. */
const afterLastMs = 3_000
/** Fills up a file's last block; the receiver cuts it by the length of block 0 (Forsberg 5). */
const padding = 0x1a

/** Closes the batch. Every file is confirmed by now, so a receiver that starts its program instead of answering has them all. */
const close = async (job: FlashJob<'serial'>, sender: XmodemSender): Promise<void> => {
  try {
    if ((await sender.requestNext(afterLastMs)) && (await sender.close(headerData('', 0)))) return
  } catch (error) {
    if (!(error instanceof FlashError || error instanceof LinkLostError)) throw error
  }
  job.emit({ kind: 'log', level: 'info', text: 'the receiver left without closing the batch' })
}

/** YMODEM batch (Forsberg, "XMODEM/YMODEM Protocol Reference", 1988, 5): every file with name and length, the batch closed by an empty block 0. */
export const ymodem: Family<'serial'> = {
  facts,
  transport: 'serial',
  settings: (options) => ({ baudRate: YmodemOptions.parse(options).baudRate }),
  images: anyImage,
  refusals: [],
  flasher: {
    identify: async () => unknownIdentity,
    flash: async (job) => {
      const options = YmodemOptions.parse(job.options)
      return xmodemSession(job, options, async ({ sender, check, file }) => {
        if (check !== 'crc') throw new FlashError('MODEM_NO_CRC')
        let before = 0
        for (const [index, region] of job.regions.entries()) {
          if (index > 0 && !(await sender.requestNext(nextMs))) throw new FlashError('MODEM_SILENT', { block: 0 })
          await sender.mustTake(0, blockFrame(0, headerData(region.name, region.bytes.length), check))
          if (!(await sender.requestNext(nextMs))) throw new FlashError('MODEM_SILENT', { block: 0 })
          await file(region.bytes, before, padding, true)
          before += region.bytes.length
        }
        await close(job, sender)
      })
    },
  },
}
