import { AppstoreAddOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Switch, Tag } from 'antd'
import { useState } from 'react'
import { protocolFacts } from '#shared/protocols/index.ts'
import type { Module, Product } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { type Query, useQuery } from '../../api/queries.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Empty } from '../../components/empty-state.tsx'
import { Facts } from '../../components/facts.tsx'
import { ListBody } from '../../components/list-body.tsx'
import { listOf, listState } from '../../components/list-state.ts'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { useFollowed } from '../../components/use-followed.ts'
import { useProtocolName } from '../../i18n/fact-text.ts'
import { formatCount } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { followProduct } from './follow-product.ts'
import { ModuleModal } from './module-modal.tsx'
import { SelfRegistered } from './self-registered.tsx'

const Modules = ({ product }: { product: Product }) => {
  const t = useTexts()
  const [adding, setAdding] = useState(false)
  const [edited, setEdited] = useState<Module>()
  const modules = useQuery(`modules/${product.id}`, (signal) => client.products.modules({ id: product.id }, { signal }))
  return (
    <div className="product-modules">
      <span className="secondary">{t('products.modules')}</span>
      {modules.data?.items.map((module) => (
        <button
          key={module.id}
          type="button"
          className="module-tag"
          title={t('products.editModule', { name: module.alias ?? module.name })}
          data-testid={`module-${module.name}`}
          onClick={() => setEdited(module)}
        >
          <b>{module.name}</b>{' '}
          <span className="secondary">
            {[module.kind, t(`deltas.classes.${module.deviceClass}`), module.vendor, module.model]
              .filter((part) => part !== null)
              .join(' · ')}
          </span>{' '}
          <EditOutlined className="secondary" />
        </button>
      ))}
      <Button size="small" type="text" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
        {t('products.addModule')}
      </Button>
      <ModuleModal
        open={adding}
        productId={product.id}
        onClose={() => setAdding(false)}
        onSaved={() => {
          setAdding(false)
          modules.reload()
        }}
      />
      {edited !== undefined && (
        <ModuleModal
          open
          productId={product.id}
          module={edited}
          onClose={() => setEdited(undefined)}
          onSaved={() => {
            setEdited(undefined)
            modules.reload()
          }}
        />
      )}
    </div>
  )
}

interface CardProps {
  product: Product
  edit: () => void
  reload: () => void
  showSelfRegistered: () => void
}

const ProductCard = ({ product, edit, reload, showSelfRegistered }: CardProps) => {
  const t = useTexts()
  const protocolName = useProtocolName()
  const language = useLanguage()
  const act = useAct()
  const ask = useConfirm()
  const { usage } = product
  const followed = useFollowed(product)
  const follow = followProduct(followed.subscribe, reload)
  const remove = () =>
    ask({
      subscribe: follow,
      read: () => {
        const { usage: now } = followed.read()
        return {
          title: t('products.removeTitle', { name: product.name }),
          loses: [
            ...(now.devices > 0 ? [t('products.removeDevices', { count: now.devices })] : []),
            ...(now.packages > 0 ? [t('products.removePackages', { count: now.packages })] : []),
            t('products.removeHistory'),
            t('products.removeModules'),
          ],
          confirm: t('removeNow'),
          act: async () => {
            const gone = await act(
              () => client.products.remove({ id: product.id, force: true }),
              t('removed', { name: product.name }),
            )
            if (gone) reload()
          },
        }
      },
    })
  return (
    <article className="panel product" data-testid={`product-${product.key}`}>
      <header>
        <h2>{product.name}</h2>
        <Tag>{protocolName(product.protocol)}</Tag>
        <span className="product-actions">
          <Button size="small" icon={<EditOutlined />} onClick={edit}>
            {t('products.edit')}
          </Button>
          <Button size="small" danger onClick={remove}>
            {t('remove')}
          </Button>
        </span>
      </header>
      <div className="product-body">
        <Facts
          items={[
            [t('products.form.key'), <Copyable key="k" text={product.key} what={t('products.form.key')} />],
            [
              t('products.form.secret'),
              <Copyable key="s" secret text={product.secret} what={t('products.form.secret')} />,
            ],
          ]}
        />
        <Facts
          items={[
            [
              t('products.form.success'),
              product.successCriterion === 'version'
                ? t('products.form.successVersion')
                : t('products.form.successProgress'),
            ],
            [
              t('products.form.plainLogin'),
              protocolFacts[product.protocol].login.plain === 'none' ? undefined : (
                <Switch
                  key="p"
                  size="small"
                  checked={product.plainLogin}
                  aria-label={t('products.form.plainLogin')}
                  onChange={async (plainLogin) => {
                    await act(() => client.products.update({ id: product.id, plainLogin }))
                    reload()
                  }}
                />
              ),
            ],
            [
              t('products.form.autoRegister'),
              <Switch
                key="a"
                size="small"
                checked={product.autoRegister}
                aria-label={t('products.form.autoRegister')}
                onChange={async (autoRegister) => {
                  await act(() => client.products.update({ id: product.id, autoRegister }))
                  reload()
                }}
              />,
            ],
            [
              t('products.selfRegistered'),
              product.autoRegister || usage.selfRegistered > 0 ? (
                <SelfRegistered key="r" product={product} reload={reload} show={showSelfRegistered} />
              ) : undefined,
            ],
          ]}
        />
        <div className="product-usage">
          <div className="number">
            <b>{formatCount(usage.devices, language)}</b>
            <span>{t('devicesPage.tabs.devices')}</span>
          </div>
          <div className="number" data-tone={usage.online > 0 ? 'passed' : undefined}>
            <b>{formatCount(usage.online, language)}</b>
            <span>{t('online')}</span>
          </div>
          <div className="number">
            <b>{formatCount(usage.packages, language)}</b>
            <span>{t('products.packages')}</span>
          </div>
          <div className="number">
            <b>{formatCount(usage.openCampaigns, language)}</b>
            <span>{t('products.openCampaigns')}</span>
          </div>
        </div>
      </div>
      <Modules product={product} />
    </article>
  )
}

interface ProductListProps {
  products: Query<{ items: Product[] }>
  onAdd: () => void
  onEdit: (product: Product) => void
  onShowSelfRegistered: (product: Product) => void
}

/** Products: protocol, credentials, modules, and what hangs on each. */
export const ProductList = ({ products, onAdd, onEdit, onShowSelfRegistered }: ProductListProps) => {
  const t = useTexts()
  const list = listOf(products)
  const body = (
    <ListBody
      list={list}
      empty={
        <Empty
          icon={<AppstoreAddOutlined />}
          title={t('products.empty')}
          hint={t('products.emptyHint')}
          actions={
            <Button type="primary" icon={<PlusOutlined />} onClick={onAdd}>
              {t('products.add')}
            </Button>
          }
        />
      }
    >
      <div className="products">
        {list.items.map((product) => (
          <ProductCard
            key={product.id}
            product={product}
            edit={() => onEdit(product)}
            reload={products.reload}
            showSelfRegistered={() => onShowSelfRegistered(product)}
          />
        ))}
      </div>
    </ListBody>
  )
  // A product has a panel of its own.
  return listState(list, false) === 'listed' ? body : <section className="panel fill">{body}</section>
}
