import { Button } from 'antd'
import type { TFunction } from 'i18next'
import type { Language } from '#shared/languages.ts'
import type { Campaign, Line, Package, Sink, StationInfo } from '#shared/schema.ts'
import { sinkNeed } from '#shared/sink-texts.ts'
import { texts } from '#shared/texts/index.ts'
import { go } from '../../app/router.ts'
import { Skeleton } from '../../components/empty-state.tsx'
import { Panel } from '../../components/page.tsx'
import { formatDateTime, formatRough } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { needsPerson } from '../campaigns/rollout/shares.ts'
import { useRejectedLogins } from '../devices/rejected-logins/use-rejected-logins.ts'
import { problemText } from '../settings/authority-text.ts'
import { needLook } from './bench-card.tsx'

/** The last clock jump of the station's computer, and what the operator must check. */
const timeJumpText = (
  { at, ms, asleep }: NonNullable<StationInfo['timeJump']>,
  t: TFunction,
  language: Language,
): string => {
  const by = formatRough(Math.abs(ms), language)
  const when = formatDateTime(at, language)
  if (asleep) return t('overview.time.asleep', { by, when })
  return ms > 0 ? t('overview.time.forward', { by, when }) : t('overview.time.back', { by, when })
}

/** This many damaged packages have a line each; the others are counted. */
const DAMAGED_SHOWN = 4

interface AttentionProps {
  campaigns: readonly Campaign[]
  /** All packages with damaged files. Undefined until they are read. */
  damaged: readonly Package[] | undefined
  /** The newest packages that are unverified or whose verification failed. */
  unverified: readonly Package[]
  lines: readonly Line[]
  /** Receivers of outgoing records. */
  sinks: readonly Sink[]
  /** Undefined until the station has answered. */
  info: Pick<StationInfo, 'tls' | 'timeJump' | 'databaseDamage'> | undefined
  /** Hides the panel when there is nothing to do. */
  onlyIfNeeded?: boolean
}

/**
 * Everything that needs an operator: a damaged database, damaged or expired certificate authorities, a clock that was set, rejected
 * devices, failed slots, failed jobs, campaigns that halted or await release, unverified packages.
 */
export const Attention = ({
  campaigns,
  damaged,
  unverified,
  lines,
  sinks,
  info,
  onlyIfNeeded = false,
}: AttentionProps) => {
  const t = useTexts()
  const language = useLanguage()
  const failed = campaigns
    .filter(({ counts, status }) => counts.failed > 0 && status !== 'cancelled' && status !== 'halted')
    .slice(0, 4)
  const halted = campaigns.filter(({ status }) => status === 'halted')
  const waiting = campaigns.filter((campaign) => campaign.status === 'running' && needsPerson(campaign))
  const knocking = useRejectedLogins().items.length
  const needy = sinks.flatMap((sink) => {
    const need = sinkNeed(sink, Date.now())
    return need === undefined ? [] : [{ sink, need }]
  })
  const stopped = lines.flatMap((line) => {
    const slots = needLook(line)
    return slots.length === 0 ? [] : [{ line, slots }]
  })
  const { tls, timeJump: jump, databaseDamage: database } = info ?? {}
  const authorities = tls?.problems ?? []
  const nothing =
    !jump &&
    !database &&
    authorities.length +
      needy.length +
      stopped.length +
      failed.length +
      halted.length +
      waiting.length +
      unverified.length +
      (damaged?.length ?? 0) +
      knocking ===
      0
  if (onlyIfNeeded && nothing) return null
  return (
    <Panel title={t('overview.attention')} testId="attention">
      {damaged === undefined ? (
        <Skeleton rows={2} />
      ) : nothing ? (
        <p className="secondary">
          <span className="toned" data-tone="passed">
            ✓
          </span>{' '}
          {t('overview.attentionNone')}
        </p>
      ) : (
        <ul className="attention">
          {database && (
            <li data-tone="failed" data-testid="attention-database">
              <span className="attention-glyph">✕</span>
              <span>{t('overview.databaseDamaged', database)}</span>
              <Button size="small" onClick={() => go('settings')}>
                {t('overview.see')}
              </Button>
            </li>
          )}
          {tls &&
            authorities.map((problem) => (
              <li
                key={`a${problem.authority}${problem.problem}${problem.file}`}
                data-tone={problem.served ? 'person' : 'failed'}
                data-testid="attention-authority"
              >
                <span className="attention-glyph">!</span>
                <span>{problemText(problem, tls.state, t, language)}</span>
                <Button size="small" onClick={() => go('settings')}>
                  {t('overview.see')}
                </Button>
              </li>
            ))}
          {jump && (
            <li data-tone="person" data-testid="attention-time">
              <span className="attention-glyph">!</span>
              <span>{timeJumpText(jump, t, language)}</span>
              <Button size="small" onClick={() => go('settings')}>
                {t('overview.see')}
              </Button>
            </li>
          )}
          {needy.map(({ sink: { id, name, backlog }, need }) => (
            <li key={`r${id}`} data-tone={need === 'full' ? 'failed' : 'person'} data-testid="attention-sink">
              <span className="attention-glyph">{need === 'full' ? '✕' : '!'}</span>
              <span>
                {need === 'full'
                  ? t('settings.sinks.attentionFull', { name })
                  : t('settings.sinks.attentionBehind', { name, count: backlog })}
              </span>
              <Button size="small" onClick={() => go('settings')}>
                {t('overview.see')}
              </Button>
            </li>
          ))}
          {damaged.slice(0, DAMAGED_SHOWN).map((pack) => (
            <li key={`d${pack.id}`} data-tone="failed" data-testid="attention-damaged">
              <span className="attention-glyph">✕</span>
              <span>{t('overview.damaged', { name: `${pack.name} ${pack.version}` })}</span>
              <Button size="small" onClick={() => go('packages', pack.id)}>
                {t('overview.see')}
              </Button>
            </li>
          ))}
          {damaged.length > DAMAGED_SHOWN && (
            <li data-tone="failed" data-testid="attention-damaged-more">
              <span className="attention-glyph">✕</span>
              <span>{t('overview.damagedMore', { count: damaged.length - DAMAGED_SHOWN })}</span>
              <Button size="small" onClick={() => go('packages', damaged[DAMAGED_SHOWN]?.id ?? '')}>
                {t('overview.see')}
              </Button>
            </li>
          )}
          {halted.map((campaign) => (
            <li key={`h${campaign.id}`} data-tone="failed">
              <span className="attention-glyph">!</span>
              <span>{t('overview.halted', { name: campaign.name })}</span>
              <Button size="small" onClick={() => go('campaigns', campaign.id)}>
                {t('overview.see')}
              </Button>
            </li>
          ))}
          {stopped.map(({ line, slots }) => (
            <li
              key={`l${line.id}`}
              data-tone={slots.some(({ lamp }) => lamp === 'fail') ? 'failed' : 'person'}
              data-testid="attention-bench"
            >
              <span className="attention-glyph">✕</span>
              <span>
                {t('bench.records.attention', {
                  line: line.name,
                  count: slots.length,
                  slots: slots.map(({ label }) => label).join(texts[language].language.listSeparator),
                })}
              </span>
              <Button size="small" onClick={() => go('bench')}>
                {t('overview.see')}
              </Button>
            </li>
          ))}
          {waiting.map((campaign) => (
            <li key={`w${campaign.id}`} data-tone="person">
              <span className="attention-glyph">!</span>
              <span>{t('overview.waiting', { name: campaign.name })}</span>
              <Button size="small" onClick={() => go('campaigns', campaign.id)}>
                {t('overview.see')}
              </Button>
            </li>
          ))}
          {failed.map((campaign) => (
            <li key={`f${campaign.id}`} data-tone="failed">
              <span className="attention-glyph">✕</span>
              <span>{t('overview.failedJobs', { name: campaign.name, count: campaign.counts.failed })}</span>
              <Button size="small" onClick={() => go('campaigns', campaign.id)}>
                {t('overview.see')}
              </Button>
            </li>
          ))}
          {knocking > 0 && (
            <li data-tone="person" data-testid="attention-knocks">
              <span className="attention-glyph">!</span>
              <span>{t('rejectedLogins.attention', { count: knocking })}</span>
              <Button size="small" onClick={() => go('devices', 'knocks')}>
                {t('overview.see')}
              </Button>
            </li>
          )}
          {unverified.map((pack) => (
            <li key={`p${pack.id}`} data-tone="person">
              <span className="attention-glyph">!</span>
              <span>{t('overview.unverified', { name: `${pack.name} ${pack.version}` })}</span>
              <Button size="small" onClick={() => go('packages', pack.id)}>
                {t('overview.verify')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
