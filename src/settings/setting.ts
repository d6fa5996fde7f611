// One setting of `hitless serve`.

export interface ServeSetting<T> {
  /** In the syntax of the command-line parser: `--objects <dir>`. */
  readonly flag: string;
  readonly variable: string;
  /** The default as it would be written; absent: none. */
  readonly default?: string;
  /** Must not be set together with these other rows. */
  readonly conflictsWith?: readonly string[];
  /** Useless without these other rows. */
  readonly requires?: readonly string[];
  /** Useless without one of these other rows. */
  readonly requiresOne?: readonly string[];
  /** Required unless this other row is set. */
  readonly requiredUnless?: string;
  readonly description: string;
  /** What a value must be, for the message about an invalid one. */
  readonly allowed: string;
  /** The valid values, where there is a list of them. */
  readonly words?: readonly string[];
  /** True for several of these, separated by commas. */
  readonly isList?: boolean;
  /** undefined: the string is invalid. */
  readonly parse: (text: string) => T | undefined;
}
