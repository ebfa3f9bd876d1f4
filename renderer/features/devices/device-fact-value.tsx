import { type DeviceFact, type DeviceFactName, deviceFactList } from '#shared/device-facts.ts'
import { type FactText, factText } from '#shared/fact-text.ts'
import type { Language } from '#shared/languages.ts'
import type { Device } from '#shared/schema.ts'
import { useNow } from '../../components/use-now.ts'
import type { Column } from '../../components/virtual-table.tsx'
import { formatAgo, formatDateTime, formatDecimal } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

interface FactProps {
  device: Device
  name: DeviceFactName
  fact: DeviceFact
}

const Ago = ({ at }: { at: string }) => formatAgo(at, useNow(), useLanguage())

const FactValue = ({ device, name, fact }: FactProps) => {
  const t = useTexts()
  const language = useLanguage()
  if (name === 'lastSeenAt' && device.online) return t('now')
  const value: string | number | boolean | null = device[name]
  if (typeof value === 'boolean') return value ? factText(fact.set ?? fact.name, language) : null
  if (typeof value === 'number') return formatDecimal(value, language)
  if (fact.kind === 'text') return value
  if (value === null) return t('never')
  return fact.ago ? <Ago at={value} /> : formatDateTime(value, language)
}

/** The facts of a device that have a value, for its page. */
export const factItems = (device: Device, textOf: (text: FactText) => string) =>
  deviceFactList
    .filter(([name, { kind }]) => kind === 'timeOrNever' || (device[name] ?? false) !== false)
    .map(
      ([name, fact]) => [textOf(fact.name), <FactValue key={name} device={device} name={name} fact={fact} />] as const,
    )

/** The columns of the facts that have one in the list of devices. */
export const factColumns = (language: Language): Column<Device>[] =>
  deviceFactList.flatMap(([name, fact]) =>
    fact.column === undefined
      ? []
      : {
          key: name,
          title: factText(fact.name, language),
          width: fact.column,
          render: (device: Device) => (
            <span className="secondary">
              <FactValue device={device} name={name} fact={fact} />
            </span>
          ),
        },
  )
