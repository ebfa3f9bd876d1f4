import { useTexts } from '../../../i18n/i18n.ts'

/** The tab's name with how many devices knock. */
export const RejectedLoginsTab = ({ count }: { count: number }) => {
  const t = useTexts()
  return (
    <span data-testid="tab-knocks">
      {t('knocks.tab')}
      {count > 0 && (
        <span className="knock-count" data-testid="knock-count" data-count={count}>
          {count}
        </span>
      )}
    </span>
  )
}
