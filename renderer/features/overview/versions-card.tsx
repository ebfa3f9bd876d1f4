import { Select } from 'antd'
import { useState } from 'react'
import type { Product } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { usePolled, useQuery } from '../../api/queries.ts'
import { ListBody } from '../../components/list-body.tsx'
import { listOf, partOf } from '../../components/list-state.ts'
import { Panel } from '../../components/page.tsx'
import { formatCount } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { useModule } from './use-module.ts'

const SHOWN = 6

/** Which versions the devices of a product report, most used first. */
export const VersionsCard = ({ products }: { products: readonly Product[] }) => {
  const t = useTexts()
  const language = useLanguage()
  const most = [...products].sort((a, b) => b.usage.devices - a.usage.devices)[0]
  const [chosen, setChosen] = useState<number | undefined>()
  const id = chosen ?? most?.id ?? 0
  const { module, choose, choices } = useModule(id)
  const query = useQuery(module === undefined ? null : `versions/${id}/${module}`, (signal) =>
    client.products.versions({ id, module }, { signal }),
  )
  usePolled(query, 5000)
  const list = listOf(query)
  const shares = list.items
    .filter((share) => share.version !== null)
    .sort((a, b) => b.devices - a.devices)
    .slice(0, SHOWN)
  const top = Math.max(1, ...shares.map((share) => share.devices))
  return (
    <Panel
      title={t('overview.versions')}
      testId="versions-card"
      extra={
        <div>
          {products.length > 1 && (
            <Select
              size="small"
              variant="borderless"
              value={id}
              onChange={setChosen}
              aria-label={t('product')}
              options={products.map((product) => ({ value: product.id, label: product.name }))}
            />
          )}
          {choices.length > 1 && (
            <Select
              size="small"
              variant="borderless"
              value={module}
              onChange={choose}
              aria-label={t('reports.module')}
              options={choices}
              data-testid="versions-module"
            />
          )}
        </div>
      }
    >
      <ListBody
        list={partOf(list, shares)}
        skeletonRows={3}
        empty={<p className="secondary">{t('overview.noVersions')}</p>}
      >
        <dl className="version-bars">
          {shares.map((share) => (
            <div key={share.version}>
              <dt>{share.version}</dt>
              <dd className="bar" data-tone="running">
                <i style={{ width: `${(share.devices / top) * 100}%` }} />
              </dd>
              <dd>{formatCount(share.devices, language)}</dd>
            </div>
          ))}
        </dl>
      </ListBody>
    </Panel>
  )
}
