import { useCallback } from 'react'
import type { Slot } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { showSlot, useBenchStore } from './bench-store.ts'
import { isBusy } from './slot-lamps.ts'

/** What is to be stopped: all of a line, or one slot. */
export interface Stopping {
  readonly lineId: number
  readonly slotId?: number
}

/**
 * Asks before runs are stopped: a unit stopped during a write has no working firmware. The question follows the runs while it is open,
 * and what is confirmed is what it shows. A slot that waits for contact is stopped without a question.
 */
export const useConfirmStop = () => {
  const t = useTexts()
  const act = useAct()
  const confirm = useConfirm()
  return useCallback(
    ({ lineId, slotId }: Stopping) => {
      const line = () => useBenchStore.getState().lines.find(({ id }) => id === lineId)
      const slots = (): readonly Slot[] =>
        (line()?.slots ?? []).filter(({ id }) => slotId === undefined || id === slotId)
      const busy = (): readonly Slot[] => slots().filter(isBusy)
      for (const { id } of slots().filter(({ waitsUntil }) => waitsUntil !== null))
        void act(async () => showSlot(await client.bench.clear({ id })))
      if (busy().length === 0) return
      void useBenchStore.getState().read()
      confirm({
        subscribe: (changed) => useBenchStore.subscribe(changed),
        read: () => {
          const running = busy()
          const name = line()?.name ?? ''
          const over = running.length === 0
          return {
            title: over
              ? t('bench.stop.over', { line: name })
              : t('bench.stop.title', {
                  line: name,
                  count: running.length,
                  slots: running.map(({ label }) => label).join(', '),
                }),
            loses: over ? [] : [t('bench.stop.loses')],
            hint: over ? t('bench.stop.overHint') : t('bench.stop.hint'),
            confirm: t('bench.stop.now'),
            keep: over ? t('close') : t('bench.stop.keep'),
            over,
            act: () => Promise.all(running.map(({ run }) => run && act(() => client.bench.cancelRun({ id: run.id })))),
          }
        },
      })
    },
    [t, act, confirm],
  )
}
