/**
 * Layouts of what is kept in the state directory, by number: raised with whatever the version before
 * could not read, which then refuses the directory instead of taking its files for damaged.
 */

export const STATE_LAYOUT = {
  alerts: 1,
  /** 2: several targets, overrides. 3: what comes back by itself. */
  blocks: 3,
  /** What sensors have learnt. */
  learnt: 1,
} as const
