import { useTexts } from '../../../../i18n/i18n.ts'
import type { PlanFault } from './plan.ts'

/** The fault of a part, in words, if the plan has it. */
export const Fault = ({ faults, of }: { faults: readonly PlanFault[]; of: readonly PlanFault[] }) => {
  const t = useTexts()
  const found = faults.find((fault) => of.includes(fault))
  return found === undefined ? null : (
    <p className="toned small" data-tone="failed" role="alert" data-testid={`fault-${found}`}>
      ✕ {t(`campaigns.plan.faults.${found}`)}
    </p>
  )
}
