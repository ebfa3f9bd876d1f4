import { CopyOutlined, DeleteOutlined, DownloadOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import type { MouseEvent } from 'react'
import type { Line, Recipe } from '#shared/schema.ts'
import { saveRecipe } from '../../../api/bench-files.ts'
import { client } from '../../../api/client.ts'
import { useAct } from '../../../components/use-action.ts'
import { useConfirm } from '../../../components/use-confirm.tsx'
import { useFollowed } from '../../../components/use-followed.ts'
import { useTexts } from '../../../i18n/i18n.ts'

interface RecipeMenuProps {
  recipe: Recipe
  lines: readonly Line[]
}

/** The actions for a recipe in its row. */
export const RecipeMenu = ({ recipe, lines }: RecipeMenuProps) => {
  const t = useTexts()
  const act = useAct()
  const { message } = App.useApp()
  const confirm = useConfirm()
  const { id, name } = recipe
  const followed = useFollowed(recipe)
  const followedLines = useFollowed(lines)
  // A click on the row opens the recipe; a click on its buttons must not.
  const only = (run: () => unknown) => (event: MouseEvent) => {
    event.stopPropagation()
    run()
  }
  const duplicate = () =>
    act(async () => {
      const copy = await client.bench.copyRecipe({ id })
      message.success(t('bench.recipes.copied', { name: copy.name }))
    })
  const remove = () => {
    confirm({
      subscribe: (changed) => {
        const ends = [followed.subscribe(changed), followedLines.subscribe(changed)]
        return () => {
          for (const end of ends) end()
        }
      },
      read: () => {
        const now = followed.read()
        const own = now.images.flatMap(({ packageId, sha256 }) => (packageId === null ? [sha256] : []))
        const files = new Set(own).size
        return {
          title: t('bench.recipes.removeTitle', { name: now.name }),
          loses: [
            t('bench.recipes.removeLosesRecipe', { count: now.version }),
            ...(files > 0 ? [t('bench.recipes.removeLosesFiles', { count: files })] : []),
            ...followedLines
              .read()
              .filter(({ recipeId }) => recipeId === id)
              .map((line) => t('bench.recipes.removeLosesLine', { name: line.name })),
          ],
          hint: t('bench.recipes.removeKeeps'),
          confirm: t('removeNow'),
          act: () => act(() => client.bench.removeRecipe({ id }), t('removed', { name: now.name })),
        }
      },
    })
  }
  const buttons = [
    ['export', <DownloadOutlined key="e" />, () => act(() => saveRecipe(id))],
    ['duplicate', <CopyOutlined key="d" />, duplicate],
    ['remove', <DeleteOutlined key="r" />, remove],
  ] as const
  return (
    <span className="recipe-menu">
      {buttons.map(([key, icon, run]) => {
        const label = key === 'remove' ? t('remove') : t(`bench.recipes.${key}`)
        return (
          <Button
            key={key}
            type="text"
            size="small"
            icon={icon}
            title={label}
            aria-label={`${label} ${name}`}
            onClick={only(run)}
            data-testid={`recipe-${key}-${id}`}
          />
        )
      })}
    </span>
  )
}
