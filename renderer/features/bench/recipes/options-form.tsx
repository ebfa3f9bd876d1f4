import { AutoComplete, Input, InputNumber, Select } from 'antd'
import { isRuleName } from '#shared/phrase.ts'
import type { FlashTarget } from '#shared/targets/index.ts'
import { texts } from '#shared/texts/index.ts'
import { useLanguage } from '../../../i18n/i18n.ts'
import { AtProfileField } from './at-profile-field.tsx'
import { CheckField, Field, sentenceOf } from './field.tsx'
import { ProgrammerChoice, ProgrammerValues, valuesFor } from './programmer-fields.tsx'
import {
  commonBaudRates,
  isMeant,
  type OptionField,
  type Options,
  type OptionValue,
  optionFaults,
} from './target-options.ts'

interface OptionsFormProps {
  target: FlashTarget
  fields: readonly OptionField[]
  options: Options
  onChange: (options: Options) => void
  isFaulty: (at: string) => boolean
}

/** An option that holds texts by their names. */
const textsOf = (value: OptionValue | undefined): Readonly<Record<string, string>> =>
  typeof value === 'object' ? value : {}

/** The form of a target's options. */
export const OptionsForm = ({ target, fields, options, onChange, isFaulty }: OptionsFormProps) => {
  const language = useLanguage()
  const own = texts[language].screen.bench.targets
  const textOf = (table: Readonly<Record<string, string>>, key: string): string | undefined => table[key]
  const set = (key: string, value: OptionValue) => onChange({ ...options, [key]: value })
  /** The text of a target's own option comes before that of all options with this key. */
  const ownText = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
    textOf(table, `${target}_${key}`) ?? textOf(table, key)
  const valueText = (key: string, value: string): string =>
    ownText(own.values, `${key}_${value}`) ?? textOf(own.values, value) ?? value

  const faults = optionFaults(target, options)
  const faultOf = (key: string): string | undefined => {
    const fault = faults[key]
    // A number out of its range is no rule; its field corrects it.
    if (fault === undefined || !isRuleName(fault) || !isFaulty(`option.${key}`)) return undefined
    return sentenceOf(fault, language)
  }

  const control = (field: OptionField) => {
    const { key } = field
    const value = options[key]
    if (field.kind === 'choice')
      return (
        <Select
          value={String(value)}
          onChange={(chosen: string) => set(key, chosen)}
          showSearch={field.values.length > 10}
          options={field.values.map((one) => ({ value: one, label: valueText(key, one) }))}
          data-testid={`option-${key}`}
        />
      )
    if (field.kind === 'number' && key === 'baudRate')
      return (
        <AutoComplete
          value={String(value)}
          options={commonBaudRates
            .filter((rate) => rate >= field.min && rate <= field.max)
            .map((rate) => ({ value: String(rate) }))}
          onChange={(text: string) => {
            const rate = Number(text.replace(/\D/g, ''))
            set(key, Math.min(rate, field.max))
          }}
          onBlur={() => set(key, Math.max(Number(value), field.min))}
          data-testid={`option-${key}`}
        />
      )
    if (field.kind === 'number')
      return (
        <InputNumber
          value={Number(value)}
          min={field.min}
          max={field.max}
          precision={0}
          suffix={textOf(own.units, key)}
          style={{ width: '100%' }}
          onChange={(number) => number !== null && set(key, number)}
          data-testid={`option-${key}`}
        />
      )
    return (
      <Input
        value={String(value)}
        className="mono"
        maxLength={field.kind === 'text' ? field.max : undefined}
        status={faultOf(key) === undefined ? '' : 'error'}
        onChange={(event) => set(key, event.target.value)}
        data-testid={`option-${key}`}
      />
    )
  }
  return (
    <div className="recipe-grid">
      {fields
        // A fault stays to be seen where its option no longer applies: the station refuses it all the same.
        .filter(({ key }) => isMeant(target, key, options) || key in faults)
        .map((field) => {
          const label = ownText(own.labels, field.key) ?? field.key
          const hint = ownText(own.hints, field.key)
          if (field.kind === 'atProfile')
            return (
              <AtProfileField
                key={field.key}
                label={label}
                hint={hint}
                value={String(options[field.key])}
                fault={faultOf(field.key)}
                onChange={(name) => set(field.key, name)}
                testId={`option-${field.key}`}
              />
            )
          if (field.kind === 'programmer') {
            const values = fields.find(({ kind }) => kind === 'values')?.key
            return (
              <ProgrammerChoice
                key={field.key}
                label={label}
                hint={hint}
                value={String(options[field.key])}
                isFaulty={isFaulty(`option.${field.key}`)}
                onChange={(programmer) =>
                  onChange({
                    ...options,
                    [field.key]: programmer.name,
                    ...(values !== undefined && { [values]: valuesFor(textsOf(options[values]), programmer) }),
                  })
                }
                testId={`option-${field.key}`}
              />
            )
          }
          if (field.kind === 'values') {
            const programmer = fields.find(({ kind }) => kind === 'programmer')?.key ?? ''
            return (
              <ProgrammerValues
                key={field.key}
                programmer={String(options[programmer])}
                values={textsOf(options[field.key])}
                onChange={(values) => set(field.key, values)}
              />
            )
          }
          return field.kind === 'switch' ? (
            <CheckField
              key={field.key}
              label={label}
              hint={hint}
              checked={options[field.key] === true}
              onChange={(checked) => set(field.key, checked)}
              testId={`option-${field.key}`}
            />
          ) : (
            <Field key={field.key} label={label} hint={hint} fault={faultOf(field.key)}>
              {control(field)}
            </Field>
          )
        })}
    </div>
  )
}
