// All packages' tests in one run. Those of the hooks need a page, so they are a project with a configuration of its own.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'clients', include: ['{protocol,core,testing,app}/test/**/*.test.ts'] } },
      'react/vitest.config.ts',
    ],
  },
});
