#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 21)) {
  console.error(
    `rollcall needs Node 22.21 or later, and this is ${process.versions.node}. In a checkout, \`npx rollcall …\` finds the Node that came with it.`,
  );
  process.exit(1);
}
const { main } = await import('../dist/main.js');
await main(process.argv.slice(2));
