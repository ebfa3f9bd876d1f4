import { DownloadOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { type ReportFormat, reportFormats } from '#shared/schema.ts'
import { fetchReport, printReport, saveReport } from '../../api/report.ts'
import { useAct } from '../../components/use-act.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

const isFormat = (key: string): key is ReportFormat => reportFormats.includes(key as ReportFormat)

/** The campaign's report as a file, or on paper. */
export const ExportMenu = ({ id }: { id: number }) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const [busy, setBusy] = useState(false)

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
    <Dropdown
      trigger={['click']}
      menu={{
        onClick: ({ key }) => void run(key),
        items: [
          ...reportFormats.map((key) => ({ key, label: t(`reports.exports.${key}`) })),
          { type: 'divider' },
          { key: 'print', label: t('reports.exports.print') },
        ],
      }}
    >
      <Button icon={<DownloadOutlined />} loading={busy} data-testid="campaign-export">
        {t('reports.export')}
      </Button>
    </Dropdown>
  )
}
