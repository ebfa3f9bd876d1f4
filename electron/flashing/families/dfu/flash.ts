import { FlashError, type FlashJob, type Identity } from '../../flasher.ts'
import { refuseProblems } from '../../images/image-rules.ts'
import { enterDfu } from './enter.ts'
import { flashDfu } from './flash-dfu.ts'
import { flashDfuSe } from './flash-dfuse.ts'
import { dfuImages, otherDevice } from './image-rules.ts'

/** Enters DFU mode, guards, erases, writes, reads back, starts. @throws FlashError, LinkLostError, the signal's reason. */
export const flashByDfu = async (job: FlashJob<'usb'>): Promise<Identity> => {
  const warnings = refuseProblems(job.regions, dfuImages, { chip: undefined, flashSize: undefined }, job.options)
  const met = await enterDfu(job)
  for (const { code, data } of warnings) job.emit({ kind: 'warning', code, data })
  for (const region of job.regions) {
    const problem = otherDevice(region, met.device)
    if (problem) throw new FlashError(problem.code, problem.data)
  }
  if (met.dialect === 'dfuse') await flashDfuSe(met, job)
  else await flashDfu(met, job)
  return met.identity
}
