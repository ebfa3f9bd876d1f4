import type { AtPackage } from '../../at-profiles/placeholders.ts'
import type { AtProfile } from '../../at-profiles/profile.ts'
import { forModel } from '../../at-profiles/read-profile.ts'
import { FlashError, type IdentifyJob, type Identity } from '../../flasher.ts'
import type { AtSession } from './at-session.ts'
import { imeiIn, macIn } from './unit-id.ts'

/** What a module says of itself, and the dialogue of its model. */
export interface KnownModule {
  readonly identity: Identity
  readonly model: string
  readonly version: string
  readonly profile: Omit<AtProfile, 'variants'>
}

/** For commands of a setup, which know no package. */
export const noPackage: AtPackage = { name: '', size: 0, url: '' }

/** Asks a module that answers for model, version and identity. @throws FlashError AT_NO_MODEL, AT_NO_VERSION. */
export const meetModule = async (
  session: AtSession,
  profile: AtProfile,
  emit: IdentifyJob['emit'],
): Promise<KnownModule> => {
  await session.introduce(profile.setup, noPackage)
  const model = await session.ask(profile.model)
  if (model === undefined) throw new FlashError('AT_NO_MODEL', { command: profile.model.send })
  const own = forModel(profile, model)
  const version = await session.ask(own.version)
  if (version === undefined) throw new FlashError('AT_NO_VERSION', { command: own.version.send, model })
  const answered = own.unit && (await session.ask(own.unit))
  const unit = answered === undefined ? undefined : own.unit?.kind === 'mac' ? macIn(answered) : imeiIn(answered)
  if (own.unit && unit === undefined)
    emit({ kind: 'warning', code: 'AT_UNIT_UNUSABLE', data: { command: own.unit.send, found: answered ?? '—' } })
  return {
    model,
    version,
    profile: own,
    identity: { unit, chip: model, flashSize: undefined, facts: { model, versionBefore: version } },
  }
}
