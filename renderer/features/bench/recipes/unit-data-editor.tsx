import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { formatBytes } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { noValue, type RecipeDraft, type UnitValue } from './draft.ts'
import { CheckField, Field } from './field.tsx'

const types: readonly UnitValue['type'][] = ['string', 'u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'hex']
const sizesKb = [12, 16, 20, 24, 32, 64, 128, 256] as const

interface UnitDataProps {
  unitData: RecipeDraft['unitData']
  onChange: (unitData: RecipeDraft['unitData']) => void
  isFaulty: (at: string) => boolean
}

/** Values of the unit's own, written as an NVS partition. */
export const UnitDataEditor = ({ unitData, onChange, isFaulty }: UnitDataProps) => {
  const t = useTexts()
  const language = useLanguage()
  const set = (patch: Partial<RecipeDraft['unitData']>) => onChange({ ...unitData, ...patch })
  const setEntry = (index: number, patch: Partial<UnitValue>) =>
    set({ entries: unitData.entries.map((entry, at) => (at === index ? { ...entry, ...patch } : entry)) })
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
          <table className="rows">
            <thead>
              <tr>
                {(['namespace', 'key', 'type', 'value'] as const).map((key) => (
                  <th key={key} scope="col">
                    {t(`bench.recipes.unitData.${key}`)}
                  </th>
                ))}
                <th aria-label={t('remove')} />
              </tr>
            </thead>
            <tbody>
              {unitData.entries.map((entry, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
                <tr key={index}>
                  {(['namespace', 'key'] as const).map((key) => (
                    <td key={key}>
                      <Input
                        className="mono"
                        value={entry[key]}
                        maxLength={15}
                        status={isFaulty(`value.${index}`) && entry[key] === '' ? 'error' : ''}
                        aria-label={t(`bench.recipes.unitData.${key}`)}
                        onChange={(event) => setEntry(index, { [key]: event.target.value.trim() })}
                      />
                    </td>
                  ))}
                  <td>
                    <Select
                      value={entry.type}
                      aria-label={t('bench.recipes.unitData.type')}
                      onChange={(type: UnitValue['type']) => setEntry(index, { type })}
                      options={types.map((value) => ({ value, label: value }))}
                    />
                  </td>
                  <td>
                    <Input
                      className="mono"
                      value={entry.value}
                      maxLength={4000}
                      status={isFaulty(`value.${index}`) && entry.value === '' ? 'error' : ''}
                      aria-label={t('bench.recipes.unitData.value')}
                      onChange={(event) => setEntry(index, { value: event.target.value })}
                    />
                  </td>
                  <td>
                    <Button
                      type="text"
                      icon={<DeleteOutlined />}
                      aria-label={t('bench.recipes.unitData.remove', { key: entry.key })}
                      onClick={() => set({ entries: unitData.entries.filter((_, at) => at !== index) })}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {faulty && (
            <p className="fault small" role="alert">
              {t('bench.recipes.unitData.bad')}
            </p>
          )}
          <Button
            size="small"
            icon={<PlusOutlined />}
            disabled={unitData.entries.length >= 200}
            onClick={() => set({ entries: [...unitData.entries, noValue] })}
          >
            {t('bench.recipes.unitData.add')}
          </Button>
        </>
      )}
    </>
  )
}
