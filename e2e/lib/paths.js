// Where the tests find and leave files.
import { fileURLToPath } from 'node:url';

/** Everything the tests leave behind: device files, downloads, screenshots. Not in version control. */
export const OUT = fileURLToPath(new URL('../out', import.meta.url));

/** Recordings under version control. */
export const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
