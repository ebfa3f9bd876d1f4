import type { Dispatcher } from '../campaigns/delivery/dispatcher.ts'
import type { Contents } from '../content/verified-contents.ts'
import type { DeltaStore } from '../deltas/delta-store.ts'
import type { PackageService } from '../packages/package-service.ts'
import type { AuditLog } from '../reports/audit-log.ts'
import type { PlatformContext } from '../store/platform-context.ts'

/**
 * Handles a stored file that becomes damaged or intact again: writes the audit log, updates the screens, and continues
 * the jobs that waited for the file.
 */
export const followDamage = (
  { store, events, logger }: PlatformContext,
  deps: {
    readonly contents: Contents
    readonly packages: PackageService
    readonly diffs: Pick<DeltaStore, 'withContent'>
    readonly dispatcher: Pick<Dispatcher, 'offer' | 'offerCampaign'>
    readonly audit: Pick<AuditLog, 'append'>
  },
): void => {
  const running = store.sql
    .prepare<[number], number>(`SELECT id FROM campaigns WHERE package_id = ? AND status = 'running'`)
    .pluck()
  const begun = store.sql
    .prepare<[number], number>(`SELECT id FROM jobs WHERE campaign_id = ? AND state IN ('notified', 'downloading')`)
    .pluck()

  const goOn = async (packageId: number): Promise<void> => {
    for (const campaign of running.all(packageId)) {
      await deps.dispatcher.offerCampaign(campaign)
      // These devices were refused the file, so they are notified again.
      for (const job of begun.all(campaign)) await deps.dispatcher.offer(job)
    }
  }

  deps.contents.onChange((sha256, isDamaged) => {
    const own = deps.packages.withContent(sha256)
    const deltas = deps.diffs.withContent(sha256)
    const concerned = new Set([...own, ...deltas.map(({ packageId }) => packageId)])
    for (const id of own) events.emit('package', id)
    for (const { id } of deltas) events.emit('diff', id)
    if (concerned.size === 0) return
    store
      .write(() => {
        for (const id of concerned)
          deps.audit.append({
            action: isDamaged ? 'packages.damaged' : 'packages.healed',
            subject: `${deps.packages.row(id).name} #${id}`,
            detail: { sha256 },
          })
      })
      .then(async () => {
        if (!isDamaged) for (const id of concerned) await goOn(id)
      })
      .catch((error: unknown) =>
        logger.error({ err: error, sha256 }, 'what waits for a stored file could not be told of it'),
      )
  })
}
