import { App, Button } from 'antd'
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { BenchTrouble, Package, Recipe, Upload } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { go } from '../../../app/router.ts'
import { useLeaveGuard } from '../../../app/use-leave-guard.ts'
import { Empty } from '../../../components/empty-state.tsx'
import { Page } from '../../../components/page.tsx'
import { Unanswered } from '../../../components/unanswered.tsx'
import { useAct } from '../../../components/use-action.ts'
import { useConfirm } from '../../../components/use-confirm.tsx'
import { useTexts } from '../../../i18n/i18n.ts'
import { suggestedAddress } from './address.ts'
import { DryCheck } from './dry-check.tsx'
import { type DraftImage, draftOf, emptyDraft, inputOf, ordered, type RecipeDraft, withBuild } from './recipe-draft.ts'
import { faultsOf } from './recipe-faults.ts'
import { RecipeForm } from './recipe-form.tsx'

import { useBuild } from './use-build.ts'
import { useImageUploads } from './use-image-uploads.ts'
import './recipes.css'

/** Shows the first fault of a form, also a folded one; call it when saving was refused. */
const useFirstFault = <T extends HTMLElement>(): { form: RefObject<T | null>; showFault: () => void } => {
  const form = useRef<T>(null)
  const [refusals, setRefusals] = useState(0)
  useEffect(() => {
    const fault = refusals === 0 ? null : form.current?.querySelector('.fault')
    if (!fault) return
    const fold = fault.closest('details')
    if (fold) fold.open = true
    fault.scrollIntoView({ block: 'center' })
  }, [refusals])
  return { form, showFault: useCallback(() => setRefusals((before) => before + 1), []) }
}

const back = () => go('bench', 'recipes')

/** The form of one recipe next to its dry check. */
const Editor = ({ recipe }: { recipe: Recipe | undefined }) => {
  const t = useTexts()
  const act = useAct()
  const confirm = useConfirm()
  const { message } = App.useApp()
  const first = useMemo(() => (recipe === undefined ? emptyDraft : draftOf(recipe)), [recipe])
  const [draft, setDraft] = useState<RecipeDraft>(first)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const products = useQuery('products', (signal) => client.products.list({ limit: 1000 }, { signal }))
  const packages = useQuery('packages', (signal) => client.packages.list({ limit: 1000 }, { signal }))

  const addImage = useCallback(
    (image: Omit<DraftImage, 'key' | 'address'>, more: (draft: RecipeDraft) => Partial<RecipeDraft> = () => ({})) =>
      setDraft((before) => {
        const address = suggestedAddress(before.target, image.name, before.options)
        const key = `${image.packageId ?? image.file}/${image.name}/${before.images.length}`
        return { ...before, ...more(before), images: ordered([...before.images, { ...image, key, address }]) }
      }),
    [],
  )
  const arrived = useCallback(
    ({ id, name, size }: Upload) => addImage({ packageId: null, fileName: null, file: id, name, size }),
    [addImage],
  )
  const { sending, send, drop, keep, adopt } = useImageUploads(arrived)
  const [notes, setNotes] = useState<readonly BenchTrouble[]>([])
  const build = useBuild((read) => {
    adopt(read.files.map(({ file }) => file))
    setNotes(read.notes)
    setDraft((before) => withBuild(before, read))
    message.success(t('bench.recipes.build.taken', { count: read.files.length }), 4)
  })
  const addPackage = (pack: Package, fileName: string) => {
    const file = pack.files.find(({ name }) => name === fileName)
    if (file === undefined) return
    addImage({ packageId: pack.id, fileName, file: null, name: fileName, size: file.size }, ({ productId }) => ({
      productId: productId ?? pack.productId,
    }))
  }

  const faults = faultsOf(draft)
  const { form, showFault } = useFirstFault<HTMLDivElement>()
  const isFaulty = (at: string) => faults.some((fault) => fault.at === at && (tried || !fault.blank))
  const changed = draft !== first && JSON.stringify(inputOf(draft)) !== JSON.stringify(inputOf(first))
  const next = (recipe?.version ?? 0) + 1
  const name = draft.name || t('bench.recipes.newTitle')
  const ask = useCallback(
    (leave: () => void, stay: () => void) =>
      confirm({
        title: t('bench.recipes.leaveTitle'),
        loses: [t('bench.recipes.leaveLoses', { name })],
        confirm: t('bench.recipes.leaveNow'),
        keep: t('bench.recipes.leaveStay'),
        act: async () => leave(),
        onKeep: stay,
      }),
    [confirm, t, name],
  )
  const leaveFreely = useLeaveGuard(changed || sending.length > 0 ? ask : undefined)

  const save = async () => {
    setTried(true)
    if (faults.length > 0) {
      showFault()
      return void message.warning(t('bench.recipes.fix'))
    }
    setBusy(true)
    const input = inputOf(draft)
    const saved = await act(() =>
      recipe === undefined
        ? client.bench.createRecipe(input)
        : client.bench.updateRecipe({ id: recipe.id, ...input, expect: input.expect ?? {} }),
    )
    setBusy(false)
    if (saved === undefined) return
    keep()
    message.success(
      recipe === undefined
        ? t('bench.recipes.savedNew', { name: saved.name })
        : t('bench.recipes.savedNext', { version: saved.version }),
      5,
    )
    leaveFreely(back)
  }
  return (
    <Page
      title={recipe === undefined ? t('bench.recipes.newTitle') : `${recipe.name} v${recipe.version}`}
      actions={
        <>
          <Button onClick={back} data-testid="recipe-cancel">
            {t('cancel')}
          </Button>
          <Button
            type="primary"
            loading={busy}
            disabled={
              build.sent !== undefined ||
              sending.some(({ failure }) => failure === undefined) ||
              (recipe !== undefined && !changed)
            }
            title={recipe !== undefined && !changed ? t('bench.recipes.unchanged') : undefined}
            onClick={save}
            data-testid="recipe-save"
          >
            {recipe === undefined ? t('bench.recipes.saveNew') : t('bench.recipes.saveNext', { version: next })}
          </Button>
        </>
      }
    >
      <div className="recipe-columns" ref={form}>
        <RecipeForm
          draft={draft}
          products={products.data?.items ?? []}
          packages={packages.data?.items ?? []}
          sending={sending}
          onFile={send}
          onDrop={drop}
          onBuild={build.read}
          buildSent={build.sent}
          onPackage={addPackage}
          onChange={setDraft}
          isFaulty={isFaulty}
        />
        <aside className="recipe-aside">
          <DryCheck draft={draft} recipeId={recipe?.id} notes={notes} onChange={setDraft} />
          {recipe !== undefined && changed && (
            <p className="secondary small">{t('bench.recipes.saveHint', { version: next })}</p>
          )}
        </aside>
      </div>
    </Page>
  )
}

/** Edits one recipe or creates a new one. @param id null: a new one */
export const RecipeEditor = ({ id }: { id: number | null }) => {
  const t = useTexts()
  const query = useQuery(id === null ? null : `recipe/${id}`, (signal) =>
    client.bench.getRecipe({ id: id ?? 0 }, { signal }),
  )
  if (id === null) return <Editor recipe={undefined} />
  // The first answer stays: a form must not change while the user fills it in.
  if (query.data !== undefined) return <Loaded key={id} recipe={query.data} />
  const gone = query.failure?.kind === 'coded' && query.failure.code === 'NOT_FOUND'
  return (
    <Page title={t('bench.recipes.title')} actions={<Button onClick={back}>{t('back')}</Button>}>
      <section className="panel fill">
        {gone ? (
          <Empty title={t('bench.recipes.gone')} actions={<Button onClick={back}>{t('back')}</Button>} />
        ) : (
          <Unanswered query={query} />
        )}
      </section>
    </Page>
  )
}

const Loaded = ({ recipe }: { recipe: Recipe }) => {
  const [first] = useState(recipe)
  return <Editor recipe={first} />
}
