import { protocolFacts } from '#shared/protocols/index.ts'
import { Choice } from '../../../components/choice.tsx'
import { useNow } from '../../../components/use-now.ts'
import { useProtocolName } from '../../../i18n/fact-text.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { ModeFields } from './mode-fields.tsx'
import { OptionFold, OptionSection } from './option-section.tsx'
import { GroupsEditor } from './plan/groups-editor.tsx'
import { planFaults } from './plan/plan.ts'
import { RetryFold } from './plan/retry-fold.tsx'
import { ThresholdFields } from './plan/threshold-fields.tsx'
import { WhenFields } from './plan/when-fields.tsx'
import type { StepProps } from './step-props.ts'
import { TagsFold } from './tags-fold.tsx'
import { TransportFields } from './transport-fields.tsx'

/** Notices, download, start, groups and thresholds; rarely needed options are folded. */
export const HowStep = ({ draft, change, product, tls, preview, diffs }: StepProps) => {
  const t = useTexts()
  const nameOf = useProtocolName()
  const now = useNow()
  const { kind, pack } = draft
  const features = product && protocolFacts[product.protocol].features
  const protocolName = product && nameOf(product.protocol)
  const plan = { draft, change, faults: planFaults(draft, now) }
  const option = { draft, change, product }
  return (
    <>
      {pack !== null && (
        <ModeFields
          pack={pack}
          mode={draft.mode ?? 'full'}
          choose={(mode) => change({ mode })}
          diffs={diffs}
          preview={preview.data}
        />
      )}
      <div className="wizard-lead">
        <h2>{t('campaigns.wizard.how')}</h2>
      </div>
      {features?.push === false && (
        <p className="secondary" data-testid="asks-itself">
          {t('campaigns.wizard.asksItself', { protocol: protocolName ?? '' })}
        </p>
      )}
      {features?.push !== false && (
        <div className="cards">
          <Choice
            type="radio"
            name="push"
            checked={draft.push}
            onChange={() => change({ push: true })}
            title={t('campaigns.wizard.push')}
            hint={t('campaigns.wizard.pushHint')}
            testId="push-yes"
          />
          <Choice
            type="radio"
            name="push"
            checked={!draft.push}
            disabled={features?.queries === false}
            onChange={() => change({ push: false })}
            title={t('campaigns.wizard.wait')}
            hint={features?.queries === false ? t('campaigns.wizard.neverAsks') : t('campaigns.wizard.waitHint')}
            testId="push-no"
          />
        </div>
      )}
      {features?.push && pack !== null && (
        <TransportFields
          pack={pack}
          features={features}
          tls={tls}
          transport={draft.transport}
          choose={(transport) => change({ transport })}
        />
      )}
      <OptionSection section="delivery" {...option} />
      <WhenFields {...plan} />
      {kind === 'upgrade' && <GroupsEditor {...plan} matching={preview.data?.matching} />}
      <ThresholdFields {...plan} />
      <div className="section">
        {kind === 'upgrade' && (
          <OptionFold section="strategy" title={t('campaigns.options.strategy.name')} {...option} />
        )}
        <OptionFold section="speed" title={t('campaigns.options.rate.name')} {...option} />
        <RetryFold {...plan} told={features?.hints ? protocolName : undefined} />
        <OptionFold
          section="timeouts"
          title={t('campaigns.plan.timeouts')}
          hint={t('campaigns.plan.timeoutsHint')}
          {...option}
        />
        <OptionFold section="conditions" title={t('campaigns.options.conditions.name')} {...option} />
        {features?.push !== false && <TagsFold tags={draft.tags} change={(tags) => change({ tags })} />}
      </div>
    </>
  )
}
