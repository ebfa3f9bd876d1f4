import { App } from 'antd'
import { useCallback } from 'react'
import { failureOf } from '../api/failure.ts'
import { useLanguage, useTexts } from '../i18n/i18n.ts'
import { failureText } from './status-text.ts'

/** Runs an action; on a failure it shows the text and returns undefined. */
export const useAct = () => {
  const { message } = App.useApp()
  const t = useTexts()
  const language = useLanguage()
  return useCallback(
    async <T>(action: () => Promise<T>, done?: string): Promise<T | undefined> => {
      try {
        const result = await action()
        if (done !== undefined) message.success(done)
        return result
      } catch (error) {
        message.error(failureText(failureOf(error), language, t), 6)
        return undefined
      }
    },
    [message, t, language],
  )
}
