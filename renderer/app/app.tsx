import { App as AntApp, ConfigProvider } from 'antd'
import enGB from 'antd/locale/en_GB'
import zhCN from 'antd/locale/zh_CN'
import { useLayoutEffect, useMemo } from 'react'
import { useLanguage } from '../i18n/i18n.ts'
import { useDark } from '../theme/theme-store.ts'
import { antdTheme } from '../theme/tokens.ts'
import { Shell } from './shell.tsx'

/** Theme and language around the shell. */
export const App = () => {
  const language = useLanguage()
  const dark = useDark()
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  }, [dark])
  const theme = useMemo(() => antdTheme(dark), [dark])
  return (
    <ConfigProvider theme={theme} locale={language === 'zh' ? zhCN : enGB} button={{ autoInsertSpace: false }}>
      <AntApp style={{ height: '100%' }} message={{ maxCount: 3, top: 14 }}>
        <Shell />
      </AntApp>
    </ConfigProvider>
  )
}
