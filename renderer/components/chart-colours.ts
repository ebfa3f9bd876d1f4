/** Font and colours of charts, read from the page: they follow its theme. */
export interface ChartColours {
  readonly font: string
  readonly ink: string
  readonly secondary: string
  readonly line: string
  readonly panel: string
  readonly passed: string
  readonly failed: string
  readonly running: string
  readonly idle: string
  /** Whether animation is allowed. */
  readonly moving: boolean
}

/** The colours of now; call it after the theme is applied. */
export const chartColours = (): ChartColours => {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    font: getComputedStyle(document.body).fontFamily,
    ink: colour('ink'),
    secondary: colour('secondary'),
    line: colour('line'),
    panel: colour('panel'),
    passed: colour('passed'),
    failed: colour('failed'),
    running: colour('running'),
    idle: colour('idle'),
    moving: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
  }
}
