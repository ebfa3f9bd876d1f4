import type { Language } from '#shared/languages.ts'
import type { ReportFormat } from '#shared/schema.ts'
import { client } from './client.ts'

/** A completely received file. */
interface ReportFile {
  readonly fileName: string
  readonly parts: readonly string[]
}

/** Downloads a campaign's report over the open connection: the desktop window has no other. @throws as any call. */
export const fetchReport = async (id: number, format: ReportFormat, language: Language): Promise<ReportFile> => {
  const parts: string[] = []
  let fileName = `campaign-${id}.${format}`
  for await (const piece of await client.campaigns.report({ id, format, language })) {
    fileName = piece.fileName
    parts.push(piece.text)
  }
  return { fileName, parts }
}

const types: Readonly<Record<ReportFormat, string>> = { csv: 'text/csv', json: 'application/json', html: 'text/html' }

/** Saves a report to the browser's download folder. */
export const saveReport = ({ fileName, parts }: ReportFile, format: ReportFormat): void =>
  saveFile(fileName, parts, `${types[format]};charset=utf-8`)

/** Saves a file by the browser. */
export const saveFile = (fileName: string, parts: readonly BlobPart[], type: string): void => {
  const address = URL.createObjectURL(new Blob([...parts], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  // The browser reads the URL asynchronously, so it is released later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/**
 * Prints a page made by the station in an empty frame of our own, because the desktop window neither opens nor navigates to other pages.
 * Nothing on the page runs: it has no scripts, and parsed scripts are inert.
 */
export const printReport = ({ parts }: ReportFile): void => {
  const frame = document.createElement('iframe')
  frame.className = 'visually-hidden'
  frame.setAttribute('aria-hidden', 'true')
  document.body.append(frame)
  const { contentWindow: page, contentDocument: paper } = frame
  if (page === null || paper === null) return
  const { documentElement } = new DOMParser().parseFromString(parts.join(''), 'text/html')
  paper.replaceChild(paper.adoptNode(documentElement), paper.documentElement)
  page.addEventListener('afterprint', () => setTimeout(() => frame.remove()), { once: true })
  page.focus()
  page.print()
}
