export const backup = {
  title: 'Backup and restore',
  hint: 'The station backs its database up once a day and keeps the last 7. A whole backup also holds package files and certificates with their keys: keep it safe.',
  now: 'Back up now',
  fromFile: 'Restore from a file…',
  starting: 'The backup is being prepared; the download then begins',
  running: { backup: 'Backing up', restore: 'Checking the backup' },
  own: 'Automatic backups',
  none: 'No automatic backup yet; the first is made soon after the station starts.',
  restore: 'Restore',
  restarting: 'Restoring; the station is about to restart…',
  restored: 'The restore has begun; the station is restarting',
  waits: 'Backup {{source}} is checked and waits for your decision.',
  decide: 'Decide…',
  drop: 'Drop',
  question: {
    title: 'Restore backup {{source}}?',
    since: 'Everything that was changed after {{time}}',
    sinceUnknown: 'Everything that was changed after the backup was made',
    present:
      'Here now: products {{products}}, devices {{devices}}, packages {{packages}}, campaigns {{campaigns}}, recipes {{recipes}}',
    content:
      'In the backup: products {{products}}, devices {{devices}}, packages {{packages}}, campaigns {{campaigns}}, recipes {{recipes}}',
    whole: 'Package files, certificates and the engineer PIN become those of the backup as well',
    missing: 'Files missing in the backup: {{count}}; they have to be uploaded again',
    hint: 'Campaigns that are not finished are paused; you resume them. What is replaced stays below “set-aside” in the data directory. The station restarts, which takes some seconds.',
    confirm: 'Restore',
  },
} as const
