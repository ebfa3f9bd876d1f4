import { jobStates } from '#shared/states/job.ts'

const uncount = jobStates.map((state) => `${state} = ${state} - (OLD.state = '${state}')`).join(', ')

/** The triggers as they are today, each with the table it stands on: drizzle has no form for them. */
export const triggers: readonly { readonly name: string; readonly text: string }[] = [
  {
    // A deleted device takes its jobs along: the counts of the campaign and of the group follow.
    name: 'jobs_deleted',
    text: `CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs BEGIN
    UPDATE campaigns SET ${uncount} WHERE id = OLD.campaign_id;
    UPDATE campaign_groups SET retrying = retrying - (OLD.retry_at IS NOT NULL), patient = patient - (OLD.patience_until IS NOT NULL),
      ${uncount} WHERE campaign_id = OLD.campaign_id AND position = OLD.group_index;
  END`,
  },
  {
    // A job that is retried, or proven late, did not end as it was counted.
    name: 'jobs_by_day',
    text: `CREATE TRIGGER jobs_by_day AFTER UPDATE OF state ON jobs
  WHEN OLD.state <> NEW.state AND (OLD.state IN ('succeeded', 'failed') OR NEW.state IN ('succeeded', 'failed')) BEGIN
    UPDATE outcome_days SET jobs = jobs - 1
    WHERE OLD.state IN ('succeeded', 'failed') AND product_id = (SELECT product_id FROM devices WHERE id = OLD.device_id)
      AND module = OLD.module AND day = date(ifnull(OLD.finished_at, OLD.updated_at) / 1000, 'unixepoch', 'localtime')
      AND state = OLD.state AND reason = iif(OLD.state = 'failed', ifnull(OLD.error_code, ''), '') AND jobs > 0;
    INSERT INTO outcome_days
      SELECT product_id, NEW.module, date(ifnull(NEW.finished_at, NEW.updated_at) / 1000, 'unixepoch', 'localtime'), NEW.state,
        iif(NEW.state = 'failed', ifnull(NEW.error_code, ''), ''), 1
      FROM devices WHERE id = NEW.device_id AND NEW.state IN ('succeeded', 'failed')
      ON CONFLICT DO UPDATE SET jobs = jobs + 1;
  END`,
  },
]
