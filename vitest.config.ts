import { defineConfig } from 'vitest/config';

const needsNothing = { include: ['test/**/*.test.ts'], exclude: ['test/e2e/**', 'test/package/**'] };

export default defineConfig({
  test: {
    // by itself it leaves one core idle, which of two is half
    maxWorkers: '100%',
    testTimeout: 30_000,
    reporters: ['default', './test/support/summary.ts'],
    projects: [
      { extends: true, test: { name: 'unit', ...needsNothing } },
      { extends: true, test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 60_000 } },
      { extends: true, test: { name: 'package', include: ['test/package/**/*.test.ts'], testTimeout: 300_000 } },
    ],
  },
});
