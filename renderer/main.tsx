import './theme/theme.css'
import './theme/layout.css'
import './theme/page.css'
import './theme/table.css'
import './theme/states.css'
import './theme/parts.css'
import { App as AntApp, ConfigProvider } from 'antd'
import enGB from 'antd/locale/en_GB'
import zhCN from 'antd/locale/zh_CN'
import { useLayoutEffect, useMemo } from 'react'
import { createRoot } from 'react-dom/client'
import type { Language } from '#shared/languages.ts'
import { connect } from './api/client.ts'
import { registerOfflineWorker } from './api/register-offline-worker.ts'
import { Shell } from './app/shell.tsx'
import { useLanguage } from './i18n/i18n.ts'
import { useDark } from './theme/theme-store.ts'
import { antdTheme } from './theme/tokens.ts'

/** The component library's own texts (dates, empty lists); English where a language is not among them. */
const antdLocales: Readonly<Partial<Record<Language, typeof enGB>>> = { zh: zhCN }

/** Theme and language around the shell. */
const App = () => {
  const language = useLanguage()
  const dark = useDark()
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  }, [dark])
  const theme = useMemo(() => antdTheme(dark), [dark])
  return (
    <ConfigProvider theme={theme} locale={antdLocales[language] ?? enGB} button={{ autoInsertSpace: false }}>
      <AntApp style={{ height: '100%' }} message={{ maxCount: 3, top: 14 }}>
        <Shell />
      </AntApp>
    </ConfigProvider>
  )
}

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App />)
connect()
registerOfflineWorker()
