import { InputNumber, Switch } from 'antd'
import { useTexts } from '../../../../i18n/i18n.ts'
import { defaultThreshold } from '../draft-forms.ts'
import { limitsOf } from '../option-fields.ts'
import { Fault, type PlanProps } from './fault.tsx'

/** The thresholds that halt a campaign. */
export const ThresholdFields = ({ draft, change, faults }: PlanProps) => {
  const t = useTexts()
  const { failureThreshold: threshold } = draft
  return (
    <div className="section switch-row">
      <Switch
        checked={threshold !== null}
        onChange={(on) => change({ failureThreshold: on ? defaultThreshold : null })}
        aria-label={t('campaigns.plan.threshold')}
        data-testid="threshold-on"
      />
      <div>
        <b>{t('campaigns.plan.threshold')}</b>
        <span className="secondary small">{t('campaigns.plan.thresholdHint')}</span>
        {threshold !== null && (
          <div className="plan-line">
            <span className="secondary">{t('campaigns.plan.thresholdPercent')}</span>
            <InputNumber
              aria-label={t('campaigns.plan.thresholdPercent')}
              {...limitsOf('failureThreshold', 'percent')}
              precision={0}
              suffix="%"
              value={threshold.percent}
              onChange={(percent) => change({ failureThreshold: { ...threshold, percent } })}
              style={{ width: 100 }}
              data-testid="threshold-percent"
            />
            <span className="secondary">{t('campaigns.plan.thresholdMinimum')}</span>
            <InputNumber
              aria-label={t('campaigns.plan.thresholdMinimum')}
              {...limitsOf('failureThreshold', 'minimum')}
              precision={0}
              suffix={t('campaigns.plan.unitDevices', { count: threshold.minimum ?? 0 })}
              value={threshold.minimum}
              onChange={(minimum) => change({ failureThreshold: { ...threshold, minimum } })}
              style={{ width: 140 }}
              data-testid="threshold-minimum"
            />
            <Fault faults={faults} of={['threshold']} />
          </div>
        )}
      </div>
    </div>
  )
}
