import { languages } from '#shared/languages.ts'
import { type Texts, texts } from '#shared/texts/index.ts'

/** The texts of the page, by language. */
type AwayTexts = Readonly<Record<string, Texts['away']>>

/** The script of the page; it is written into the page as text, so it uses nothing outside of itself. */
const live = (words: AwayTexts): void => {
  const wanted = [
    localStorage.getItem('ota-bench.language') ?? '',
    navigator.language.toLowerCase().split('-')[0] ?? '',
  ]
  const language = wanted.find((code) => Object.hasOwn(words, code)) ?? 'en'
  const { title = '', hint = '', again = '' } = words[language] ?? {}
  const put = (id: string, text: string): void => {
    const element = document.getElementById(id)
    if (element) element.textContent = text
  }
  document.documentElement.lang = language
  document.title = `OTA Bench · ${title}`
  put('title', title)
  put('hint', hint)
  put('again', again)
  document.getElementById('again')?.addEventListener('click', () => location.reload())
  const look = (): void => {
    fetch('/api/v1/health', { cache: 'no-store' }).then(
      (answer) => (answer.ok ? location.reload() : setTimeout(look, 2000)),
      () => setTimeout(look, 2000),
    )
  }
  setTimeout(look, 2000)
}

/** A page that reports that the station does not answer, and opens the requested page once it does. It needs no other file. */
export const awayPage = (): string => `<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><style>
body{margin:0;min-height:100vh;display:grid;place-items:center;font:15px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;background:#f4f5f7;color:#1f2329}
main{max-width:520px;margin:24px;padding:28px 32px;border:1px solid #dfe2e7;border-radius:8px;background:#fff}
h1{margin:0 0 8px;font-size:20px}p{margin:0 0 20px;color:#5b6470}
button{font:inherit;padding:5px 16px;border:0;border-radius:6px;background:#1a5fd0;color:#fff;cursor:pointer}
@media(prefers-color-scheme:dark){body{background:#16181c;color:#e6e8eb}main{background:#1e2126;border-color:#343941}p{color:#a5adb8}}
</style></head><body><main role="alert" data-testid="away"><h1 id="title"></h1><p id="hint"></p><button id="again" type="button"></button></main>
<script>(${live})(${JSON.stringify(Object.fromEntries(languages.map((language) => [language, texts[language].away])))})</script></body></html>`
