import { protocolFacts } from '#shared/protocols/index.ts'
import { Choice } from '../../../components/choice.tsx'
import { useNow } from '../../../components/use-now.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { useProtocolName } from '../../../i18n/protocol-text.ts'
import { HintsFold } from './hints-fold.tsx'
import { ModeFields } from './mode-fields.tsx'
import { RetryFold, SpeedFold, StrategyFold, TimeoutsFold } from './plan/advanced-fields.tsx'
import { GroupsEditor } from './plan/groups-editor.tsx'
import { type Plan, planFaults } from './plan/plan.ts'
import { ThresholdFields } from './plan/threshold-fields.tsx'
import { WhenFields } from './plan/when-fields.tsx'
import type { StepProps } from './step-props.ts'
import { TagsFold } from './tags-fold.tsx'
import { TransferFields } from './transfer-fields.tsx'

/** How devices learn of the upgrade and fetch it, when, in which groups, and what stops it; what few need is folded. */
export const HowStep = ({ draft, change, product, tls, preview, diffs }: StepProps) => {
  const t = useTexts()
  const nameOf = useProtocolName()
  const now = useNow()
  const { plan, kind } = draft
  const features = product && protocolFacts[product.protocol].features
  const protocolName = product && nameOf(product.protocol)
  const faults = planFaults(plan, now)
  const planProps = {
    plan,
    change: (part: Partial<Plan>) => change({ ...draft, plan: { ...plan, ...part } }),
    faults,
  }
  return (
    <>
      {draft.pack !== null && (
        <ModeFields
          pack={draft.pack}
          mode={draft.mode ?? 'full'}
          choose={(mode) => change({ ...draft, mode })}
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
            onChange={() => change({ ...draft, push: true })}
            title={t('campaigns.wizard.push')}
            hint={t('campaigns.wizard.pushHint')}
            testId="push-yes"
          />
          <Choice
            type="radio"
            name="push"
            checked={!draft.push}
            disabled={features?.queries === false}
            onChange={() => change({ ...draft, push: false })}
            title={t('campaigns.wizard.wait')}
            hint={features?.queries === false ? t('campaigns.wizard.neverAsks') : t('campaigns.wizard.waitHint')}
            testId="push-no"
          />
        </div>
      )}
      {features?.push && draft.pack !== null && (
        <TransferFields
          pack={draft.pack}
          features={features}
          tls={tls}
          transfer={draft.transfer}
          choose={(transfer) => change({ ...draft, transfer })}
        />
      )}
      {features?.policy && (
        <div className="section">
          <h3>{t('campaigns.wizard.policy')}</h3>
          <div className="cards">
            {(['standard', 'silent'] as const).map((policy) => (
              <Choice
                key={policy}
                type="radio"
                name="policy"
                checked={draft.policy === policy}
                onChange={() => change({ ...draft, policy })}
                title={t(`campaigns.wizard.policies.${policy}`)}
                hint={t(`campaigns.wizard.policyHints.${policy}`)}
                testId={`policy-${policy}`}
              />
            ))}
          </div>
        </div>
      )}
      <WhenFields {...planProps} />
      {kind === 'upgrade' && <GroupsEditor {...planProps} matching={preview.data?.matching} />}
      <ThresholdFields {...planProps} />
      <div className="section">
        {kind === 'upgrade' && <StrategyFold {...planProps} />}
        <SpeedFold {...planProps} />
        <RetryFold {...planProps} told={features?.hints ? protocolName : undefined} />
        <TimeoutsFold {...planProps} />
        {features?.hints && <HintsFold hints={draft.hints} change={(hints) => change({ ...draft, hints })} />}
        {features?.push !== false && <TagsFold tags={draft.tags} change={(tags) => change({ ...draft, tags })} />}
      </div>
    </>
  )
}
