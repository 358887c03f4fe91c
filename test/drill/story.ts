/** One drill: what is done to a world, and what has to hold all the while. */
export interface Story {
  name: string;
  /** What is done, in one sentence. */
  about: string;
  /** @param seconds how long the fault and its load take together, about */
  run(seconds: number): Promise<Drilled[]>;
  /** Seconds unless told otherwise. */
  seconds: number;
}

/** One line of what came of it. */
export interface Drilled {
  name: string;
  value: string;
  /** Undefined for a figure that nothing was promised about. */
  holds?: boolean;
}
