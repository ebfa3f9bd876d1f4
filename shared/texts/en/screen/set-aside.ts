export const setAside = {
  title: 'Set-aside files',
  hint: 'Files that the database does not name, and old data that was replaced. The station does not delete them; they lie below “set-aside” in the data directory.',
  reasons: {
    unnamed: 'Not named by the database',
    station: 'The station before the new database',
    restore: 'The data before a backup was restored',
  },
  what_one: '{{count}} file, {{size}}',
  what_other: '{{count}} files, {{size}}',
  daysLeft_one: 'removed after {{count}} more day of running',
  daysLeft_other: 'removed after {{count}} more days of running',
  kept: 'kept until somebody deletes it',
  removeTitle: 'Delete {{name}}?',
  removeHint: 'There is no way to get it back.',
  removed: 'Deleted',
} as const
