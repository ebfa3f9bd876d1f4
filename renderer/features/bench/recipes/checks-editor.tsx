import { Input, InputNumber } from 'antd'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { CheckValues } from './check-values.tsx'
import { patternText } from './pattern-text.ts'
import { type DraftCheck, noCheck, valueNames } from './recipe-draft.ts'
import { RowsEditor } from './rows-editor.tsx'

interface ChecksProps {
  checks: readonly DraftCheck[]
  onChange: (checks: readonly DraftCheck[]) => void
  isFaulty: (at: string) => boolean
}

/** What to send to a written unit, and the response expected within the time. */
export const ChecksEditor = ({ checks, onChange, isFaulty }: ChecksProps) => {
  const t = useTexts()
  const language = useLanguage()
  const faulty = checks.findIndex((_, index) => isFaulty(`check.${index}`))
  const twice = checks.findIndex((_, index) => isFaulty(`checkTwice.${index}`))
  const contradicting = checks.flatMap(({ expect }, index) =>
    valueNames(expect).filter((name) => isFaulty(`checkLimits.${index}.${name}`)),
  )
  const valueFault = (): string | undefined => {
    if (twice >= 0) return t('bench.recipes.checks.twice', { count: twice + 1 })
    return contradicting[0] === undefined ? undefined : t('bench.recipes.checks.limits', { name: contradicting[0] })
  }
  const fault = (): string =>
    t('bench.recipes.checks.faultOf', {
      count: faulty + 1,
      words: patternText(checks[faulty]?.expect ?? '', language) ?? t('bench.recipes.checks.bad'),
    })
  /** For a step with a bad pattern only that field; for an empty step both fields. */
  const isWrong = (check: DraftCheck, index: number, key: 'name' | 'send' | 'expect'): boolean =>
    isFaulty(`check.${index}`) && (key === 'expect' || (key === 'send' && check.expect === ''))
  const words = [
    ['name', 64, undefined],
    ['send', 500, t('bench.recipes.checks.sendHint')],
    ['expect', 200, t('bench.recipes.checks.expectHint')],
  ] as const
  return (
    <>
      <p className="secondary recipe-hint">
        {t('bench.recipes.checks.hint')} {t('bench.recipes.checks.measure')}
      </p>
      <RowsEditor
        rows={checks}
        onChange={onChange}
        blank={noCheck}
        max={50}
        heads={(['name', 'send', 'expect', 'timeout', 'baudRate'] as const).map((key) =>
          t(`bench.recipes.checks.${key}`),
        )}
        cells={(check, set, index) => [
          ...words.map(([key, max, hint]) => (
            <Input
              key={key}
              className={key === 'name' ? '' : 'mono'}
              value={check[key]}
              maxLength={max}
              placeholder={hint ?? t('optional')}
              status={isWrong(check, index, key) ? 'error' : ''}
              aria-label={t(`bench.recipes.checks.${key}`)}
              onChange={(event) => set({ [key]: event.target.value })}
              data-testid={`check-${index}-${key}`}
            />
          )),
          <InputNumber
            key="timeout"
            value={check.timeoutMs / 1000}
            min={0.05}
            max={120}
            step={0.5}
            suffix="s"
            aria-label={t('bench.recipes.checks.timeout')}
            onChange={(seconds) => seconds !== null && set({ timeoutMs: Math.round(seconds * 1000) })}
          />,
          <InputNumber
            key="baudRate"
            value={check.baudRate}
            min={110}
            max={4_000_000}
            precision={0}
            placeholder={t('bench.recipes.checks.baudDefault')}
            aria-label={t('bench.recipes.checks.baudRate')}
            onChange={(baudRate) => set({ baudRate })}
          />,
        ]}
        addLabel={t('bench.recipes.checks.add')}
        removeLabel={(_, index) => t('bench.recipes.checks.remove', { count: index + 1 })}
        below={(check, set, index) => (
          <CheckValues
            check={check}
            onChange={(values) => set({ values })}
            isFaulty={(name) => isFaulty(`checkLimits.${index}.${name}`)}
            testId={`check-${index}`}
          />
        )}
        fault={faulty < 0 ? valueFault() : fault()}
        addTestId="check-add"
      />
    </>
  )
}
