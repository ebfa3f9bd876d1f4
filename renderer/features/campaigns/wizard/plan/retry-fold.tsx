import { Checkbox } from 'antd'
import { Fold } from '../../../../components/fold.tsx'
import { useTexts } from '../../../../i18n/i18n.ts'
import { retryClasses } from '../draft-forms.ts'
import { limitsOf } from '../option-fields.ts'
import { Fault, type PlanProps } from './fault.tsx'
import { NumberField } from './number-field.tsx'

interface RetryProps extends PlanProps {
  /** The name of the protocol, where its devices also receive the retry options. */
  told: string | undefined
}

/** The number of retries, the interval, and the failures to retry. */
export const RetryFold = ({ draft, change, faults, told }: RetryProps) => {
  const t = useTexts()
  const { retry } = draft
  return (
    <Fold
      title={t('campaigns.plan.retry')}
      value={
        retry.times === 0
          ? t('campaigns.plan.fold.noRetry')
          : t('campaigns.plan.fold.retry', { count: retry.times, minutes: retry.intervalMinutes })
      }
      testId="fold-retry"
    >
      <p className="secondary small">
        {t('campaigns.plan.retryHint')} {told !== undefined && t('campaigns.plan.retryTold', { protocol: told })}
      </p>
      <div className="hint-fields">
        <NumberField
          id="retry-times"
          label={t('campaigns.plan.times')}
          value={retry.times}
          onChange={(times) => change({ retry: { ...retry, times: times ?? 0 } })}
          {...limitsOf('retry', 'times')}
        />
        <NumberField
          id="retry-interval"
          label={t('campaigns.plan.interval')}
          value={retry.intervalMinutes}
          onChange={(minutes) => change({ retry: { ...retry, intervalMinutes: minutes ?? 0 } })}
          {...limitsOf('retry', 'intervalMinutes')}
          suffix={t('campaigns.wizard.minutes')}
        />
      </div>
      {retry.times > 0 && (
        <fieldset className="plan-checks" aria-label={t('campaigns.plan.on')}>
          <span className="secondary">{t('campaigns.plan.on')}</span>
          {retryClasses.map((item) => (
            <Checkbox
              key={item}
              checked={retry.on.includes(item)}
              onChange={(event) =>
                change({
                  retry: {
                    ...retry,
                    on: retryClasses.filter((other) =>
                      other === item ? event.target.checked : retry.on.includes(other),
                    ),
                  },
                })
              }
              data-testid={`retry-on-${item}`}
            >
              {t(`campaigns.plan.classes.${item}`)}
            </Checkbox>
          ))}
          <Fault faults={faults} of={['classes']} />
        </fieldset>
      )}
    </Fold>
  )
}
