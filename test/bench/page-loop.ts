// First paint of every page in a real browser: `node page-loop.ts URL KEY PERSON ROUNDS CHROMIUM`, in turns, each by a
// navigation of its own, as the browser's own paint timing has it.
import { chromium } from 'playwright-core';

const [, , base = '', key = '', person = '', rounds = '', executablePath = ''] = process.argv;

/** The smallest first: everything else is held against it. */
const pages = {
  'sign-in': '/sign-in',
  overview: '/',
  target: '/target?name=cosmo',
  'held plan': '/held?target=cosmo',
  person: `/person?key=${person}`,
  'people, search': '/people?q=smith',
  access: '/access?target=cosmo',
  'access, search': '/access?target=cosmo&q=smith',
  'access, rare search': `/access?target=cosmo&q=${person.toLowerCase()}`,
  'people, rare search': `/people?q=${person.toLowerCase()}`,
  failures: '/failures',
  leavers: '/leavers',
  runs: '/runs',
  history: '/history',
  'history, rare event': '/history?event=approval',
  'history of a person': `/history?person=${person}`,
} as const;

/** As the page has them; nothing here knows of the browser's own types. */
const PAINT = `new Promise((resolve) => {
  const of = () => performance.getEntriesByName('first-contentful-paint')[0];
  const tell = () => {
    const { responseStart } = performance.getEntriesByType('navigation')[0];
    resolve({ paint: of().startTime, answer: responseStart });
  };
  if (of() !== undefined) return tell();
  new PerformanceObserver((_, observer) => { if (of() !== undefined) { observer.disconnect(); tell(); } }).observe({ type: 'paint', buffered: true });
})`;

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${base}/sign-in`);
  await page.fill('input[name=key]', key);
  await page.press('input[name=key]', 'Enter');
  await page.waitForURL(`${base}/`);
  const taken: Record<string, { paint: number; answer: number }[]> = {};
  // The first round warms up, so that nobody pays for what the others find compiled and in memory.
  for (let round = 0; round <= Number(rounds); round++)
    for (const [name, path] of Object.entries(pages)) {
      const answer = await page.goto(`${base}${path}`, { waitUntil: 'commit' });
      if (!answer?.ok()) throw new Error(`${path} was answered with ${answer?.status()}`);
      const measured = await page.evaluate<{ paint: number; answer: number }>(PAINT);
      // What follows on the page keeps nobody waiting who is measured next.
      await page.waitForLoadState('load');
      if (round > 0) (taken[name] ??= []).push(measured);
    }
  process.stdout.write(JSON.stringify(taken));
} finally {
  await browser.close();
}
