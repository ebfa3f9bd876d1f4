import { InputNumber, Switch } from 'antd'
import { useTexts } from '../../../../i18n/i18n.ts'
import { Fault } from './fault.tsx'
import { defaultThreshold, type PlanFault } from './plan.ts'
import type { PlanProps } from './plan-props.ts'

/** What stops a campaign by itself. */
export const ThresholdFields = ({ plan, change, faults }: PlanProps & { faults: readonly PlanFault[] }) => {
  const t = useTexts()
  const { threshold } = plan
  return (
    <div className="section switch-row">
      <Switch
        checked={threshold !== null}
        onChange={(on) => change({ threshold: on ? defaultThreshold : null })}
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
              min={1}
              max={100}
              precision={0}
              suffix="%"
              value={threshold.percent}
              onChange={(percent) => change({ threshold: { ...threshold, percent } })}
              style={{ width: 100 }}
              data-testid="threshold-percent"
            />
            <span className="secondary">{t('campaigns.plan.thresholdMinimum')}</span>
            <InputNumber
              aria-label={t('campaigns.plan.thresholdMinimum')}
              min={1}
              max={100_000}
              precision={0}
              suffix={t('campaigns.plan.unitDevices', { count: threshold.minimum ?? 0 })}
              value={threshold.minimum}
              onChange={(minimum) => change({ threshold: { ...threshold, minimum } })}
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
