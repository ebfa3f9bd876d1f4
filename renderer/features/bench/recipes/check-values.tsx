import { Input, InputNumber } from 'antd'
import { useTexts } from '../../../i18n/i18n.ts'
import { type DraftCheck, type DraftValue, valueNames } from './recipe-draft.ts'

interface CheckValuesProps {
  check: DraftCheck
  onChange: (values: readonly DraftValue[]) => void
  /** Whether the limits of that value contradict each other. */
  isFaulty: (name: string) => boolean
  testId: string
}

/** Unit and limits of each value that a check reads by a named group of its pattern. */
export const CheckValues = ({ check, onChange, isFaulty, testId }: CheckValuesProps) => {
  const t = useTexts()
  const names = valueNames(check.expect)
  if (names.length === 0) return null
  const draftOf = (name: string): DraftValue =>
    check.values.find((value) => value.name === name) ?? { name, unit: '', min: null, max: null }
  const set = (name: string, patch: Partial<DraftValue>) =>
    onChange([...check.values.filter((value) => value.name !== name), { ...draftOf(name), ...patch }])
  return (
    <ul className="check-values">
      {names.map((name) => {
        const value = draftOf(name)
        const limit = (key: 'min' | 'max') => (
          <InputNumber
            size="small"
            value={value[key]}
            placeholder={t(`bench.recipes.checks.${key}`)}
            status={isFaulty(name) ? 'error' : ''}
            aria-label={`${name} ${t(`bench.recipes.checks.${key}`)}`}
            onChange={(number) => set(name, { [key]: number })}
            data-testid={`${testId}-${name}-${key}`}
          />
        )
        return (
          <li key={name}>
            <span className="mono">{name}</span>
            {limit('min')}
            <span className="secondary">…</span>
            {limit('max')}
            <Input
              size="small"
              value={value.unit}
              maxLength={16}
              placeholder={t('bench.recipes.checks.unit')}
              aria-label={`${name} ${t('bench.recipes.checks.unit')}`}
              onChange={(event) => set(name, { unit: event.target.value })}
              data-testid={`${testId}-${name}-unit`}
            />
          </li>
        )
      })}
    </ul>
  )
}
