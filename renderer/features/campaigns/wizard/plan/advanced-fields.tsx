import { Checkbox } from 'antd'
import { definitionDefaults } from '#shared/schema.ts'
import { Choice } from '../../../../components/choice.tsx'
import { Fold } from '../../../../components/fold.tsx'
import { formatCount } from '../../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../../i18n/i18n.ts'
import { Fault } from './fault.tsx'
import { NumberField } from './number-field.tsx'
import { type PlanFault, retryClasses, timeoutsOf } from './plan.ts'
import type { PlanProps } from './plan-props.ts'

/** Static or dynamic. */
export const StrategyFold = ({ plan, change }: PlanProps) => {
  const t = useTexts()
  return (
    <Fold title={t('campaigns.plan.strategy')} value={t(`campaigns.plan.${plan.strategy}`)} testId="fold-strategy">
      <div className="cards">
        {(['static', 'dynamic'] as const).map((strategy) => (
          <Choice
            key={strategy}
            type="radio"
            name="strategy"
            checked={plan.strategy === strategy}
            onChange={() => change({ strategy })}
            title={t(`campaigns.plan.${strategy}`)}
            hint={t(`campaigns.plan.${strategy}Hint`)}
            testId={`strategy-${strategy}`}
          />
        ))}
      </div>
    </Fold>
  )
}

/** Devices a minute, and at a time. */
export const SpeedFold = ({ plan, change }: PlanProps) => {
  const t = useTexts()
  const language = useLanguage()
  const set = (['perMinute', 'concurrent'] as const).flatMap((key) => {
    const rate = plan[key]
    return rate === null ? [] : [t(`campaigns.plan.fold.${key}`, { rate: formatCount(rate, language) })]
  })
  return (
    <Fold
      title={t('campaigns.plan.speed')}
      value={set.length === 0 ? t('campaigns.plan.unlimited') : set.join(' · ')}
      testId="fold-speed"
    >
      <p className="secondary small">{t('campaigns.plan.speedHint')}</p>
      <div className="hint-fields">
        <NumberField
          id="rate-per-minute"
          label={t('campaigns.plan.perMinute')}
          value={plan.perMinute}
          onChange={(perMinute) => change({ perMinute })}
          max={10_000}
          suffix={t('campaigns.plan.unitDevices', { count: plan.perMinute ?? 0 })}
          placeholder={t('campaigns.plan.unlimited')}
        />
        <NumberField
          id="rate-concurrent"
          label={t('campaigns.plan.concurrent')}
          value={plan.concurrent}
          onChange={(concurrent) => change({ concurrent })}
          max={100_000}
          suffix={t('campaigns.plan.unitDevices', { count: plan.concurrent ?? 0 })}
          placeholder={t('campaigns.plan.unlimited')}
        />
      </div>
    </Fold>
  )
}

interface RetryProps extends PlanProps {
  faults: readonly PlanFault[]
  /** The protocol by name, where its devices are told as well. */
  told: string | undefined
}

/** How often, after how long, and which failures. */
export const RetryFold = ({ plan, change, faults, told }: RetryProps) => {
  const t = useTexts()
  const { retry } = plan
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
          min={0}
          max={10}
        />
        <NumberField
          id="retry-interval"
          label={t('campaigns.plan.interval')}
          value={retry.intervalMinutes}
          onChange={(minutes) => change({ retry: { ...retry, intervalMinutes: minutes ?? 0 } })}
          min={0}
          max={4320}
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

/** How long silence is borne, from the notice and from the first progress. */
export const TimeoutsFold = ({ plan, change }: PlanProps) => {
  const t = useTexts()
  return (
    <Fold
      title={t('campaigns.plan.timeouts')}
      value={t('campaigns.plan.fold.timeouts', timeoutsOf(plan))}
      testId="fold-timeouts"
    >
      <p className="secondary small">{t('campaigns.plan.timeoutsHint')}</p>
      <div className="hint-fields">
        <NumberField
          id="timeout-push"
          label={t('campaigns.plan.pushTimeout')}
          value={plan.pushTimeout}
          onChange={(pushTimeout) => change({ pushTimeout })}
          max={10_080}
          suffix={t('campaigns.wizard.minutes')}
          placeholder={String(definitionDefaults.pushTimeoutMinutes)}
        />
        <NumberField
          id="timeout-progress"
          label={t('campaigns.plan.progressTimeout')}
          value={plan.progressTimeout}
          onChange={(progressTimeout) => change({ progressTimeout })}
          max={10_080}
          suffix={t('campaigns.wizard.minutes')}
          placeholder={String(definitionDefaults.timeoutMinutes)}
        />
      </div>
      <p className="secondary small">{t('campaigns.plan.stepTimeoutHint')}</p>
      <div className="hint-fields">
        <NumberField
          id="timeout-downloading"
          label={t('campaigns.plan.downloadingTimeout')}
          value={plan.downloadingTimeout}
          onChange={(downloadingTimeout) => change({ downloadingTimeout })}
          max={10_080}
          suffix={t('campaigns.wizard.minutes')}
          placeholder={t('campaigns.plan.none')}
        />
        <NumberField
          id="timeout-installing"
          label={t('campaigns.plan.installingTimeout')}
          value={plan.installingTimeout}
          onChange={(installingTimeout) => change({ installingTimeout })}
          max={10_080}
          suffix={t('campaigns.wizard.minutes')}
          placeholder={t('campaigns.plan.none')}
        />
      </div>
    </Fold>
  )
}
