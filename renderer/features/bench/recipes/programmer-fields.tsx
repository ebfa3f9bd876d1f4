import { Button, Input, Select } from 'antd'
import { DEMO_PROGRAMMER } from '#shared/programmers/demo.ts'
import type { Programmer } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { go } from '../../../app/router.ts'
import { failureText } from '../../../components/status-text.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { Field } from './field.tsx'

/** The station's programmers; undefined until it answered. */
export const useProgrammers = () => {
  const { data, failure } = useQuery('settings', (signal) => client.station.settings(undefined, { signal }))
  return { programmers: data?.programmers, failure }
}

/** What is kept of a recipe's values for another programmer. */
export const valuesFor = (
  values: Readonly<Record<string, string>>,
  programmer: Programmer | undefined,
): Readonly<Record<string, string>> =>
  Object.fromEntries((programmer?.values ?? []).flatMap((name) => (name in values ? [[name, values[name] ?? '']] : [])))

interface ChoiceProps {
  label: string
  hint: string | undefined
  value: string
  isFaulty: boolean
  onChange: (programmer: Programmer) => void
  testId: string
}

/** Chooses one of the station's programmers. */
export const ProgrammerChoice = ({ label, hint, value, isFaulty, onChange, testId }: ChoiceProps) => {
  const t = useTexts()
  const language = useLanguage()
  const { programmers, failure } = useProgrammers()
  const names = (programmers ?? []).map(({ name }) => name)
  const isDemo = value === DEMO_PROGRAMMER
  const isGone = programmers !== undefined && value !== '' && !isDemo && !names.includes(value)
  const fault =
    failure !== undefined && programmers === undefined
      ? failureText(failure, language, t)
      : isGone
        ? t('bench.recipes.programmer.gone', { name: value })
        : isFaulty
          ? t('required')
          : undefined
  const none = (
    <>
      {t('bench.recipes.programmer.none')}{' '}
      <Button type="link" size="small" onClick={() => go('settings')}>
        {t('settings.title')}
      </Button>
    </>
  )
  return (
    <Field
      label={label}
      hint={isDemo ? t('bench.recipes.programmer.demo') : programmers?.length === 0 ? none : hint}
      fault={fault}
    >
      <Select
        value={value === '' ? null : value}
        status={fault === undefined ? '' : 'error'}
        disabled={programmers === undefined || (programmers.length === 0 && !isDemo)}
        placeholder={t('bench.recipes.programmer.choose')}
        onChange={(name: string | null) => {
          const programmer = programmers?.find((one) => one.name === name)
          if (programmer) onChange(programmer)
        }}
        options={[
          ...(isDemo ? [{ value: value, label: value, title: '' }] : []),
          ...(programmers ?? []).map(({ name, program }) => ({ value: name, label: name, title: program })),
        ]}
        data-testid={testId}
      />
    </Field>
  )
}

interface ValuesProps {
  programmer: string
  values: Readonly<Record<string, string>>
  onChange: (values: Readonly<Record<string, string>>) => void
}

/** A field for each value that the programmer asks for, and for those that it no longer does. */
export const ProgrammerValues = ({ programmer: chosen, values, onChange }: ValuesProps) => {
  const t = useTexts()
  const { programmers } = useProgrammers()
  const programmer = programmers?.find(({ name }) => name === chosen)
  const asked = programmer?.values ?? []
  const unused = programmer ? Object.keys(values).filter((name) => !asked.includes(name)) : []
  const set = (name: string, value: string) => {
    const { [name]: _, ...others } = values
    onChange(value === '' ? others : { ...others, [name]: value })
  }
  return [...asked, ...unused].map((name) => (
    <Field
      key={name}
      label={<span className="mono">{name}</span>}
      fault={unused.includes(name) ? t('bench.recipes.programmer.unused') : undefined}
    >
      <Input
        className="mono"
        value={values[name] ?? ''}
        maxLength={200}
        onChange={(event) => set(name, event.target.value)}
        data-testid={`value-${name}`}
      />
    </Field>
  ))
}
