/** How busy it is, and how many may begin. Time is that of the machine, in milliseconds: what it measures is the machine. */
export interface Pressure {
  /** A request has come; the answer is to be called when it is done. */
  begin(): () => void;
  /**
   * Whether one more may begin, and then it has.
   * @param place in the line, 1 for the first
   * @param waiting how many are in it
   * @param pause seconds from one look of theirs to the next
   */
  admits(place: number, waiting: number, pause: number): boolean;
  /** About how many seconds until somebody at this place may begin. */
  secondsTo(place: number): number;
}

/** Seconds that a request may be expected to take before it is too busy. */
const longest = 0.15;
/** So many at once are no sign of anything. */
const usual = 8;
/** Milliseconds from one look at what was done to the next. */
const period = 250;
/** Milliseconds without anybody in line after which all may begin again. */
const calm = 10_000;

/**
 * What is under way, divided by what gets done in a second, is how long a request takes (Little's law), whatever it waits
 * for: the processor, a hashing thread, a database. While that is too long nobody begins, and afterwards fewer in a second than
 * did; then more, little by little (as TCP finds its rate, RFC 5681 §3.1).
 * @param now milliseconds, by a clock that only goes forward
 */
export function createPressure(now = () => performance.now()): Pressure {
  let [underWay, done, admitted] = [0, 0, 0];
  let [since, quietSince] = [now(), now()];
  /** Requests that can be done in a second, once that was seen. */
  let rate: number | undefined;
  /** How many may begin in a second, and how many of these are left. */
  let [pace, left] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];

  const busy = () => underWay > usual;
  const pressed = () => rate !== undefined && busy() && underWay / Math.max(rate, 1) > longest;

  function look(waiting: number): void {
    const at = now();
    const seconds = (at - since) / 1000;
    if (seconds * 1000 < period) return;
    // what is done while little is asked says nothing of what could be
    const seen = done / seconds;
    rate = busy() ? ((rate ?? seen) + seen) / 2 : Math.max(rate ?? seen, seen);
    if (waiting > 0 || pressed()) quietSince = at;
    if (pressed()) {
      // so many were too many; where nobody has begun since, what is under way only takes its time
      if (admitted > 0 || pace === Number.POSITIVE_INFINITY)
        pace = Math.max(1, 0.8 * Math.min(pace, admitted > 0 ? admitted / seconds : (rate ?? 0)));
      left = 0;
    } else if (pace !== Number.POSITIVE_INFINITY) {
      pace = at - quietSince > calm ? Number.POSITIVE_INFINITY : pace * 1.03 + 0.5 * seconds;
      left = Math.min(left + pace * seconds, Math.max(1, pace * seconds));
    }
    if (pace === Number.POSITIVE_INFINITY) left = pace;
    [since, done, admitted] = [at, 0, 0];
  }

  return {
    begin() {
      underWay += 1;
      return () => {
        underWay -= 1;
        done += 1;
      };
    },
    admits(place, waiting, pause) {
      look(waiting);
      // those at the front come to ask within a pause of theirs
      const front = Math.max(8, pace * pause);
      if (left < 1 || place > front || pressed()) return false;
      left -= 1;
      admitted += 1;
      return true;
    },
    secondsTo: (place) => (pace === Number.POSITIVE_INFINITY ? 0 : place / pace),
  };
}
