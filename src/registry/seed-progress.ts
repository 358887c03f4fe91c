import type { SeedProgress } from './seed.ts';

const width = 28;

/** One line of 80 columns at most: bar, share, count, rate and time left. "━━━━━━──────  42 %  420,000 of 1,000,000 …" */
export function progressLine({ done, total, rate, secondsLeft }: SeedProgress): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.floor(share * width);
  const bar = '━'.repeat(filled) + '─'.repeat(width - filled);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const left = share === 1 ? 'done' : rate === 0 ? '' : `${minutes(secondsLeft)} left`;
  return `${bar} ${percent}  ${count(done)} of ${count(total)}  ${count(rate)}/s  ${left}`.trimEnd();
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

/** "0:08", "12:30". */
function minutes(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
