import { Button } from 'antd'
import { client } from '../../../api/client.ts'
import { usePolled, useQuery } from '../../../api/queries.ts'
import { useTexts } from '../../../i18n/i18n.ts'

/** The most numbers that are named; the notice says that there are more. */
const NAMED = 5
/** Each number comes once for every unit that has it. */
const READ = 1000

/** Milliseconds between two looks: a unit may get another number meanwhile. */
const LOOK_MS = 5000

/** Serial numbers that several units have, from before they were kept apart. @param onChoose shows the records of one. */
export const SharedSerials = ({ onChoose }: { onChoose: (serial: string) => void }) => {
  const t = useTexts()
  const query = useQuery('bench-shared-serials', (signal) =>
    client.bench.units({ shared: true, limit: READ }, { signal }),
  )
  usePolled(query, LOOK_MS)
  const serials = [...new Set(query.data?.items.map(({ serial }) => serial))]
  if (serials.length === 0) return null
  return (
    <p className="slot-reason records-shared" data-tone="person" role="alert" data-testid="shared-serials">
      {t('bench.records.shared', { count: serials.length })}{' '}
      {serials.slice(0, NAMED).map((serial) => (
        <Button key={serial} type="link" size="small" onClick={() => onChoose(serial)}>
          {serial}
        </Button>
      ))}
      {serials.length > NAMED && '…'}
    </p>
  )
}
