import { type ThemeConfig, theme } from 'antd'

interface Palette {
  background: string
  panel: string
  raised: string
  line: string
  strongLine: string
  ink: string
  secondary: string
  tertiary: string
  running: string
  passed: string
  failed: string
  person: string
}

/** The same colours as the variables in theme.css, for the components of Ant Design. */
const light: Palette = {
  background: '#f4f5f7',
  panel: '#ffffff',
  raised: '#ffffff',
  line: '#e1e5ea',
  strongLine: '#d0d6de',
  ink: '#17202b',
  secondary: '#667386',
  tertiary: '#8a95a5',
  running: '#0f6bd8',
  passed: '#11875a',
  failed: '#c4302b',
  person: '#a86200',
}

const dark: Palette = {
  background: '#0d1219',
  panel: '#151c26',
  raised: '#1b2430',
  line: '#263140',
  strongLine: '#36445a',
  ink: '#e7ecf3',
  secondary: '#98a5b7',
  tertiary: '#77859a',
  running: '#4f9dfc',
  passed: '#3cc48d',
  failed: '#ff7a72',
  person: '#e9a948',
}

const fontFamily =
  '"Noto Sans CJK SC", "Noto Sans SC", system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", sans-serif'

/** Ant Design in our colours, type and corners. */
export const antdTheme = (isDark: boolean): ThemeConfig => {
  const colours = isDark ? dark : light
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: isDark ? '#2f80ed' : '#0f6bd8',
      colorLink: colours.running,
      colorInfo: colours.running,
      colorSuccess: colours.passed,
      colorError: colours.failed,
      colorWarning: colours.person,
      colorText: colours.ink,
      colorTextSecondary: colours.secondary,
      colorTextTertiary: colours.tertiary,
      colorTextDescription: colours.secondary,
      colorTextPlaceholder: colours.tertiary,
      colorBgBase: colours.panel,
      colorBgLayout: colours.background,
      colorBgContainer: colours.panel,
      colorBgElevated: colours.raised,
      colorBorder: colours.strongLine,
      colorBorderSecondary: colours.line,
      // The dark algorithm would use a shade of blue.
      colorBorderDisabled: colours.strongLine,
      borderRadius: 8,
      borderRadiusLG: 12,
      borderRadiusSM: 6,
      controlHeight: 34,
      controlHeightLG: 40,
      controlHeightSM: 28,
      fontFamily,
      fontSize: 13.5,
      fontSizeSM: 12,
      fontSizeLG: 15,
      // Short, but not switched off for users who want less motion: without it the library never aligns its popups.
      motionDurationFast: '0.08s',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.18s',
      boxShadow: isDark ? '0 8px 30px rgba(0,0,0,.5)' : '0 8px 30px rgba(23,32,43,.12)',
      boxShadowSecondary: isDark ? '0 8px 30px rgba(0,0,0,.5)' : '0 8px 30px rgba(23,32,43,.12)',
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
      Form: { itemMarginBottom: 18, verticalLabelPadding: '0 0 4px', labelColor: colours.secondary },
      Drawer: { paddingLG: 20 },
      Segmented: { trackBg: isDark ? '#0a0f15' : '#e6eaef', itemSelectedBg: isDark ? '#2a3647' : '#ffffff' },
      Tooltip: { colorBgSpotlight: isDark ? '#2a3647' : '#17202b' },
      Steps: { iconSize: 26 },
    },
  }
}
