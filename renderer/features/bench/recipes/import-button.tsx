import { ImportOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useCallback, useRef, useState } from 'react'
import { client } from '../../../api/client.ts'
import { uploadFile } from '../../../api/upload.ts'
import { useAct } from '../../../components/use-action.ts'
import { formatPercent } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'

export interface RecipeImport {
  /** The part of the file already sent, 0 to 1; undefined: no import is running. */
  readonly sent: number | undefined
  take: (file: File) => Promise<void>
}

/** Creates a recipe from a file that another station exported. */
export const useRecipeImport = (): RecipeImport => {
  const t = useTexts()
  const act = useAct()
  const { message } = App.useApp()
  const [sent, setSent] = useState<number>()
  const take = useCallback(
    async (file: File) => {
      setSent(0)
      await act(async () => {
        const onProgress = (bytes: number) => setSent(bytes / Math.max(1, file.size))
        const { signal } = new AbortController()
        const { id } = await uploadFile(file, { signal, onProgress, purpose: 'recipe' })
        const { name } = await client.bench.importRecipe({ upload: id })
        message.success(t('bench.recipes.imported', { name }))
      })
      setSent(undefined)
    },
    [act, message, t],
  )
  return { sent, take }
}

/** Chooses the file. */
export const ImportButton = ({ importing: { sent, take } }: { importing: RecipeImport }) => {
  const t = useTexts()
  const language = useLanguage()
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept=".otarecipe,.tar"
        data-testid="recipe-import-file"
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file !== undefined) void take(file)
        }}
      />
      <Button
        icon={<ImportOutlined />}
        loading={sent !== undefined}
        onClick={() => input.current?.click()}
        data-testid="recipe-import"
      >
        {sent !== undefined && sent > 0 && sent < 1
          ? formatPercent(Math.floor(sent * 100), language)
          : t('bench.recipes.import')}
      </Button>
    </>
  )
}
