/** What a worker of a pool has from the process that started it and the others. */
export interface Pool {
  /** The page of metrics of all workers together. */
  page(): Promise<{ type: string; body: string }>;
}
