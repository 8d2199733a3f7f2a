import { describe, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { playScimmy } from './scimmy/server.ts';
import { meet, suite } from './suite.ts';

describe('generic at SCIMMY, a server that nobody here wrote', () => {
  test.each(suite)('$name', (requirement) => meet(requirement, profiles().get('generic')!, playScimmy));
});
