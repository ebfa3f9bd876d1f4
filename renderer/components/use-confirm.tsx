import { App } from 'antd'
import { useCallback } from 'react'
import { useTexts } from '../i18n/i18n.ts'

interface Question {
  title: string
  /** The losses, one line each. */
  loses?: readonly string[]
  hint?: string
  confirm: string
  keep?: string
  /** False: confirming loses nothing. */
  danger?: boolean
  /** The dialog stays open with a busy state until this has finished. */
  act: () => Promise<unknown>
  /** Called when the user cancels. */
  onKeep?: () => void
}

/** Asks before data is lost and names it. The safe button has the focus. */
export const useConfirm = () => {
  const { modal } = App.useApp()
  const t = useTexts()
  return useCallback(
    ({ title, loses = [], hint, confirm, keep, danger = true, act, onKeep }: Question) => {
      modal.confirm({
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
        okButtonProps: { danger, type: 'primary', ...{ 'data-testid': 'confirm-yes' } },
        cancelText: keep ?? t('keep'),
        focusable: { autoFocusButton: 'cancel' },
        onOk: act,
        ...(onKeep && { onCancel: onKeep }),
      })
    },
    [modal, t],
  )
}
