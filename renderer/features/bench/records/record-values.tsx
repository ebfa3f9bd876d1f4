import type { MeasuredValue } from '#shared/schema.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { limitsWords } from './value-words.ts'

/** What the checks of one attempt measured, with the limits of then. */
export const RecordValues = ({ values }: { values: readonly MeasuredValue[] }) => {
  const t = useTexts()
  if (values.length === 0) return null
  return (
    <>
      <h3 className="slot-section">{t('bench.records.values.title')}</h3>
      <table className="record-values" data-testid="record-values">
        <tbody>
          {values.map((value) => (
            <tr key={value.name}>
              <th scope="row" className="mono">
                {value.name}
              </th>
              <td className="toned" data-tone={value.good ? undefined : 'failed'}>
                <b>{value.text}</b> {value.unit}
              </td>
              <td className="secondary">
                {limitsWords(value)}
                {!value.good && (
                  <span className="toned" data-tone="failed">
                    {' '}
                    ✗ {t('bench.records.values.bad')}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
