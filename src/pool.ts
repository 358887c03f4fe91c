/** What a worker of a pool has from the process that started it and the others. */
export interface Pool {
  /** Whether the city answers here: it keeps visits in memory, so one worker has it. */
  city: boolean;
  /** The page of metrics of all workers together. */
  page(): Promise<{ type: string; body: string }>;
}
