import { useCallback } from 'react'
import type { Slot } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { isBusy } from './slot-lamps.ts'

/** Asks before runs are stopped: a unit stopped during a write has no working firmware. */
export const useConfirmStop = () => {
  const t = useTexts()
  const act = useAct()
  const confirm = useConfirm()
  return useCallback(
    (slots: readonly Slot[]) => {
      const busy = slots.filter(isBusy)
      if (busy.length === 0) return
      confirm({
        title: t('bench.stop.title', { count: busy.length, slots: busy.map(({ label }) => label).join(', ') }),
        loses: [t('bench.stop.loses')],
        hint: t('bench.stop.hint'),
        confirm: t('bench.stop.now'),
        keep: t('bench.stop.keep'),
        act: () => Promise.all(busy.map(({ run }) => run && act(() => client.bench.cancelRun({ id: run.id })))),
      })
    },
    [t, act, confirm],
  )
}
