import type { Campaign, CampaignGroup } from '#shared/schema.ts'
import { campaignLook } from '../../../components/outcome.ts'
import type { Tone } from '../../../components/tones.ts'
import { formatCount, formatPercent } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { failedShare, provenShare } from './shares.ts'
import { groupName } from './wait-reasons.ts'

const looks: Readonly<Record<CampaignGroup['status'], { tone: Tone; glyph: string }>> = {
  closed: { tone: 'idle', glyph: '○' },
  open: { tone: 'running', glyph: '▶' },
  passed: { tone: 'passed', glyph: '✓' },
  failed: { tone: 'failed', glyph: '✕' },
  waiting: { tone: 'person', glyph: '!' },
}

const useRateText = ({ rate }: Campaign): string[] => {
  const t = useTexts()
  const language = useLanguage()
  return [
    rate?.perMinute === undefined
      ? undefined
      : t('campaigns.rollout.perMinute', { rate: formatCount(rate.perMinute, language) }),
    rate?.concurrent === undefined
      ? undefined
      : t('campaigns.rollout.concurrent', { rate: formatCount(rate.concurrent, language) }),
  ].filter((word) => word !== undefined)
}

const GroupCard = ({ group, campaign }: { group: CampaignGroup; campaign: Campaign }) => {
  const t = useTexts()
  const language = useLanguage()
  const rates = useRateText(campaign)
  const { groups } = campaign
  const share = provenShare(group)
  // An open group goes on only while its campaign does.
  const still = group.status === 'open' && campaign.status !== 'running'
  const look = still ? campaignLook(campaign.status, group.counts) : looks[group.status]
  const words = still ? t(`states.campaign.${campaign.status}`) : t(`campaigns.rollout.status.${group.status}`)
  const index = groups.indexOf(group)
  const facts = [
    t('campaigns.rollout.size', { count: group.size }),
    group.successPercent === null
      ? undefined
      : t('campaigns.rollout.needs', { percent: formatPercent(group.successPercent, language) }),
    ...(group.kind === 'rest' ? rates : []),
    group.kind === 'group' && group.proceed === 'person' ? t('campaigns.rollout.byPerson') : undefined,
  ].filter((fact) => fact !== undefined)
  const name = groupName(group, groups.length, t)
  return (
    <section
      className="panel group-card"
      data-tone={look.tone}
      data-testid={`group-${index}`}
      data-status={group.status}
      title={`${name} · ${facts.join(' · ')} · ${words}`}
    >
      <b className="group-name">{name}</b>
      <span className="secondary small group-facts">{facts.join(' · ')}</span>
      <span className="toned group-state">
        {group.status === 'closed' ? (
          t('campaigns.rollout.status.closed')
        ) : (
          <>
            {share === null ? '—' : formatPercent(share, language)} <span aria-hidden="true">{look.glyph}</span>
            <span className="only-heard">{words}</span>
          </>
        )}
      </span>
    </section>
  )
}

/** Groups in order, the rest, and the halt threshold: size, threshold, success rate, state. */
export const GroupsRow = ({ campaign }: { campaign: Campaign }) => {
  const t = useTexts()
  const language = useLanguage()
  const { groups, failureThreshold, rate, counts } = campaign
  if (groups.length <= 1 && failureThreshold === null && rate === null) return null
  const failed = failedShare(campaign)
  return (
    <div className="group-cards" data-testid="groups-row">
      {groups.map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: groups keep their places
        <GroupCard key={index} group={group} campaign={campaign} />
      ))}
      <section
        className="panel group-card"
        data-tone={campaign.status === 'halted' ? 'failed' : 'idle'}
        data-testid="failure-threshold"
      >
        <b className="group-name">{t('campaigns.rollout.threshold')}</b>
        <span className="secondary small group-facts">
          {failureThreshold === null
            ? t('campaigns.rollout.noThreshold')
            : t('campaigns.rollout.thresholdRule', {
                percent: formatPercent(failureThreshold.percent, language),
                minimum: formatCount(failureThreshold.minimum, language),
              })}
        </span>
        <span className={counts.failed > 0 ? 'toned group-state' : 'secondary group-state'}>
          {failed === null ? '—' : t('campaigns.rollout.failedShare', { percent: formatPercent(failed, language) })}
        </span>
      </section>
    </div>
  )
}
