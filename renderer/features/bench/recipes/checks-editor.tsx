import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, InputNumber } from 'antd'
import { useTexts } from '../../../i18n/i18n.ts'
import { type DraftCheck, noCheck } from './draft.ts'

interface ChecksProps {
  checks: readonly DraftCheck[]
  onChange: (checks: readonly DraftCheck[]) => void
  isFaulty: (at: string) => boolean
}

/** What is sent to a written unit, and what must come back in time. */
export const ChecksEditor = ({ checks, onChange, isFaulty }: ChecksProps) => {
  const t = useTexts()
  const set = (index: number, patch: Partial<DraftCheck>) =>
    onChange(checks.map((check, at) => (at === index ? { ...check, ...patch } : check)))
  const faulty = checks.some((_, index) => isFaulty(`check.${index}`))
  const words = [
    ['name', 64, undefined],
    ['send', 500, t('bench.recipes.checks.sendHint')],
    ['expect', 200, t('bench.recipes.checks.expectHint')],
  ] as const
  return (
    <>
      <p className="secondary recipe-hint">{t('bench.recipes.checks.hint')}</p>
      {checks.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              {(['name', 'send', 'expect', 'timeout', 'baudRate'] as const).map((key) => (
                <th key={key} scope="col">
                  {t(`bench.recipes.checks.${key}`)}
                </th>
              ))}
              <th aria-label={t('remove')} />
            </tr>
          </thead>
          <tbody>
            {checks.map((check, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other identity
              <tr key={index}>
                {words.map(([key, max, hint]) => (
                  <td key={key}>
                    <Input
                      className={key === 'name' ? '' : 'mono'}
                      value={check[key]}
                      maxLength={max}
                      placeholder={hint ?? t('optional')}
                      status={key !== 'name' && isFaulty(`check.${index}`) ? 'error' : ''}
                      aria-label={t(`bench.recipes.checks.${key}`)}
                      onChange={(event) => set(index, { [key]: event.target.value })}
                      data-testid={`check-${index}-${key}`}
                    />
                  </td>
                ))}
                <td>
                  <InputNumber
                    value={check.timeoutMs / 1000}
                    min={0.05}
                    max={120}
                    step={0.5}
                    suffix="s"
                    aria-label={t('bench.recipes.checks.timeout')}
                    onChange={(seconds) => seconds !== null && set(index, { timeoutMs: Math.round(seconds * 1000) })}
                  />
                </td>
                <td>
                  <InputNumber
                    value={check.baudRate}
                    min={110}
                    max={4_000_000}
                    precision={0}
                    placeholder={t('bench.recipes.checks.baudDefault')}
                    aria-label={t('bench.recipes.checks.baudRate')}
                    onChange={(baudRate) => set(index, { baudRate })}
                  />
                </td>
                <td>
                  <Button
                    type="text"
                    icon={<DeleteOutlined />}
                    aria-label={t('bench.recipes.checks.remove', { count: index + 1 })}
                    onClick={() => onChange(checks.filter((_, at) => at !== index))}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {faulty && (
        <p className="fault small" role="alert">
          {t('bench.recipes.checks.bad')}
        </p>
      )}
      <Button
        size="small"
        icon={<PlusOutlined />}
        disabled={checks.length >= 50}
        onClick={() => onChange([...checks, noCheck])}
        data-testid="check-add"
      >
        {t('bench.recipes.checks.add')}
      </Button>
    </>
  )
}
