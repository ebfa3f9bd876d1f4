import { Switch } from 'antd'
import { optionFacts, unmetBy } from '#shared/campaign/definition.ts'
import type { Language } from '#shared/languages.ts'
import { type ProtocolFeatures, protocolFacts } from '#shared/protocols/index.ts'
import type { Product } from '#shared/schema.ts'
import { Choice } from '../../../components/choice.tsx'
import { Fold } from '../../../components/fold.tsx'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import type { Draft } from './campaign-draft.ts'
import { type FieldOption, fieldOf, type NumberPart, optionsIn, type Section } from './option-fields.ts'
import { optionTexts, optionValueText, unitText } from './option-text.ts'
import { NumberField } from './plan/number-field.tsx'
import type { DraftProps } from './step-props.ts'

interface FieldProps extends DraftProps {
  option: FieldOption
}

const ChoiceField = ({ option, values, draft, change }: FieldProps & { values: readonly string[] }) => {
  const { labels, hints } = optionTexts(option, useLanguage())
  return (
    <div className="cards">
      {values.map((value) => (
        <Choice
          key={value}
          type="radio"
          name={option}
          checked={draft[option] === value}
          onChange={() => change({ [option]: value })}
          title={labels[value]}
          hint={hints[value]}
          testId={`${option}-${value}`}
        />
      ))}
    </div>
  )
}

const SwitchField = ({ option, draft, change }: FieldProps) => {
  const { name, hint } = optionTexts(option, useLanguage())
  return (
    <div className="switch-row">
      <Switch
        checked={draft[option] === true}
        onChange={(value) => change({ [option]: value })}
        aria-label={name}
        data-testid={option}
      />
      <div>
        <b>{name}</b>
        <span className="secondary small">{hint}</span>
      </div>
    </div>
  )
}

const NumberFields = ({ option, parts, draft, change }: FieldProps & { parts: readonly NumberPart[] }) => {
  const t = useTexts()
  const { name, none, labels } = optionTexts(option, useLanguage())
  const form = draft[option]
  const members = typeof form === 'object' && form !== null ? (form as Readonly<Record<string, number | null>>) : {}
  return parts.map(({ part, min, max, default: byDefault }) => {
    const value = part === undefined ? (form as number | null) : (members[part] ?? null)
    return (
      <NumberField
        key={part ?? option}
        id={part === undefined ? option : `${option}-${part}`}
        label={part === undefined ? name : (labels[part] ?? part)}
        value={value}
        onChange={(next) => change({ [option]: part === undefined ? next : { ...members, [part]: next } })}
        min={min}
        max={max}
        suffix={unitText(option, part, value ?? 0, t)}
        placeholder={byDefault === undefined ? none : String(byDefault)}
      />
    )
  })
}

/** The field of an option, by the type of its value. */
const OptionField = (props: FieldProps) => {
  const field = fieldOf(props.option)
  switch (field.kind) {
    case 'switch':
      return <SwitchField {...props} />
    case 'choice':
      return <ChoiceField {...props} values={field.values} />
    case 'numbers':
      return <NumberFields {...props} parts={field.parts} />
  }
}

/** Whether the wizard offers an option: an option excluded by the upgrade type shows so in its place. */
const isOffered = (option: FieldOption, features: ProtocolFeatures | undefined, draft: Draft): boolean =>
  features === undefined
    ? !('feature' in optionFacts[option])
    : unmetBy(option, { features, strategy: draft.strategy }) !== 'feature'

interface SectionProps extends DraftProps {
  section: Section
  product: Product | undefined
}

const offeredIn = ({ section, product, draft }: SectionProps): readonly FieldOption[] =>
  optionsIn(section).filter((option) => isOffered(option, product && protocolFacts[product.protocol].features, draft))

const isPlainNumber = (option: FieldOption, language: Language): boolean =>
  fieldOf(option).kind === 'numbers' && optionTexts(option, language).hint === undefined

/** Options in rows: numbers without hints share a row, everything else has its own. */
const rowsOf = (options: readonly FieldOption[], language: Language): FieldOption[][] => {
  const rows: FieldOption[][] = []
  let last: FieldOption[] | undefined
  for (const option of options) {
    const isPlain = isPlainNumber(option, language)
    if (isPlain && last !== undefined) last.push(option)
    else {
      const row = [option]
      rows.push(row)
      last = isPlain ? row : undefined
    }
  }
  return rows
}

/** The fields of options, with a hint below each row. */
const OptionFields = ({ options, ...props }: DraftProps & { options: readonly FieldOption[] }) => {
  const language = useLanguage()
  return rowsOf(options, language).map((row) => {
    const [first] = row
    if (first === undefined || fieldOf(first).kind !== 'numbers')
      return row.map((option) => <OptionField key={option} {...props} option={option} />)
    const { hint } = optionTexts(first, language)
    return (
      <div key={first}>
        {hint !== undefined && <p className="secondary small">{hint}</p>}
        <div className="hint-fields">
          {row.map((option) => (
            <OptionField key={option} {...props} option={option} />
          ))}
        </div>
      </div>
    )
  })
}

/** The options of a section, each with its field and, for a choice, with its name above. */
export const OptionSection = (props: SectionProps) => {
  const language = useLanguage()
  return offeredIn(props).map((option) =>
    fieldOf(option).kind === 'choice' ? (
      <div key={option} className="section">
        <h3>{optionTexts(option, language).name}</h3>
        <OptionField {...props} option={option} />
      </div>
    ) : (
      <OptionFields key={option} {...props} options={[option]} />
    ),
  )
}

interface FoldProps extends SectionProps {
  title: string
  hint?: string
}

/** The options of a section, folded; the selected values can be read without unfolding. */
export const OptionFold = ({ title, hint, ...props }: FoldProps) => {
  const t = useTexts()
  const language = useLanguage()
  const { section, draft } = props
  const options = offeredIn(props)
  if (options.length === 0) return null
  const chosen = options
    .map((option) => optionValueText(option, draft, t, language))
    .filter((text) => text !== undefined)
  const none = options.map((option) => optionTexts(option, language).none).find((text) => text !== undefined)
  return (
    <Fold
      title={title}
      value={chosen.length === 0 ? (none ?? t('campaigns.plan.none')) : chosen.join(' · ')}
      testId={`fold-${section}`}
    >
      {hint !== undefined && <p className="secondary small">{hint}</p>}
      <OptionFields {...props} options={options} />
    </Fold>
  )
}
