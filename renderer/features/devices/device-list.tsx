import { HddOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Select } from 'antd'
import { useMemo, useRef, useState } from 'react'
import { deviceFacts } from '#shared/device-facts.ts'
import type { Device, Product } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { go } from '../../app/router.ts'
import { Empty } from '../../components/empty-state.tsx'
import { PagedTable } from '../../components/paged-table.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { createSelection } from '../../components/selection.tsx'
import { type PagedList, useLiveList } from '../../components/use-paged-list.ts'
import { useFactText } from '../../i18n/fact-text.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { useLiveDevices, useLiveStore } from '../../live/live-store.ts'
import { deviceColumns } from './device-columns.tsx'
import { ChosenDevices } from './tags/chosen-devices.tsx'

export interface DeviceFilterState {
  q: string
  productId: number | undefined
  online: boolean | undefined
  version: string | undefined
  tag: string | undefined
  selfRegistered: boolean | undefined
}

export const noFilter: DeviceFilterState = {
  q: '',
  productId: undefined,
  online: undefined,
  version: undefined,
  tag: undefined,
  selfRegistered: undefined,
}

const open = (device: Device) => go('devices', device.id)

interface DeviceListProps {
  products: readonly Product[]
  pages: PagedList<Device>
  filter: DeviceFilterState
  setFilter: (filter: DeviceFilterState) => void
  openId: number | null
  onAdd: () => void
}

/** What to do where there is no device: a product comes first. */
const NoDevices = ({ knowsProducts, onAdd }: { knowsProducts: boolean; onAdd: () => void }) => {
  const t = useTexts()
  return (
    <Empty
      icon={<HddOutlined />}
      title={t('devicesPage.empty')}
      hint={t(knowsProducts ? 'devicesPage.emptyHint' : 'devicesPage.emptyNeedsProduct')}
      actions={
        knowsProducts ? (
          <>
            <Button type="primary" icon={<PlusOutlined />} onClick={onAdd}>
              {t('devicesPage.add')}
            </Button>
            <Button onClick={() => go('settings', 'simulator')}>{t('devicesPage.simulate')}</Button>
          </>
        ) : (
          <Button type="primary" onClick={() => go('devices', 'products/new')}>
            {t('products.add')}
          </Button>
        )
      }
    />
  )
}

/** Devices with what they run and whether they are here, live. */
export const DeviceList = ({ products, pages, filter, setFilter, openId, onAdd }: DeviceListProps) => {
  const t = useTexts()
  const textOf = useFactText()
  const language = useLanguage()
  useLiveDevices()
  const latest = useLiveStore((state) => state.devices)
  const removed = useLiveStore((state) => state.removed.device)
  const list = useLiveList(pages, { latest, removed })
  const { items } = list
  const listed = useRef(items)
  listed.current = items
  const [selection] = useState(createSelection)
  const columns = useMemo(
    () =>
      deviceColumns(t, language, (id) => products.find((product) => product.id === id)?.name ?? '…', {
        selection,
        listed: () => listed.current.map((device) => device.id),
      }),
    [t, language, products, selection],
  )
  const tags = useQuery('device-tags', (signal) => client.devices.tags({}, { signal }))
  const { productId } = filter
  const versions = useQuery(productId === undefined ? null : `versions/${productId}`, (signal) =>
    client.products.versions({ id: productId ?? 0 }, { signal }),
  )
  const knowsOrigin = filter.selfRegistered !== undefined || products.some(({ usage }) => usage.selfRegistered > 0)

  return (
    <section className="panel fill">
      <div className="toolbar">
        <Select
          allowClear
          style={{ width: 190 }}
          placeholder={t('devicesPage.allProducts')}
          aria-label={t('product')}
          value={productId}
          onChange={(value) => setFilter({ ...filter, productId: value, version: undefined })}
          options={products.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <Select
          allowClear
          style={{ width: 185 }}
          placeholder={t('devicesPage.anyPresence')}
          aria-label={t('devicesPage.columns.presence')}
          value={filter.online}
          onChange={(value) => setFilter({ ...filter, online: value })}
          options={[
            { value: true, label: t('online') },
            { value: false, label: t('offlineWord') },
          ]}
        />
        {productId !== undefined && (
          <Select
            allowClear
            style={{ width: 160 }}
            placeholder={t('devicesPage.anyVersion')}
            aria-label={t('version')}
            value={filter.version}
            onChange={(value) => setFilter({ ...filter, version: value })}
            options={versions.data?.items
              .filter((share) => share.version !== null)
              .map((share) => ({ value: share.version, label: `${share.version} (${share.devices})` }))}
          />
        )}
        {knowsOrigin && (
          <Select
            allowClear
            style={{ width: 140 }}
            placeholder={t('devicesPage.anyOrigin')}
            aria-label={textOf(deviceFacts.selfRegistered.name)}
            value={filter.selfRegistered}
            onChange={(value) => setFilter({ ...filter, selfRegistered: value })}
            options={[
              { value: true, label: textOf(deviceFacts.selfRegistered.set) },
              { value: false, label: t('devicesPage.addedManually') },
            ]}
            data-testid="filter-origin"
          />
        )}
        <Select
          allowClear
          style={{ width: 160 }}
          placeholder={t('deviceTags.any')}
          aria-label={t('deviceTags.column')}
          value={filter.tag}
          onChange={(tag) => setFilter({ ...filter, tag })}
          options={tags.data?.items.map(({ tag, devices }) => ({ value: tag, label: `${tag} (${devices})` })) ?? []}
          notFoundContent={t('deviceTags.none')}
          data-testid="filter-tag"
        />
        <div className="toolbar-end">
          <ChosenDevices
            devices={items}
            selection={selection}
            onChanged={() => {
              pages.reload()
              tags.reload()
            }}
          />
          <SearchBox
            value={filter.q}
            onChange={(q) => setFilter({ ...filter, q })}
            placeholder={t('devicesPage.searchHint')}
            testId="device-search"
          />
        </div>
      </div>
      <PagedTable
        list={list}
        label={t('devicesPage.tableLabel')}
        testId="devices-table"
        columns={columns}
        rowHeight={40}
        onOpen={open}
        activeId={openId ?? undefined}
        rowLabel={(device) => device.name}
        onClear={() => setFilter(noFilter)}
        empty={<NoDevices knowsProducts={products.length > 0} onAdd={onAdd} />}
      />
    </section>
  )
}
