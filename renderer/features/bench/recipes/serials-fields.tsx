import { Input, InputNumber, Segmented } from 'antd'
import { counterSerial, serialsIn } from '#shared/serials.ts'
import { formatCount } from '../../../i18n/format.ts'
import { type Translate, useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { Field } from './field.tsx'
import type { DraftSerials } from './recipe-draft.ts'

interface SerialsProps {
  serials: DraftSerials
  onChange: (serials: DraftSerials) => void
  isFaulty: (at: string) => boolean
}

const froms = ['scan', 'counter', 'list'] as const

/** What is wrong with a pasted list, by its rows. */
const listFault = (list: string, t: Translate): string => {
  const [first, ...more] = serialsIn(list).faults
  if (first === undefined) return t('bench.recipes.serials.listEmpty')
  const { row, text } = first
  const words =
    first.why === 'twice'
      ? t('bench.recipes.serials.rowTwice', { row, text })
      : t('bench.recipes.serials.rowBad', { row, text })
  return more.length === 0 ? words : `${words} ${t('bench.recipes.serials.more', { count: more.length })}`
}

/** Where the units' serial numbers come from. */
export const SerialsFields = ({ serials, onChange, isFaulty }: SerialsProps) => {
  const t = useTexts()
  const language = useLanguage()
  const set = (patch: Partial<DraftSerials>) => onChange({ ...serials, ...patch })
  const { from, prefix, width, next, list } = serials
  const sample = /^\d{1,15}$/.test(next.trim()) ? counterSerial({ prefix, width }, Number(next)) : undefined
  return (
    <>
      <p className="secondary recipe-hint">{t('bench.recipes.serials.hint')}</p>
      <Segmented
        value={from}
        options={froms.map((value) => ({ value, label: t(`bench.recipes.serials.from.${value}`) }))}
        onChange={(value) => set({ from: value })}
        data-testid="serials-from"
      />
      {from === 'counter' && (
        <div className="recipe-grid">
          <Field label={t('bench.recipes.serials.prefix')}>
            <Input
              className="mono"
              value={prefix}
              maxLength={100}
              onChange={(event) => set({ prefix: event.target.value.replace(/\s/g, '') })}
              data-testid="serials-prefix"
            />
          </Field>
          <Field label={t('bench.recipes.serials.width')} hint={t('bench.recipes.serials.widthHint')}>
            <InputNumber
              min={1}
              max={15}
              precision={0}
              value={width}
              onChange={(digits) => set({ width: digits ?? null })}
              data-testid="serials-width"
            />
          </Field>
          <Field
            label={t('bench.recipes.serials.next')}
            hint={
              sample === undefined
                ? t('bench.recipes.serials.nextHint')
                : t('bench.recipes.serials.sample', { serial: sample })
            }
            fault={isFaulty('serials.next') ? t('bench.recipes.serials.nextBad') : undefined}
          >
            <Input
              className="mono"
              value={next}
              maxLength={15}
              onChange={(event) => set({ next: event.target.value })}
              data-testid="serials-next"
            />
          </Field>
        </div>
      )}
      {from === 'list' && (
        <Field
          label={t('bench.recipes.serials.list')}
          hint={t('bench.recipes.serials.listHint', { number: formatCount(serialsIn(list).serials.length, language) })}
          fault={isFaulty('serials.list') ? listFault(list, t) : undefined}
        >
          <Input.TextArea
            className="mono"
            value={list}
            autoSize={{ minRows: 4, maxRows: 12 }}
            onChange={(event) => set({ list: event.target.value })}
            data-testid="serials-list"
          />
        </Field>
      )}
    </>
  )
}
