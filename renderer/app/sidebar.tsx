import {
  AppstoreOutlined,
  CloudUploadOutlined,
  HddOutlined,
  MoonOutlined,
  RocketOutlined,
  SettingOutlined,
  SunOutlined,
  UsbOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import { languages } from '#shared/languages.ts'
import { texts } from '#shared/texts/index.ts'
import { useConnectionStatus } from '../api/client.ts'
import { useLanguageStore, useTexts } from '../i18n/i18n.ts'
import icon from '../icon.svg'
import { useDark, useThemeStore } from '../theme/theme-store.ts'
import { LockSwitch } from './lock-switch.tsx'
import { hashOf, type Place, places } from './router.ts'

const icons: Readonly<Record<Place, ReactNode>> = {
  overview: <AppstoreOutlined />,
  packages: <CloudUploadOutlined />,
  campaigns: <RocketOutlined />,
  bench: <UsbOutlined />,
  devices: <HddOutlined />,
  settings: <SettingOutlined />,
}

/** Every other language, each in its own name. */
const LanguageSwitch = () => {
  const t = useTexts()
  const { language, choose } = useLanguageStore()
  return languages
    .filter((other) => other !== language)
    .map((other) => (
      <button
        key={other}
        type="button"
        className="rail-item"
        data-testid="language-switch"
        lang={texts[other].language.locale}
        aria-label={texts[other].language.switchTo}
        title={t('language')}
        onClick={() => choose(other)}
      >
        {texts[other].language.name}
      </button>
    ))
}

const ThemeSwitch = () => {
  const t = useTexts()
  const dark = useDark()
  const choose = useThemeStore((state) => state.choose)
  const label = dark ? t('theme.toLight') : t('theme.toDark')
  return (
    <button
      type="button"
      className="rail-item"
      data-testid="theme-switch"
      aria-label={label}
      title={label}
      onClick={() => choose(dark ? 'light' : 'dark')}
    >
      {dark ? <SunOutlined /> : <MoonOutlined />}
    </button>
  )
}

/** The narrow sidebar: the places, and at the bottom operator lock, language, appearance and connection. */
export const Sidebar = ({ place }: { place: Place }) => {
  const t = useTexts()
  const open = useConnectionStatus() === 'open'
  return (
    <nav className="rail" aria-label={t('navLabel')}>
      <img className="rail-mark" src={icon} alt={t('app')} />
      {places.map((item) => (
        <a
          key={item}
          className="rail-item"
          href={hashOf(item)}
          aria-current={item === place ? 'page' : undefined}
          data-testid={`nav-${item}`}
        >
          {icons[item]}
          {t(`nav.${item}`)}
        </a>
      ))}
      <div className="rail-foot">
        <LockSwitch />
        <LanguageSwitch />
        <ThemeSwitch />
        <div className="rail-state" data-open={open} data-testid="connection-state">
          <i />
          {open ? t('connection.open') : t('connection.closed')}
        </div>
      </div>
    </nav>
  )
}
