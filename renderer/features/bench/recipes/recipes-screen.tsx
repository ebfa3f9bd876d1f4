import { PlusOutlined, ReadOutlined, ThunderboltOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import type { Language } from '#shared/languages.ts'
import type { Line, Package, Product, Recipe } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { go } from '../../../app/router.ts'
import { DropVeil } from '../../../components/drop-veil.tsx'
import { Empty } from '../../../components/empty-state.tsx'
import { Page } from '../../../components/page.tsx'
import { PagedTable } from '../../../components/paged-table.tsx'
import { SearchBox } from '../../../components/search-box.tsx'
import { usePagedList } from '../../../components/use-paged-list.ts'
import type { Column } from '../../../components/virtual-table.tsx'
import { formatBytes, formatDateTime } from '../../../i18n/format.ts'
import { type Translate, useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { useFilesDrop } from '../../packages/use-file-drop.ts'
import { useBench, useBenchStore } from '../bench-store.ts'
import { BenchTabs } from '../bench-tabs.tsx'
import { ImportButton, useRecipeImport } from './import-button.tsx'
import { RecipeMenu } from './recipe-menu.tsx'
import './recipes.css'

interface Known {
  readonly products: readonly Product[]
  readonly packages: readonly Package[]
  readonly lines: readonly Line[]
}

/** Why a recipe's patterns cannot be run; one that is said once is enough. */
const patternFaultText = ({ patternFaults }: Recipe, language: Language): string =>
  [...new Set(patternFaults.map(({ fault }) => texts[language].rules[fault]))].join('\n')

const imageText = ({ images }: Recipe, packages: readonly Package[]): string =>
  images
    .map(({ packageId, name }) => {
      const pack = packages.find(({ id }) => id === packageId)
      return pack === undefined ? name : `${pack.name} ${pack.version}`
    })
    .join(', ')

const columnsOf = (t: Translate, language: Language, { products, packages, lines }: Known): Column<Recipe>[] => [
  {
    key: 'name',
    title: t('bench.recipes.columns.name'),
    width: 'minmax(190px, 1.4fr)',
    render: (recipe) => (
      <>
        <span className="cell-two">
          <b>{recipe.name}</b> <span className="secondary">v{recipe.version}</span>
        </span>
        <span className="cell-two secondary small">{recipe.notes}</span>
      </>
    ),
  },
  {
    key: 'target',
    title: t('bench.recipes.columns.target'),
    width: '90px',
    render: ({ target }) => t(`bench.targets.names.${target}`),
  },
  {
    key: 'images',
    title: t('bench.recipes.columns.images'),
    width: 'minmax(170px, 1.4fr)',
    render: (recipe) =>
      recipe.missing.length > 0 ? (
        <span className="fault" title={recipe.missing.join(', ')}>
          ✕ {t('bench.recipes.incomplete', { names: recipe.missing.join(', ') })}
        </span>
      ) : recipe.patternFaults.length > 0 ? (
        <span className="fault" title={patternFaultText(recipe, language)}>
          ✕ {t('bench.recipes.badPattern')}
        </span>
      ) : (
        <>
          <span className="cell-two">{imageText(recipe, packages)}</span>
          <span className="cell-two secondary small">
            {formatBytes(
              recipe.images.reduce((sum, { size }) => sum + size, 0),
              language,
            )}
          </span>
        </>
      ),
  },
  {
    key: 'product',
    title: t('bench.recipes.columns.product'),
    width: 'minmax(110px, 0.8fr)',
    render: ({ productId }) =>
      products.find(({ id }) => id === productId)?.name ?? (
        <span className="secondary">{t('bench.recipes.noProduct')}</span>
      ),
  },
  {
    key: 'start',
    title: t('bench.recipes.columns.start'),
    width: '180px',
    render: ({ autoStart }) =>
      autoStart ? (
        <>
          <ThunderboltOutlined /> {t('bench.startsItself')}
        </>
      ) : (
        <span className="secondary">{t('bench.byHand')}</span>
      ),
  },
  {
    key: 'changed',
    title: t('bench.recipes.columns.changed'),
    width: '150px',
    render: ({ updatedAt }) => <span className="secondary">{formatDateTime(updatedAt, language)}</span>,
  },
  {
    key: 'menu',
    title: '',
    width: '110px',
    align: 'right',
    render: (recipe) => <RecipeMenu recipe={recipe} lines={lines} />,
  },
]

const open = ({ id }: Recipe) => go('bench', `recipes/${id}`)
const add = () => go('bench', 'recipes/new')

/** What lines write: the recipes, made here or brought from another station. */
export const RecipesScreen = () => {
  const t = useTexts()
  const language = useLanguage()
  useBench()
  const lines = useBenchStore((state) => state.lines)
  const stamp = useBenchStore((state) => state.recipesStamp)
  const [q, setQ] = useState('')
  const products = useQuery('products', (signal) => client.products.list({ limit: 1000 }, { signal }))
  const packages = useQuery('packages', (signal) => client.packages.list({ limit: 1000 }, { signal }))
  const list = usePagedList({
    filter: { q },
    read: (page, options) => client.bench.recipes(page, options),
    live: { stamp },
  })
  const importing = useRecipeImport()
  const { message } = App.useApp()
  const { take } = importing
  const hovering = useFilesDrop(
    useCallback(
      async (files: readonly File[]) => {
        for (const file of files)
          if (/[.](otarecipe|tar)$/i.test(file.name)) await take(file)
          else message.error(t('bench.recipes.notRecipe', { name: file.name }), 6)
      },
      [take, message, t],
    ),
  )
  const columns = useMemo(
    () => columnsOf(t, language, { products: products.data?.items ?? [], packages: packages.data?.items ?? [], lines }),
    [t, language, products.data, packages.data, lines],
  )
  return (
    <Page
      fill
      title={t('bench.title')}
      tag={<BenchTabs at="recipes" />}
      actions={
        <>
          <ImportButton importing={importing} />
          <Button type="primary" icon={<PlusOutlined />} onClick={add} data-testid="recipe-add">
            {t('bench.recipes.add')}
          </Button>
        </>
      }
    >
      <section className="panel fill">
        {(list.items.length > 0 || q !== '') && (
          <div className="toolbar">
            <div className="toolbar-end">
              <SearchBox value={q} onChange={setQ} placeholder={t('bench.recipes.search')} testId="recipe-search" />
            </div>
          </div>
        )}
        <PagedTable
          list={list}
          label={t('bench.recipes.title')}
          testId="recipes-table"
          columns={columns}
          rowHeight={54}
          onOpen={open}
          rowLabel={({ name }) => name}
          empty={
            <Empty
              icon={<ReadOutlined />}
              title={t('bench.recipes.empty')}
              hint={t('bench.recipes.emptyHint')}
              actions={
                <>
                  <Button type="primary" icon={<PlusOutlined />} onClick={add}>
                    {t('bench.recipes.add')}
                  </Button>
                  <ImportButton importing={importing} />
                </>
              }
            />
          }
        />
      </section>
      {hovering && <DropVeil text={t('bench.recipes.dropToImport')} />}
    </Page>
  )
}
