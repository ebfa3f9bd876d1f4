import { AutoComplete, Input, Select } from 'antd'
import { type FlashTarget, targets } from '#shared/targets/index.ts'
import { formatBytes } from '../../../i18n/format.ts'
import { type Translate, useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { CheckField, Field } from './field.tsx'
import { patternText } from './pattern-text.ts'
import type { RecipeDraft } from './recipe-draft.ts'

const flashSizesKb = [256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768] as const

/** What a typed part number is understood as, or near ones where nobody makes it. */
const partText = (target: FlashTarget, typed: string, t: Translate): { matched?: string; fault?: string } => {
  const { parts } = targets[target]
  if (!parts || typed.trim() === '' || /[/(]/.test(typed)) return {}
  const found = parts.find(typed)
  if (found) {
    const chips = found.groups.map(({ id, name }) => (id === name ? name : `${name} (${id})`)).join(', ')
    const { rest } = found
    return {
      matched:
        rest === ''
          ? t('bench.recipes.expect.partIs', { chips })
          : t('bench.recipes.expect.partIsOpen', { chips, rest }),
    }
  }
  const near = parts.near(typed).join(', ')
  return { fault: near === '' ? t('bench.recipes.expect.partUnlike') : t('bench.recipes.expect.partUnknown', { near }) }
}

interface ExpectProps {
  draft: RecipeDraft
  onChange: (expect: RecipeDraft['expect']) => void
  isFaulty: (at: string) => boolean
}

/** The expected unit, checked before anything is erased. */
export const ExpectFields = ({ draft: { expect, target }, onChange, isFaulty }: ExpectProps) => {
  const t = useTexts()
  const language = useLanguage()
  const set = (patch: Partial<RecipeDraft['expect']>) => onChange({ ...expect, ...patch })
  const sizes = [...new Set([...flashSizesKb, ...(expect.minFlashKb === null ? [] : [expect.minFlashKb])])]
  const { identity, chips } = targets[target]
  const part = partText(target, expect.chip, t)
  return (
    <>
      <p className="secondary recipe-hint">{t('bench.recipes.expect.hint')}</p>
      <div className="recipe-grid">
        {identity.chip && (
          <Field
            label={t('bench.recipes.expect.chip')}
            hint={part.matched ?? t('bench.recipes.expect.chipHint')}
            fault={part.fault}
          >
            <AutoComplete
              allowClear
              value={expect.chip}
              options={chips.map((value) => ({ value }))}
              showSearch={{ filterOption: (typed, option) => option?.value.includes(typed.toUpperCase()) ?? false }}
              onChange={(chip: string | undefined) => set({ chip: (chip ?? '').slice(0, 64) })}
              data-testid="expect-chip"
            />
          </Field>
        )}
        {identity.flashSize && (
          <Field label={t('bench.recipes.expect.minFlash')}>
            <Select
              allowClear
              value={expect.minFlashKb}
              placeholder={t('none')}
              onChange={(size: number | undefined) => set({ minFlashKb: size ?? null })}
              options={sizes.map((value) => ({ value, label: formatBytes(value * 1024, language) }))}
            />
          </Field>
        )}
        <Field
          label={t('bench.recipes.expect.unit')}
          hint={t('bench.recipes.expect.unitHint')}
          fault={isFaulty('expect.unit') ? patternText(expect.unit.trim(), language) : undefined}
        >
          <Input
            className="mono"
            value={expect.unit}
            maxLength={200}
            onChange={(event) => set({ unit: event.target.value })}
          />
        </Field>
        {(['vendorId', 'productId'] as const).map((key) => (
          <Field
            key={key}
            label={t(`bench.recipes.expect.${key}`)}
            hint={t('bench.recipes.expect.usbHint')}
            fault={isFaulty(`expect.${key}`) ? t('bench.recipes.expect.usbHint') : undefined}
          >
            <Input
              className="mono"
              value={expect[key]}
              maxLength={4}
              onChange={(event) => set({ [key]: event.target.value.trim() })}
            />
          </Field>
        ))}
      </div>
      <div className="recipe-checks">
        <CheckField
          label={t('bench.recipes.expect.serial')}
          hint={t('bench.recipes.expect.serialHint')}
          checked={expect.serial}
          onChange={(serial) => set({ serial })}
          testId="expect-serial"
        />
        <CheckField
          label={t('bench.recipes.expect.usbSerialIsUnit')}
          hint={t('bench.recipes.expect.usbSerialIsUnitHint')}
          checked={expect.usbSerialIsUnit}
          onChange={(usbSerialIsUnit) => set({ usbSerialIsUnit })}
        />
      </div>
    </>
  )
}
