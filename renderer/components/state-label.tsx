import type { CampaignStatus } from '#shared/states/campaign.ts'
import type { VerificationState } from '#shared/states/verification.ts'
import { useTexts } from '../i18n/i18n.ts'
import { campaignLooks, type Look, verificationLooks, waitingLook } from './tones.ts'

/** Glyph and text of a state. */
export const StateWord = ({ look, children, tag = false }: { look: Look; children: string; tag?: boolean }) => (
  <span className={tag ? 'state state-tag' : 'state'} data-tone={look.tone}>
    <span className="state-glyph" aria-hidden="true">
      {look.glyph}
    </span>
    {children}
  </span>
)

/** A campaign's status; a running campaign that waits for an operator shows it. */
export const CampaignTag = ({ status, waiting = false }: { status: CampaignStatus; waiting?: boolean }) => {
  const t = useTexts()
  const person = waiting && status === 'running'
  return (
    <span data-testid="campaign-status" data-status={status} data-person={person}>
      <StateWord tag look={person ? waitingLook : campaignLooks[status]}>
        {person ? t('campaigns.rollout.needsPerson') : t(`states.campaign.${status}`)}
      </StateWord>
    </span>
  )
}

export const VerificationTag = ({ state }: { state: VerificationState }) => {
  const t = useTexts()
  return (
    <StateWord tag look={verificationLooks[state]}>
      {t(`states.verification.${state}`)}
    </StateWord>
  )
}

/** Whether a device is connected: a filled or hollow dot, and the text. */
export const Presence = ({ online }: { online: boolean }) => {
  const t = useTexts()
  return (
    <span className="presence">
      <i className="dot" data-tone={online ? 'passed' : 'idle'} /> {online ? t('online') : t('offlineWord')}
    </span>
  )
}
