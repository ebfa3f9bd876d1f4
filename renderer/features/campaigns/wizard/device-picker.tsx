import { Button, Checkbox } from 'antd'
import { useCallback, useMemo, useRef, useState } from 'react'
import { pageLimits } from '#shared/limits.ts'
import type { Device } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { Empty } from '../../../components/empty-state.tsx'
import { PagedTable } from '../../../components/paged-table.tsx'
import { SearchBox } from '../../../components/search-box.tsx'
import { Presence } from '../../../components/state-label.tsx'
import { usePagedList } from '../../../components/use-paged-list.ts'
import type { Column } from '../../../components/virtual-table.tsx'
import { formatCount } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'

interface PickerProps {
  productId: number
  module: string
  chosen: ReadonlySet<number>
  choose: (chosen: ReadonlySet<number>) => void
}

type Row = Device & { checked: boolean }

/** Devices of the product to pick from, searched by the station. */
export const DevicePicker = ({ productId, module, chosen, choose }: PickerProps) => {
  const t = useTexts()
  const language = useLanguage()
  const [q, setQ] = useState('')
  const pages = usePagedList({
    filter: { q },
    scope: { productId },
    limit: pageLimits.max,
    read: (page, options) => client.devices.list(page, options),
  })
  const latest = useRef({ chosen, choose })
  latest.current = { chosen, choose }
  const toggle = useCallback((device: Row) => {
    const next = new Set(latest.current.chosen)
    if (!next.delete(device.id)) next.add(device.id)
    latest.current.choose(next)
  }, [])
  const rows = useMemo(
    () => pages.items.map((device): Row => ({ ...device, checked: chosen.has(device.id) })),
    [pages.items, chosen],
  )
  const columns = useMemo<Column<Row>[]>(
    () => [
      {
        key: 'checked',
        title: '',
        width: '22px',
        render: (row) => <Checkbox checked={row.checked} tabIndex={-1} aria-label={row.name} />,
      },
      {
        key: 'name',
        title: t('devicesPage.columns.device'),
        width: '1fr',
        render: (row) => <span className="strong">{row.name}</span>,
      },
      {
        key: 'version',
        title: t('version'),
        width: '1fr',
        render: (row) =>
          row.modules.find((item) => item.module === module)?.version ?? (
            <span className="secondary">{t('notReported')}</span>
          ),
      },
      {
        key: 'online',
        title: t('devicesPage.columns.presence'),
        width: '110px',
        render: (row) => <Presence online={row.online} />,
      },
    ],
    [t, module],
  )

  return (
    <div className="picker">
      <div className="toolbar">
        <span className="strong" data-testid="picker-chosen">
          {t('campaigns.wizard.chosen', { count: chosen.size })}
        </span>
        <Button
          size="small"
          disabled={rows.length === 0}
          onClick={() => choose(new Set([...chosen, ...rows.map((row) => row.id)]))}
          data-testid="picker-all"
        >
          {t('campaigns.wizard.selectShown')}
        </Button>
        <Button size="small" disabled={chosen.size === 0} onClick={() => choose(new Set())}>
          {t('campaigns.wizard.clear')}
        </Button>
        {pages.hasMore && (
          <span className="secondary small">
            {t('campaigns.wizard.refine', { shown: formatCount(rows.length, language) })}
          </span>
        )}
        <div className="toolbar-end">
          <SearchBox value={q} onChange={setQ} placeholder={t('devicesPage.searchHint')} testId="picker-search" />
        </div>
      </div>
      <PagedTable
        list={{ ...pages, items: rows }}
        label={t('campaigns.wizard.scopeDevices')}
        testId="picker-table"
        columns={columns}
        rowHeight={38}
        onOpen={toggle}
        rowLabel={(row) => row.name}
        skeletonRows={4}
        empty={<Empty title={t('devicesPage.empty')} />}
      />
    </div>
  )
}
