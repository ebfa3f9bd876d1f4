import { PlusOutlined } from '@ant-design/icons'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import type { Product } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { go } from '../../app/router.ts'
import { Page } from '../../components/page.tsx'
import { usePagedList } from '../../components/use-paged-list.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { DeviceDrawer } from './device-drawer.tsx'
import { DeviceList, noFilter } from './device-list.tsx'
import { DeviceModal } from './device-modal.tsx'
import { ImportModal } from './import-modal.tsx'
import { ProductList } from './product-list.tsx'
import { ProductModal } from './product-modal.tsx'
import { RejectedLoginsPanel } from './rejected-logins/rejected-logins-panel.tsx'

import { useRejectedLogins } from './rejected-logins/use-rejected-logins.ts'
import './devices.css'

/** The tab's name with how many devices knock. */
const RejectedLoginsTab = ({ count }: { count: number }) => {
  const t = useTexts()
  return (
    <span data-testid="tab-knocks">
      {t('rejectedLogins.tab')}
      {count > 0 && (
        <span className="knock-count" data-testid="knock-count" data-count={count}>
          {count}
        </span>
      )}
    </span>
  )
}

export type DevicesTab = 'devices' | 'products' | 'knocks'

interface ScreenProps {
  tab: DevicesTab
  /** `12` opens a device, `products/new` the form of a product. */
  rest: string
}

/** Devices and the products they belong to. */
export const DevicesScreen = ({ tab, rest }: ScreenProps) => {
  const t = useTexts()
  const [filter, setFilter] = useState(noFilter)
  const [adding, setAdding] = useState<'device' | 'csv' | null>(null)
  const [editing, setEditing] = useState<Product | undefined>()
  const products = useQuery('products', (signal) => client.products.list({ limit: 1000 }, { signal }))
  const { productId } = filter
  const pages = usePagedList({ filter, limit: 200, read: (page, options) => client.devices.list(page, options) })
  const knocks = useRejectedLogins()
  const list = products.data?.items ?? []
  const openId = tab === 'devices' ? Number(rest) || null : null
  const closeForm = () => setAdding(null)
  const changed = () => {
    pages.reload()
    products.reload()
  }
  const newProduct = () => go('devices', 'products/new')
  const closeProduct = () => {
    setEditing(undefined)
    if (rest === 'products/new') go('devices', 'products')
  }

  return (
    <Page
      fill={tab === 'devices'}
      title={t('devicesPage.title')}
      tag={
        <Segmented
          value={tab}
          onChange={(value) => go('devices', value === 'devices' ? '' : value)}
          options={[
            { value: 'devices', label: <span data-testid="tab-devices">{t('devicesPage.tabs.devices')}</span> },
            { value: 'products', label: <span data-testid="tab-products">{t('devicesPage.tabs.products')}</span> },
            { value: 'knocks', label: <RejectedLoginsTab count={knocks.items.length} /> },
          ]}
        />
      }
      actions={
        tab === 'knocks' ? undefined : tab === 'products' ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={newProduct} data-testid="new-product">
            {t('products.add')}
          </Button>
        ) : (
          <>
            <Button disabled={list.length === 0} onClick={() => setAdding('csv')} data-testid="import-devices">
              {t('devicesPage.import')}
            </Button>
            <Button
              type="primary"
              icon={<PlusOutlined />}
              disabled={list.length === 0}
              onClick={() => setAdding('device')}
              data-testid="new-device"
            >
              {t('devicesPage.add')}
            </Button>
          </>
        )
      }
    >
      {tab === 'devices' ? (
        <DeviceList
          products={list}
          pages={pages}
          filter={filter}
          setFilter={setFilter}
          openId={openId}
          onAdd={() => setAdding('device')}
        />
      ) : tab === 'knocks' ? (
        <RejectedLoginsPanel knocks={knocks} products={products} onChanged={changed} />
      ) : (
        <ProductList
          products={products}
          onAdd={newProduct}
          onEdit={setEditing}
          onShowSelfRegistered={(product) => {
            setFilter({ ...noFilter, productId: product.id, selfRegistered: true })
            go('devices')
          }}
        />
      )}
      <DeviceModal
        open={adding === 'device'}
        products={list}
        productId={productId}
        onClose={closeForm}
        onSaved={(device) => {
          closeForm()
          changed()
          go('devices', device.id)
        }}
      />
      <ImportModal
        open={adding === 'csv'}
        products={list}
        productId={productId}
        onClose={closeForm}
        onDone={() => {
          closeForm()
          changed()
        }}
      />
      <ProductModal
        key={editing?.id ?? 'new'}
        open={rest === 'products/new' || editing !== undefined}
        product={editing}
        onClose={closeProduct}
        onSaved={() => {
          closeProduct()
          products.reload()
        }}
      />
      <DeviceDrawer
        id={openId}
        products={list}
        onClose={() => go('devices')}
        onRemoved={() => {
          go('devices')
          changed()
        }}
      />
    </Page>
  )
}
