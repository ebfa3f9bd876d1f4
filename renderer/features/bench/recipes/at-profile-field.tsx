import { AutoComplete } from 'antd'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { Field } from './field.tsx'

interface AtProfileFieldProps {
  label: string
  hint: string | undefined
  value: string
  /** What is wrong with the name itself. */
  fault: string | undefined
  onChange: (name: string) => void
  testId: string
}

/** The profile of an AT module: one of the station's, each with the modules it is made for, or a name that another station has. */
export const AtProfileField = ({ label, hint, value, fault, onChange, testId }: AtProfileFieldProps) => {
  const t = useTexts()
  const { data } = useQuery('at-profiles', (signal) => client.bench.atProfiles(undefined, { signal }))
  const [typed, setTyped] = useState('')
  const profiles = data?.items ?? []
  const chosen = profiles.find(({ name }) => name === value)
  const unknown =
    data !== undefined && value !== '' && !chosen ? t('bench.recipes.atProfile.unknown', { name: value }) : undefined
  return (
    <Field label={label} hint={chosen?.modules ?? hint} fault={fault ?? chosen?.trouble?.message ?? unknown}>
      <AutoComplete
        value={value}
        options={profiles
          // A chosen name is no search: all are shown again.
          .filter(({ name }) => typed === '' || name.includes(typed))
          .map(({ name, source, modules, trouble }) => ({
            value: name,
            label: (
              <span className="at-profile">
                <b className="mono">{name}</b>
                {source === 'own' && <span className="secondary small">{t('bench.recipes.atProfile.own')}</span>}
                <span className={trouble === null ? 'secondary small' : 'fault small'}>
                  {trouble === null ? modules : t('bench.recipes.atProfile.faulty')}
                </span>
              </span>
            ),
          }))}
        status={fault === undefined && chosen?.trouble == null && unknown === undefined ? '' : 'error'}
        popupMatchSelectWidth={420}
        onSearch={setTyped}
        onSelect={() => setTyped('')}
        onChange={onChange}
        data-testid={testId}
      />
    </Field>
  )
}
