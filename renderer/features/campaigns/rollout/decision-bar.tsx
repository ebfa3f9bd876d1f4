import { Button } from 'antd'
import { useState } from 'react'
import type { Campaign } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useAct } from '../../../components/use-action.ts'
import { useConfirm } from '../../../components/use-confirm.tsx'
import { useNow } from '../../../components/use-now.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { showCampaign } from '../../../live/live-store.ts'
import { needsPerson, nextGroup } from './shares.ts'
import { groupName, haltText, waitText } from './wait-reasons.ts'

interface DecisionBarProps {
  campaign: Campaign
  seeFailed: () => void
}

/** A decision of the operator: to release the next group, or to resume after a halt. */
export const DecisionBar = ({ campaign, seeFailed }: DecisionBarProps) => {
  const t = useTexts()
  const language = useLanguage()
  const now = useNow()
  const act = useAct()
  const ask = useConfirm()
  const [busy, setBusy] = useState(false)
  if (!needsPerson(campaign)) return null
  const halted = campaign.status === 'halted'
  const next = nextGroup(campaign)
  const proceed = async (done: string) => {
    setBusy(true)
    const changed = await act(() => client.campaigns.proceed({ id: campaign.id }), done)
    if (changed !== undefined) showCampaign(changed)
    setBusy(false)
  }

  if (halted) {
    return (
      <section className="decision" data-tone="failed" role="alert" data-testid="halted">
        <span className="attention-glyph" aria-hidden="true">
          !
        </span>
        <div>
          <b className="decision-title">{t('campaigns.rollout.haltedTitle')}</b>
          <p>{haltText(campaign, t, language)}</p>
        </div>
        <div className="decision-actions">
          {campaign.counts.failed > 0 && <Button onClick={seeFailed}>{t('campaigns.rollout.seeFailed')}</Button>}
          <Button
            danger
            loading={busy}
            data-testid="campaign-go-on"
            onClick={() =>
              ask({
                title: t('campaigns.rollout.goOnTitle', { name: campaign.name }),
                loses: [],
                hint: t('campaigns.rollout.goOnHint'),
                confirm: t('campaigns.rollout.goOnNow'),
                keep: t('cancel'),
                act: () => proceed(t('campaigns.rollout.wentOn')),
              })
            }
          >
            {t('campaigns.rollout.goOn')}
          </Button>
        </div>
      </section>
    )
  }

  const name = next === undefined ? undefined : groupName(next, campaign.groups.length, t)
  return (
    <section className="decision" data-tone="person" role="alert" data-testid="waits-for-person">
      <span className="attention-glyph" aria-hidden="true">
        !
      </span>
      <div>
        <b className="decision-title">{t('campaigns.rollout.needsPerson')}</b>
        <p>{waitText(campaign, now, t, language)}</p>
      </div>
      <div className="decision-actions">
        <Button
          type="primary"
          loading={busy}
          data-testid="campaign-proceed"
          onClick={() =>
            ask({
              title: t('campaigns.rollout.openTitle', { name: name ?? '' }),
              hint: t('campaigns.rollout.openHint', { count: next?.size ?? 0 }),
              confirm: t('campaigns.rollout.openNow'),
              keep: t('cancel'),
              danger: false,
              act: () => proceed(t('campaigns.rollout.opened')),
            })
          }
        >
          {name === undefined ? t('campaigns.rollout.openPlain') : t('campaigns.rollout.open', { name })}
        </Button>
      </div>
    </section>
  )
}
