import { CloudUploadOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Select } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import type { Language } from '#shared/languages.ts'
import type { Package } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { go } from '../../app/router.ts'
import { DropVeil } from '../../components/drop-veil.tsx'
import { Empty } from '../../components/empty-state.tsx'
import { Page } from '../../components/page.tsx'
import { PagedTable } from '../../components/paged-table.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { VerificationTag } from '../../components/state-label.tsx'
import { usePagedList } from '../../components/use-paged-list.ts'
import type { Column } from '../../components/virtual-table.tsx'
import { formatBytes, formatDateTime } from '../../i18n/format.ts'
import { type Translate, useLanguage, useTexts } from '../../i18n/i18n.ts'
import { useLiveStore } from '../../live/live-store.ts'
import { PackageDrawer } from './package-details.tsx'
import { PackageFormDrawer } from './package-drawer-form.tsx'
import { useFileDrop } from './use-file-drop.ts'
import './packages.css'

const columnsOf = (t: Translate, language: Language, productName: (id: number) => string): Column<Package>[] => [
  {
    key: 'name',
    title: t('packages.columns.package'),
    width: 'minmax(180px, 1.4fr)',
    render: (pack) => (
      <>
        <span className="cell-two strong">{pack.name}</span>
        <span className="cell-two secondary small">
          {pack.description ?? pack.files.map(({ name }) => name).join(', ')}
        </span>
      </>
    ),
  },
  {
    key: 'version',
    title: t('version'),
    width: 'minmax(90px, 0.7fr)',
    render: (pack) => <span className="strong">{pack.version}</span>,
  },
  {
    key: 'target',
    title: t('packages.columns.target'),
    width: 'minmax(150px, 1.1fr)',
    render: (pack) => `${productName(pack.productId)} · ${pack.module}`,
  },
  {
    key: 'file',
    title: t('packages.columns.file'),
    width: 'minmax(180px, 1.2fr)',
    render: (pack) => (
      <>
        <span className="cell-two">{formatBytes(pack.size, language)}</span>
        <span className="cell-two secondary small mono">
          {pack.signMethod} {pack.sign && `${pack.sign.slice(0, 12)}…`}
        </span>
      </>
    ),
  },
  {
    key: 'verification',
    title: t('packages.columns.verification'),
    width: '170px',
    render: (pack) => <VerificationTag state={pack.verification} />,
  },
  {
    key: 'created',
    title: t('created'),
    width: '150px',
    render: (pack) => <span className="secondary">{formatDateTime(pack.createdAt, language)}</span>,
  },
]

const open = (pack: Package) => go('packages', pack.id)

interface ScreenProps {
  openId: number | null
  adding: boolean
}

/** Packages: the list, the form over it, details beside it; a file may be dropped anywhere. */
export const PackagesScreen = ({ openId, adding }: ScreenProps) => {
  const t = useTexts()
  const language = useLanguage()
  const [productId, setProductId] = useState<number | undefined>()
  const [q, setQ] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const products = useQuery('products', (signal) => client.products.list({ limit: 1000 }, { signal }))
  const stamp = useLiveStore((state) => state.packagesStamp)
  const removed = useLiveStore((state) => state.removed.package)
  const list = usePagedList({
    filter: { productId, q },
    read: (page, options) => client.packages.list(page, options),
    live: { removed, stamp },
  })
  const { reload } = list
  const reloadProducts = products.reload
  const productName = useCallback(
    (id: number) => products.data?.items.find((product) => product.id === id)?.name ?? '…',
    [products.data],
  )
  const columns = useMemo(() => columnsOf(t, language, productName), [t, language, productName])
  const dropped = useCallback((given: File) => {
    setFile(given)
    go('packages', 'new')
  }, [])
  const hovering = useFileDrop(dropped)
  const add = () => {
    setFile(null)
    go('packages', 'new')
  }

  return (
    <Page
      fill
      title={t('packages.title')}
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={add} data-testid="new-package">
          {t('packages.add')}
        </Button>
      }
    >
      <section className="panel fill">
        <div className="toolbar">
          <Select
            allowClear
            style={{ width: 200 }}
            placeholder={t('packages.allProducts')}
            aria-label={t('product')}
            value={productId}
            onChange={setProductId}
            options={products.data?.items.map((product) => ({ value: product.id, label: product.name }))}
          />
          <div className="toolbar-end">
            <SearchBox value={q} onChange={setQ} placeholder={t('packages.searchHint')} testId="package-search" />
          </div>
        </div>
        <PagedTable
          list={list}
          label={t('packages.title')}
          testId="packages-table"
          columns={columns}
          rowHeight={54}
          onOpen={open}
          activeId={openId ?? undefined}
          rowLabel={(pack) => pack.name}
          empty={
            <Empty
              icon={<CloudUploadOutlined />}
              title={t('packages.empty')}
              hint={t('packages.emptyHint')}
              actions={
                <Button type="primary" icon={<PlusOutlined />} onClick={add}>
                  {t('packages.add')}
                </Button>
              }
            />
          }
        />
      </section>
      {hovering && <DropVeil text={t('packages.drop')} />}
      <PackageFormDrawer
        open={adding}
        file={file}
        onClose={() => go('packages')}
        onCreated={(pack) => {
          reload()
          reloadProducts()
          setFile(null)
          go('packages', pack.id)
        }}
      />
      <PackageDrawer id={openId} productName={productName} onClose={() => go('packages')} onChanged={reload} />
    </Page>
  )
}
