import type { Campaign } from '#shared/schema.ts'
import type { VerificationState } from '#shared/states/verification.ts'
import { useLanguage, useTexts } from '../i18n/i18n.ts'
import { campaignLook, outcomeText } from './outcome.ts'
import { type Look, verificationLooks, waitingLook } from './tones.ts'

/** Glyph and text of a state. */
export const StateWord = ({ look, children, tag = false }: { look: Look; children: string; tag?: boolean }) => (
  <span className={tag ? 'state state-tag' : 'state'} data-tone={look.tone}>
    <span className="state-glyph" aria-hidden="true">
      {look.glyph}
    </span>
    {children}
  </span>
)

interface CampaignTagProps extends Pick<Campaign, 'status' | 'counts'> {
  waiting?: boolean
  /** A finished campaign says what was proven. */
  headline?: boolean
}

/** A campaign's status; a running campaign that waits for an operator shows it. */
export const CampaignTag = ({ status, counts, waiting = false, headline = false }: CampaignTagProps) => {
  const t = useTexts()
  const language = useLanguage()
  const person = waiting && status === 'running'
  return (
    <span data-testid="campaign-status" data-status={status} data-person={person}>
      <StateWord tag look={person ? waitingLook : campaignLook(status, counts)}>
        {person
          ? t('campaigns.rollout.needsPerson')
          : headline && status === 'finished'
            ? outcomeText(counts, t, language)
            : t(`states.campaign.${status}`)}
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
