// Loaded before a program that is measured: says at its end, on file descriptor 3, what it has used.
const { readFileSync, writeSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

/** Megabytes. Linux counts for a child what its parent had at the fork; the high-water mark in /proc is its own. */
function peak() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

// Other threads of the program are loaded with this as well, and are part of what is measured.
if (isMainThread)
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    writeSync(3, JSON.stringify({ cpuSeconds: (user + system) / 1e6, peakMegabytes: peak() }));
  });
