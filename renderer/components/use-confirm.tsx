import { App } from 'antd'
import { useCallback } from 'react'
import { useTexts } from '../i18n/i18n.ts'

export interface Question {
  title: string
  /** The losses, one line each. */
  loses?: readonly string[]
  hint?: string
  confirm: string
  keep?: string
  /** False: confirming loses nothing. */
  danger?: boolean
  /** There is nothing to confirm any more. */
  over?: boolean
  /** The dialog stays open with a busy state until this has finished. */
  act: () => Promise<unknown>
  /** Called when the user cancels. */
  onKeep?: () => void
}

/** A question about what changes while it is open. */
export interface LiveQuestion {
  /** The question as it is now. */
  read: () => Question
  /** Calls after every change until the returned function is called. */
  subscribe: (changed: () => void) => () => void
}

/** Asks before data is lost and names it. The safe button has the focus. */
export const useConfirm = () => {
  const { modal } = App.useApp()
  const t = useTexts()
  return useCallback(
    (asked: Question | LiveQuestion) => {
      const dialogOf = ({
        title,
        loses = [],
        hint,
        confirm,
        keep,
        danger = true,
        over = false,
        act,
        onKeep,
      }: Question) => ({
        title,
        width: 460,
        content: (
          <div className="loss">
            {loses.length > 0 && (
              <>
                <p>{t('lost')}</p>
                <ul>
                  {loses.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              </>
            )}
            <p className="secondary">{hint ?? t('cannotUndo')}</p>
          </div>
        ),
        okText: confirm,
        okButtonProps: { danger, disabled: over, type: 'primary' as const, ...{ 'data-testid': 'confirm-yes' } },
        cancelText: keep ?? t('keep'),
        focusable: { autoFocusButton: 'cancel' as const },
        onOk: act,
        ...(onKeep && { onCancel: onKeep }),
      })
      if (!('read' in asked)) {
        modal.confirm(dialogOf(asked))
        return
      }
      const dialog = modal.confirm({ ...dialogOf(asked.read()), afterClose: () => unsubscribe() })
      const unsubscribe = asked.subscribe(() => dialog.update(dialogOf(asked.read())))
    },
    [modal, t],
  )
}
