import { Input } from 'antd'
import { useEffect, useRef } from 'react'
import { Facts } from '../../../components/facts.tsx'
import { Unanswered } from '../../../components/unanswered.tsx'
import { useNow } from '../../../components/use-now.ts'
import { formatCount } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { ArtifactsSection } from './artifacts-section.tsx'
import { planText } from './plan/plan-text.ts'
import { optionFacts, type ReviewContext } from './review-lines.ts'
import type { StepProps } from './step-props.ts'

interface ReviewProps extends StepProps {
  name: string
  rename: (name: string) => void
}

const Reach = ({ preview }: Pick<StepProps, 'preview'>) => {
  const t = useTexts()
  const language = useLanguage()
  if (preview.data === undefined || preview.failure !== undefined) return <Unanswered query={preview} rows={4} />
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

/** The start, the first group, when the rest opens, what halts it. */
const Sentences = (context: ReviewContext) => {
  const { t } = context
  const now = useNow()
  return (
    <div className="section">
      <h3>{t('campaigns.plan.words.title')}</h3>
      <ol className="sentences" data-testid="review-words">
        {planText(context, now).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
    </div>
  )
}

/** The whole campaign once more, with the number of devices it reaches and why it excludes others. */
export const ReviewStep = ({ draft, preview, product, name, rename }: ReviewProps) => {
  const t = useTexts()
  const language = useLanguage()
  const { pack } = draft
  // The focus leaves "Next", which is gone, and starts where reading starts.
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  if (pack === null) return null
  const context = { draft, product, matching: preview.data?.matching ?? 0, t, language }
  return (
    <div className="review">
      <div>
        <h2 className="review-heading" ref={heading} tabIndex={-1} data-testid="review-heading">
          {t('campaigns.wizard.steps.review')}
        </h2>
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
            ...optionFacts(context),
            [
              t('campaigns.wizard.facts.sign'),
              <span key="s">
                {pack.signMethod} <span className="mono secondary">{pack.sign}</span>
              </span>,
            ],
          ]}
        />
      </div>
      <div className="review-side">
        <Reach preview={preview} />
        {preview.data !== undefined && draft.mode !== 'full' && draft.mode !== null && (
          <ArtifactsSection artifacts={preview.data.artifacts} fullSize={pack.size} />
        )}
        {preview.data !== undefined && <Sentences {...context} />}
      </div>
    </div>
  )
}
