import { useCallback } from 'react'
import type { HeldRestore } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** Asks whether a checked backup is to take the place of what is here, naming what is lost. @param onDone it was decided, or dropped. */
export const useRestoreQuestion = (onDone: () => void): ((held: HeldRestore) => void) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const ask = useConfirm()
  return useCallback(
    ({ id, source, createdAt, whole, holds, now, missingFiles }: HeldRestore) =>
      ask({
        title: t('backup.question.title', { source }),
        loses: [
          createdAt === null
            ? t('backup.question.sinceUnknown')
            : t('backup.question.since', { time: formatDateTime(createdAt, language) }),
          t('backup.question.present', now),
          t('backup.question.content', holds),
          ...(whole ? [t('backup.question.whole')] : []),
          ...(missingFiles > 0 ? [t('backup.question.missing', { count: missingFiles })] : []),
        ],
        hint: t('backup.question.hint'),
        confirm: t('backup.question.confirm'),
        act: async () => {
          await act(() => client.backups.confirm({ id }), t('backup.restored'))
          onDone()
        },
        onKeep: () => void act(() => client.backups.discard({ id })).then(onDone),
      }),
    [act, ask, t, language, onDone],
  )
}
