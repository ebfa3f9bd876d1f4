import '@xterm/xterm/css/xterm.css'
import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { Terminal as Xterm } from '@xterm/xterm'
import { useEffect, useRef } from 'react'
import { type ConsoleLook, ConsoleText } from './console-text.ts'
import type { FollowedConsole } from './use-console.ts'

/** Lines that can be scrolled back to. */
const SCROLLBACK = 20_000

interface TerminalProps {
  followed: FollowedConsole
  look: ConsoleLook
  /** Searches forward or backward; undefined before the terminal is there. */
  onSearch: (search: ((text: string, forward: boolean) => boolean) | undefined) => void
}

/** The text of a console in a terminal, with the board's colours. */
export const Terminal = ({ followed: { entries, onEntry }, look, onSearch }: TerminalProps) => {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (place.current === null) return
    const terminal = new Xterm({
      scrollback: SCROLLBACK,
      disableStdin: true,
      fontSize: 13,
      fontFamily:
        'ui-monospace, "SF Mono", Menlo, "Cascadia Mono", Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace',
      theme: { background: '#14181d', foreground: '#dfe5ec' },
    })
    const fit = new FitAddon()
    const search = new SearchAddon()
    terminal.loadAddon(fit)
    terminal.loadAddon(search)
    terminal.open(place.current)
    fit.fit()
    const sized = new ResizeObserver(() => fit.fit())
    sized.observe(place.current)
    const text = new ConsoleText(look)
    for (const entry of entries) terminal.write(text.feed(entry))
    const stop = onEntry((entry) => terminal.write(text.feed(entry)))
    onSearch((wanted, forward) => (forward ? search.findNext(wanted) : search.findPrevious(wanted)))
    return () => {
      onSearch(undefined)
      stop()
      sized.disconnect()
      terminal.dispose()
    }
  }, [entries, onEntry, look, onSearch])
  return <div ref={place} className="console-terminal" data-testid="console-terminal" />
}
