import { Input } from 'antd'
import { protocolFacts } from '#shared/protocols/index.ts'
import { Failed, Skeleton } from '../../../components/empty-state.tsx'
import { Facts } from '../../../components/facts.tsx'
import { useNow } from '../../../components/use-now.ts'
import { formatBytes, formatCount } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { ArtifactsSection } from './artifacts-section.tsx'
import { hintNames, hintUnits } from './hints-fold.tsx'
import { planText } from './plan/plan-text.ts'
import type { StepProps } from './step-props.ts'

interface ReviewProps extends StepProps {
  name: string
  rename: (name: string) => void
}

const Reach = ({ preview }: Pick<StepProps, 'preview'>) => {
  const t = useTexts()
  const language = useLanguage()
  if (preview.failure !== undefined) return <Failed failure={preview.failure} retry={preview.reload} />
  if (preview.data === undefined) return <Skeleton rows={4} />
  const { matching, online, takenOver = 0, ...others } = preview.data
  const reasons = (
    [
      ['alreadyOnTarget', t('campaigns.wizard.alreadyOnTarget')],
      ['otherJobOpen', t('campaigns.wizard.otherJobOpen')],
      ['versionNotSelected', t('campaigns.wizard.versionNotSelected')],
      ['tagNotSelected', t('campaigns.plan.tagNotSelected')],
      ['beyondPercent', t('campaigns.plan.beyondPercent')],
    ] as const
  ).filter(([key]) => (others[key] ?? 0) > 0)
  return (
    <div className="reach">
      <div className="reach-main" data-tone={matching === 0 ? 'person' : 'running'}>
        <b data-testid="preview-matching">{formatCount(matching, language)}</b>
        <span>
          {matching === 0 ? t('campaigns.wizard.nobody') : t('campaigns.wizard.willUpgrade', { count: matching })}
        </span>
      </div>
      <p className="secondary">
        {t('campaigns.wizard.onlineNow')}: <b data-testid="preview-online">{formatCount(online, language)}</b>
      </p>
      {takenOver > 0 && (
        <p className="secondary">
          {t('campaigns.plan.takenOver')}: <b data-testid="preview-takenOver">{formatCount(takenOver, language)}</b>
        </p>
      )}
      {reasons.length > 0 && (
        <div className="section">
          <h3>{t('campaigns.wizard.others')}</h3>
          <dl className="reach-others">
            {reasons.map(([key, words]) => (
              <div key={key}>
                <dt>{words}</dt>
                <dd data-testid={`preview-${key}`}>{formatCount(others[key] ?? 0, language)}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </div>
  )
}

/** When it starts, who goes first, what opens the rest, what stops it. */
const Sentences = ({ draft, matching, push }: { draft: StepProps['draft']; matching: number; push: boolean }) => {
  const t = useTexts()
  const language = useLanguage()
  const now = useNow()
  const words = planText(draft.plan, { matching, push, overwrite: draft.overwrite, now }, t, language)
  return (
    <div className="section">
      <h3>{t('campaigns.plan.words.title')}</h3>
      <ol className="sentences" data-testid="review-words">
        {words.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
    </div>
  )
}

/** Everything once more, with how many devices it reaches and why not the others. */
export const ReviewStep = ({ draft, preview, product, name, rename }: ReviewProps) => {
  const t = useTexts()
  const language = useLanguage()
  const { pack } = draft
  if (pack === null) return null
  const features = product && protocolFacts[product.protocol].features
  const pushes = features?.push ?? true
  const hints = hintNames
    .filter((key) => draft.hints[key] !== null)
    .map((key) => `${t(`campaigns.wizard.hint.${key}`)} ${draft.hints[key]}${hintUnits[key]}`)
  const tags = draft.tags.filter((row) => row.key !== '')
  return (
    <div className="review">
      <div>
        <label className="field" htmlFor="campaign-name">
          <span>{t('campaigns.wizard.name')}</span>
          <Input
            id="campaign-name"
            value={name}
            maxLength={64}
            status={name.trim() === '' ? 'error' : ''}
            onChange={(event) => rename(event.target.value)}
            data-testid="campaign-name"
          />
        </label>
        <Facts
          items={[
            [t('campaigns.wizard.facts.package'), <b key="p">{pack.name}</b>],
            [t('campaigns.wizard.facts.target'), <b key="v">{pack.version}</b>],
            [t('campaigns.wizard.facts.product'), `${product?.name ?? '…'} · ${pack.module}`],
            [
              t('campaigns.wizard.facts.from'),
              draft.fromVersions.length === 0 ? t('campaigns.wizard.anyVersion') : draft.fromVersions.join(', '),
            ],
            [
              t('campaigns.wizard.facts.scope'),
              draft.scope === 'all'
                ? t('campaigns.wizard.scopeAll')
                : t('campaigns.wizard.chosen', { count: draft.deviceIds.size }),
            ],
            [t('campaigns.wizard.kind'), t(`campaigns.kind.${draft.kind}`)],
            [
              t('campaigns.wizard.facts.notice'),
              draft.push && pushes ? t('campaigns.wizard.push') : t('campaigns.wizard.wait'),
            ],
            [
              t('campaigns.wizard.facts.artifact'),
              draft.mode === 'auto' || draft.mode === 'diff'
                ? t(`diffs.mode.names.${draft.mode}`)
                : t('campaigns.wizard.facts.artifactValue', { size: formatBytes(pack.size, language) }),
            ],
            [t('campaigns.wizard.facts.transfer'), t(`campaigns.wizard.transfers.${draft.transfer}`)],
            [
              t('campaigns.wizard.policy'),
              features?.policy ? t(`campaigns.wizard.policies.${draft.policy}`) : undefined,
            ],
            [t('campaigns.wizard.hints'), hints.length === 0 ? undefined : hints.join(' · ')],
            [t('campaigns.plan.deviceTags'), draft.deviceTags.length === 0 ? undefined : draft.deviceTags.join(', ')],
            [t('campaigns.plan.percent'), draft.percent === 100 ? undefined : `${draft.percent}%`],
            [
              t('campaigns.wizard.facts.sign'),
              <span key="s">
                {pack.signMethod} <span className="mono secondary">{pack.sign}</span>
              </span>,
            ],
            [
              t('campaigns.wizard.facts.tags'),
              tags.length === 0 ? undefined : tags.map((row) => `${row.key}=${row.value}`).join(', '),
            ],
          ]}
        />
      </div>
      <div className="review-side">
        <Reach preview={preview} />
        {preview.data !== undefined && draft.mode !== 'full' && draft.mode !== null && (
          <ArtifactsSection artifacts={preview.data.artifacts} fullSize={pack.size} />
        )}
        {preview.data !== undefined && (
          <Sentences draft={draft} matching={preview.data.matching} push={draft.push && pushes} />
        )}
      </div>
    </div>
  )
}
