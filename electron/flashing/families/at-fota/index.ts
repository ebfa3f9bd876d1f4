import { AtFotaOptions, atFota as facts } from '#shared/targets/at-fota.ts'
import { anyImage } from '../../images/image-rules.ts'
import type { Family } from '../family.ts'
import { AtSession } from './at-session.ts'
import { updateModule } from './flash.ts'
import { meetModule } from './identify.ts'
import { atFotaNeeds } from './needs.ts'

/** Modules that update themselves when they are told to by AT commands, in the dialogue of a profile. */
export const atFota: Family<'at'> = {
  facts,
  transport: 'at',
  settings(options) {
    const { baudRate, profile, host } = AtFotaOptions.parse(options)
    return { serial: { baudRate }, profile, host }
  },
  images: anyImage,
  refusals: ['AT_PROFILE_UNKNOWN', 'AT_PROFILE_FAULT', 'AT_NO_WAY', 'AT_ONE_PACKAGE', 'AT_NO_MODEL', 'AT_NO_VERSION'],
  stopped: 'AT_STILL_UPDATING',
  flasher: {
    async identify(job) {
      const session = new AtSession(job, { heard: () => undefined, log: () => undefined })
      await session.attend(AtFotaOptions.parse(job.options).startSeconds)
      return (await meetModule(session, job.link.profile, job.emit)).identity
    },
    flash: updateModule,
  },
  needs: atFotaNeeds,
}
