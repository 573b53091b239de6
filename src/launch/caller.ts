/** Who starts the run: whose PATH and tools count, and where what was learned of them is kept. */
export type Caller = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Answers of interpreters are kept here until the machine restarts. */
  readonly runtimeFolder: string;
  /** Limber's own Node, the last resort for JavaScript. */
  readonly nodePath: string;
};

/** What runs a program: the beginning of its argv and what must be visible for it. */
export type Executable = {
  readonly argv: readonly string[];
  /** Host paths outside the system folders. */
  readonly folders: readonly string[];
  /** Folders that come first on the program's PATH. */
  readonly pathFolders: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};
