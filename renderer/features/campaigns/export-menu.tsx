import { DownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { type ReportFormat, reportFormats } from '#shared/schema.ts'
import { fetchReport, printReport, saveReport } from '../../api/report.ts'
import { useAct } from '../../components/use-action.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import './export-menu.css'

const MENU = 'export-menu'

const isFormat = (key: string): key is ReportFormat => reportFormats.includes(key as ReportFormat)

/** The campaign's report as a file, or on paper. */
export const ExportMenu = ({ id }: { id: number }) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const menu = useRef<HTMLDivElement>(null)

  const run = async (key: string) => {
    const format = isFormat(key) ? key : 'html'
    setBusy(true)
    const file = await act(() => fetchReport(id, format, language))
    setBusy(false)
    if (file === undefined) return
    if (key === 'print') printReport(file)
    else saveReport(file, format)
  }

  return (
    <>
      <Button
        icon={<DownloadOutlined />}
        loading={busy}
        data-testid="campaign-export"
        className="export-open"
        popoverTarget={MENU}
      >
        {t('reports.export')}
      </Button>
      <div id={MENU} popover="auto" className="export-menu" ref={menu}>
        {[...reportFormats, 'print' as const].map((key) => (
          <button
            key={key}
            type="button"
            data-testid={`export-${key}`}
            onClick={() => {
              menu.current?.hidePopover()
              void run(key)
            }}
          >
            {t(`reports.exports.${key}`)}
          </button>
        ))}
      </div>
    </>
  )
}
