import { ImportOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useCallback, useState } from 'react'
import { client } from '../../../api/client.ts'
import { uploadFile } from '../../../api/upload.ts'
import { useFilePicker } from '../../../components/file-picker.tsx'
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
  const { picker, choose } = useFilePicker({
    accept: '.otarecipe,.tar',
    testId: 'recipe-import-file',
    onFiles: ([file]) => void take(file),
  })
  return (
    <>
      {picker}
      <Button icon={<ImportOutlined />} loading={sent !== undefined} onClick={choose} data-testid="recipe-import">
        {sent !== undefined && sent > 0 && sent < 1
          ? formatPercent(Math.floor(sent * 100), language)
          : t('bench.recipes.import')}
      </Button>
    </>
  )
}
