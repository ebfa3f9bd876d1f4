import { Slider } from 'antd'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { formatCount } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { limitsOf } from './option-fields.ts'
import { OptionSection } from './option-section.tsx'
import type { DraftProps, StepProps } from './step-props.ts'

const DeviceTags = ({ draft, change }: DraftProps) => {
  const t = useTexts()
  const language = useLanguage()
  const { deviceTags, pack } = draft
  const query = useQuery(pack === null ? null : `tags/${pack.productId}`, (signal) =>
    client.devices.tags({ productId: pack?.productId }, { signal }),
  )
  const tags = query.data?.items
  if (tags === undefined) return null
  const toggle = (tag: string) =>
    change({ deviceTags: deviceTags.includes(tag) ? deviceTags.filter((item) => item !== tag) : [...deviceTags, tag] })
  return (
    <div>
      <b className="narrow-title">{t('campaigns.plan.deviceTags')}</b>
      <span className="secondary small">
        {tags.length === 0 ? t('campaigns.plan.noDeviceTags') : t('campaigns.plan.deviceTagsHint')}
      </span>
      {tags.length > 0 && (
        <fieldset className="pills narrow-tags" aria-label={t('campaigns.plan.deviceTags')}>
          {tags.map(({ tag, devices }) => (
            <button
              key={tag}
              type="button"
              className="pill"
              aria-pressed={deviceTags.includes(tag)}
              onClick={() => toggle(tag)}
              data-testid={`device-tag-${tag}`}
            >
              {tag}
              <b>{formatCount(devices, language)}</b>
            </button>
          ))}
        </fieldset>
      )}
    </div>
  )
}

/** Tags, share of devices, and whether to take devices over from other campaigns. */
export const NarrowFields = ({ draft, change, product }: DraftProps & Pick<StepProps, 'product'>) => {
  const t = useTexts()
  return (
    <div className="section narrow">
      <h3>{t('campaigns.plan.narrow')}</h3>
      <DeviceTags draft={draft} change={change} />
      <div>
        <b className="narrow-title">
          {t('campaigns.plan.percent')} <span data-testid="percent-value">{draft.percent}%</span>
        </b>
        <span className="secondary small">{t('campaigns.plan.percentHint')}</span>
        <Slider
          {...limitsOf('percent')}
          value={draft.percent}
          onChange={(percent) => change({ percent })}
          ariaLabelForHandle={t('campaigns.plan.percent')}
          tooltip={{ formatter: (value) => `${value}%` }}
          marks={{ 1: '1%', 25: '25%', 50: '50%', 100: '100%' }}
          style={{ maxWidth: 460, margin: '10px 16px 26px' }}
        />
      </div>
      <OptionSection section="narrow" draft={draft} change={change} product={product} />
    </div>
  )
}
