import { Input, Select } from 'antd'
import { formatBytes } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { CheckField, Field } from './field.tsx'
import { noValue, type RecipeDraft, type UnitValue } from './recipe-draft.ts'
import { RowsEditor } from './rows-editor.tsx'

const types: readonly UnitValue['type'][] = ['string', 'u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'hex']
const sizesKb = [12, 16, 20, 24, 32, 64, 128, 256] as const

interface UnitDataProps {
  unitData: RecipeDraft['unitData']
  onChange: (unitData: RecipeDraft['unitData']) => void
  isFaulty: (at: string) => boolean
}

/** The unit's own values, written as an NVS partition. */
export const UnitDataEditor = ({ unitData, onChange, isFaulty }: UnitDataProps) => {
  const t = useTexts()
  const language = useLanguage()
  const set = (patch: Partial<RecipeDraft['unitData']>) => onChange({ ...unitData, ...patch })
  const sizes = [...new Set<number>([...sizesKb, unitData.sizeKb])].sort((a, b) => a - b)
  const faulty = isFaulty('values') || unitData.entries.some((_, index) => isFaulty(`value.${index}`))
  return (
    <>
      <CheckField
        label={t('bench.recipes.unitData.on')}
        hint={t('bench.recipes.unitData.hint')}
        checked={unitData.on}
        onChange={(on) => set({ on })}
        testId="unit-data-on"
      />
      {unitData.on && (
        <>
          <div className="recipe-grid recipe-gap">
            <Field
              label={t('bench.recipes.unitData.address')}
              fault={isFaulty('unitData.address') ? t('bench.recipes.unitData.badAddress') : undefined}
            >
              <Input
                className="mono"
                value={unitData.address}
                maxLength={12}
                onChange={(event) => set({ address: event.target.value })}
              />
            </Field>
            <Field label={t('bench.recipes.unitData.size')}>
              <Select
                value={unitData.sizeKb}
                onChange={(sizeKb: number) => set({ sizeKb })}
                options={sizes.map((value) => ({ value, label: formatBytes(value * 1024, language) }))}
              />
            </Field>
          </div>
          <RowsEditor
            rows={unitData.entries}
            onChange={(entries) => set({ entries })}
            blank={noValue}
            max={200}
            heads={(['namespace', 'key', 'type', 'value'] as const).map((key) => t(`bench.recipes.unitData.${key}`))}
            cells={(entry, setEntry, index) => [
              ...(['namespace', 'key'] as const).map((key) => (
                <Input
                  key={key}
                  className="mono"
                  value={entry[key]}
                  maxLength={15}
                  status={isFaulty(`value.${index}`) && entry[key] === '' ? 'error' : ''}
                  aria-label={t(`bench.recipes.unitData.${key}`)}
                  onChange={(event) => setEntry({ [key]: event.target.value.trim() })}
                />
              )),
              <Select
                key="type"
                value={entry.type}
                aria-label={t('bench.recipes.unitData.type')}
                onChange={(type: UnitValue['type']) => setEntry({ type })}
                options={types.map((value) => ({ value, label: value }))}
              />,
              <Input
                key="value"
                className="mono"
                value={entry.value}
                maxLength={4000}
                status={isFaulty(`value.${index}`) && entry.value === '' ? 'error' : ''}
                aria-label={t('bench.recipes.unitData.value')}
                onChange={(event) => setEntry({ value: event.target.value })}
              />,
            ]}
            addLabel={t('bench.recipes.unitData.add')}
            removeLabel={({ key }) => t('bench.recipes.unitData.remove', { key })}
            fault={faulty ? t('bench.recipes.unitData.bad') : undefined}
          />
        </>
      )}
    </>
  )
}
